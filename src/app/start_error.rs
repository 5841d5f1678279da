//! Why the server does not start. Each text says what is wrong and how to fix it.

use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

use super::accounts::AccountsError;
use crate::config::Conflict;
use crate::services::error::ServiceError;
use crate::storage::{ConnectError, StorageError};

/// Why the server does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Settings that contradict each other.
    #[error(transparent)]
    Settings(#[from] Conflict),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// `WEB_DIR` has no pages.
    #[error(
        "WEB_DIR {} has no index.html; build the pages (make web) and set WEB_DIR to their folder, or leave it unset",
        .0.display()
    )]
    Pages(PathBuf),
    /// A port cannot be bound.
    #[error("cannot bind {address}: {}; choose another address with {setting}", reason(.error))]
    Listen {
        /// The setting that names the address.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why it cannot be bound.
        error: std::io::Error,
    },
    /// The secret, the mail server or the administrators.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// Sessions in the database cannot be shortened to `SESSION_MAX`.
    #[error("cannot apply SESSION_MAX to the sessions in the database: {0}")]
    Sessions(StorageError),
    /// The demo's account cannot be created.
    #[error("cannot prepare the demo: {0}")]
    Demo(#[from] ServiceError),
    /// The metrics recorder cannot be installed.
    #[error("cannot set up the metrics: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

fn reason(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "address already in use by another program",
        std::io::ErrorKind::PermissionDenied => "permission denied; ports below 1024 need a privilege",
        std::io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => "the system refuses the address",
    }
}
