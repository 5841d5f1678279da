//! The message bus between nodes. Messages are published with a commit, or shortly after, and reach all nodes.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use super::message::{BusEvent, ClusterMessage};
use super::postgres::Postgres;
use crate::storage::{Database, StorageError, Transaction};

/// The message bus between nodes. Cheap to clone.
#[derive(Clone)]
pub enum Bus {
    /// The database belongs to this node alone; there are no other nodes.
    Local,
    /// Through the shared Postgres.
    Postgres(Arc<Postgres>),
}

impl Bus {
    /// The bus of all nodes that share a database. `node` names this run of the server.
    pub fn new(database: &Database, node: &str) -> Self {
        if database.is_shared() {
            Self::Postgres(Arc::new(Postgres::new(database.clone(), node.to_owned())))
        } else {
            Self::Local
        }
    }

    /// Whether there may be other nodes.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Whether messages from other nodes arrive. Always true without other nodes.
    pub fn is_connected(&self) -> bool {
        match self {
            Self::Local => true,
            Self::Postgres(postgres) => postgres.connected.load(Ordering::Relaxed),
        }
    }

    /// Whether all published messages were sent.
    pub fn is_idle(&self) -> bool {
        match self {
            Self::Local => true,
            Self::Postgres(postgres) => postgres.is_idle(),
        }
    }

    /// Publishes a message when the transaction commits, and not if it rolls back.
    pub async fn publish_in_tx(
        &self,
        tx: &mut Transaction,
        message: &ClusterMessage,
    ) -> Result<(), StorageError> {
        match self {
            Self::Local => Ok(()),
            Self::Postgres(postgres) => postgres.publish_in_tx(tx, message).await,
        }
    }

    /// Publishes a message shortly after. Use it for frequent messages: transactions that notify wait for each other
    /// to commit.
    pub fn publish(&self, message: &ClusterMessage) {
        if let Self::Postgres(postgres) = self {
            postgres.publish(message);
        }
    }

    /// Sends all published messages now.
    ///
    /// # Errors
    /// [`StorageError`]; the messages stay queued and are retried.
    pub async fn flush(&self) -> Result<(), StorageError> {
        match self {
            Self::Local => Ok(()),
            Self::Postgres(postgres) => postgres.flush().await,
        }
    }

    /// Sends published messages and receives those from other nodes. Runs until cancelled.
    pub async fn run(&self, events: mpsc::Sender<BusEvent>) {
        match self {
            Self::Local => std::future::pending().await,
            Self::Postgres(postgres) => {
                tokio::join!(postgres.run_sender(), postgres.run_listener(events));
            }
        }
    }
}
