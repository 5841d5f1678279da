//! Why the server does not start: each text says what is wrong, and what to do.

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
    /// Settings that cannot be used together.
    #[error(transparent)]
    Settings(#[from] Conflict),
    /// The database.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// The pages that `WEB_DIR` names.
    #[error(
        "WEB_DIR {} has no index.html; build the pages (make web) and name their folder, or do not set WEB_DIR",
        .0.display()
    )]
    Pages(PathBuf),
    /// The port.
    #[error("cannot listen on {address}: {}; choose another with {setting}", reason(.error))]
    Listen {
        /// The setting that says so.
        setting: &'static str,
        /// Where it was to listen.
        address: SocketAddr,
        /// Why it cannot.
        error: std::io::Error,
    },
    /// What signing in takes.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The sessions that are there already.
    #[error("cannot apply SESSION_MAX to the sessions in the database: {0}")]
    Sessions(StorageError),
    /// The demo's account.
    #[error("cannot prepare the demo: {0}")]
    Demo(#[from] ServiceError),
    /// The metrics.
    #[error("cannot set up the metrics: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

fn reason(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "another program listens there already",
        std::io::ErrorKind::PermissionDenied => "ports below 1024 need a privilege",
        std::io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => "the system refuses it",
    }
}
