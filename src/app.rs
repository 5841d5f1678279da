//! The running server, and how it stops. `build.rs` puts it together.

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
pub(crate) mod open_files;
mod ports;
pub(crate) mod secret;
mod start_error;

pub use database::{Purpose, open_database, open_existing_database};
pub use start_error::StartError;

/// How long a shutdown waits for mails that are underway.
const MAILS_WITHIN: Duration = Duration::from_secs(2);
/// The part of the shutdown's time over which clients are sent away: one in so many.
const DRAIN_SHARE: u32 = 3;
/// So long after that, who has not closed its connection is cut off.
const CUT_AFTER: Duration = Duration::from_secs(1);

/// The running server.
pub struct App {
    address: SocketAddr,
    /// Of all engines.
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
    ///
    /// # Errors
    /// [`StartError`]: what is wrong, and what to do.
    pub fn start(settings: Serve) -> impl Future<Output = Result<Self, StartError>> {
        Self::start_with(settings, namespaces::register)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops everything, in the order that lets clients go on elsewhere: not ready, no new sessions, tell the
    /// clients and close their connections in slices, no new connections, close what is left, exit. Takes no
    /// longer than the shutdown timeout.
    pub async fn stop(self) {
        let deadline = tokio::time::Instant::now() + self.shutdown_timeout;
        tracing::info!("shutting down");
        self.connections.drain();
        if let Some((demo, token)) = self.demo {
            demo.abort();
            if let Err(error) = account_services::revoke_token(&self.database, token.id).await {
                log_storage("cannot end the demo's token", &error);
            }
        }
        self.connections.drain_clients(self.shutdown_timeout / DRAIN_SHARE).await;
        self.stop.cancel();
        // A client that does not read would keep the engine waiting.
        let cut = tokio::spawn({
            let connections = self.connections.clone();
            let grace = CUT_AFTER.min(self.shutdown_timeout / 3);
            async move {
                tokio::time::sleep(grace).await;
                connections.abort_all();
            }
        });
        let plain_tasks = self.connections.plain_tasks();
        plain_tasks.close();
        let close = async {
            futures_util::future::join_all(self.ios.iter().map(SocketIo::close)).await;
            plain_tasks.wait().await;
            self.listener.await
        };
        if tokio::time::timeout_at(deadline - Duration::from_millis(500), close).await.is_err() {
            tracing::warn!("some connections did not close in time");
        }
        cut.abort();
        self.mailer.finish(MAILS_WITHIN).await;
        for task in &self.background {
            task.abort();
        }
        // What they held, such as notes on their way, is free once they have ended.
        for task in self.background {
            let _ = tokio::time::timeout_at(deadline, task).await;
        }
        match tokio::time::timeout_at(deadline, self.services.crowd.save_all()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log_storage("the last reactions and messages were not kept", &error),
            Err(_) => tracing::warn!("the last reactions and messages were not kept in time"),
        }
        let announced = self.services.cluster.announce_shutdown();
        if let Ok(Err(error)) = tokio::time::timeout_at(deadline, announced).await {
            log_storage("other nodes count this node's viewers for some seconds more", &error);
        }
        if tokio::time::timeout_at(deadline, self.database.close()).await.is_err() {
            tracing::warn!("the database did not close in time");
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
