//! The running server and its shutdown. `build.rs` assembles it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use socketioxide::SocketIo;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Serve;
use crate::mail::mailer::Mailer;
use crate::services::Services;
use crate::services::accounts::{self as account_services, DemoToken};
use crate::storage::{Database, StorageError};
use crate::transport::client::registry::ClientRegistry;
use crate::transport::socketio::namespaces;

pub(crate) mod accounts;
mod background;
mod build;
mod database;
mod engines;
pub mod import;
pub(crate) mod open_files;
mod ports;
pub(crate) mod secret;
mod start_error;

pub(crate) use database::database_options;
pub use database::{Purpose, open_database, open_existing_database};
pub use start_error::StartError;

/// How long a shutdown waits for mails that are being sent.
const MAILS_WITHIN: Duration = Duration::from_secs(2);
/// Clients are disconnected over this part of the shutdown timeout: one third.
const DRAIN_SHARE: u32 = 3;
/// How long after that connections that are still open are aborted.
const CUT_AFTER: Duration = Duration::from_secs(1);

/// The running server.
pub struct App {
    address: SocketAddr,
    /// One per engine.
    ios: [SocketIo; 4],
    services: Services,
    connections: Arc<ClientRegistry>,
    database: Database,
    mailer: Mailer,
    stop: CancellationToken,
    listener: JoinHandle<()>,
    background: Vec<JoinHandle<()>>,
    demo: Option<(JoinHandle<()>, DemoToken)>,
    shutdown_timeout: Duration,
}

impl App {
    /// Starts everything.
    pub fn start(settings: Serve) -> impl Future<Output = Result<Self, StartError>> {
        Self::start_with(settings, namespaces::register)
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shuts down in an order that lets clients continue on another node: report not ready, take no new sessions,
    /// notify clients and close their connections in slices, accept no new connections, abort the rest, save. Takes
    /// no longer than the shutdown timeout.
    pub async fn stop(self) {
        let deadline = tokio::time::Instant::now() + self.shutdown_timeout;
        tracing::info!("shutting down");
        self.connections.draining.cancel();
        if let Some((demo, token)) = self.demo {
            demo.abort();
            if let Err(error) = account_services::revoke_token(&self.database, token.id).await {
                log_storage("cannot revoke the demo's token", &error);
            }
        }
        self.connections.drain_clients(self.shutdown_timeout / DRAIN_SHARE).await;
        self.stop.cancel();
        // A client that does not read would block the engine's shutdown.
        let cut = tokio::spawn({
            let connections = self.connections.clone();
            let grace = CUT_AFTER.min(self.shutdown_timeout / 3);
            async move {
                tokio::time::sleep(grace).await;
                connections.abort_all();
            }
        });
        let plain_tasks = &self.connections.plain_tasks;
        plain_tasks.close();
        let close = async {
            futures_util::future::join_all(self.ios.iter().map(SocketIo::close)).await;
            plain_tasks.wait().await;
            self.listener.await
        };
        if tokio::time::timeout_at(deadline - Duration::from_millis(500), close).await.is_err() {
            tracing::warn!("some connections did not close within the shutdown timeout");
        }
        cut.abort();
        self.mailer.finish(MAILS_WITHIN).await;
        for task in &self.background {
            task.abort();
        }
        // Wait until they have dropped what they hold, such as unsaved notes.
        for task in self.background {
            let _ = tokio::time::timeout_at(deadline, task).await;
        }
        match tokio::time::timeout_at(deadline, self.services.crowd.save_all()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log_storage("the last reactions and messages were not saved", &error),
            Err(_) => {
                tracing::warn!("the last reactions and messages were not saved within the shutdown timeout");
            }
        }
        let announced = self.services.cluster.announce_shutdown();
        if let Ok(Err(error)) = tokio::time::timeout_at(deadline, announced).await {
            log_storage(
                "cannot announce the shutdown; other nodes count this node's viewers for a few more seconds",
                &error,
            );
        }
        if tokio::time::timeout_at(deadline, self.database.close()).await.is_err() {
            tracing::warn!("the database did not close within the shutdown timeout");
        }
        tracing::info!("stopped");
    }
}

fn log_storage(what: &str, error: &StorageError) {
    tracing::warn!(%error, "{what}");
}

#[cfg(test)]
#[path = "app_tests.rs"]
mod tests;
