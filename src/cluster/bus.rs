//! The message bus between nodes: messages are published with a commit, or soon, and reach all nodes.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use super::message::{BusEvent, ClusterMessage};
use super::postgres::Postgres;
use crate::storage::{Database, StorageError, Transaction};

/// The message bus between nodes. Cheap to clone.
#[derive(Clone)]
pub enum Bus {
    /// The database is this node's own: there are no others.
    Local,
    /// Through the Postgres that they share.
    Postgres(Arc<Postgres>),
}

impl Bus {
    /// The bus of those who share a database. `node` names this run of the server.
    #[must_use]
    pub fn new(database: &Database, node: &str) -> Self {
        if database.is_shared() {
            Self::Postgres(Arc::new(Postgres::new(database.clone(), node.to_owned())))
        } else {
            Self::Local
        }
    }

    /// Whether there may be other nodes.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Whether all that is told is heard. True where there is nobody to hear.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        match self {
            Self::Local => true,
            Self::Postgres(postgres) => postgres.connected.load(Ordering::Relaxed),
        }
    }

    /// Whether what was told has gone out.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        match self {
            Self::Local => true,
            Self::Postgres(postgres) => postgres.is_idle(),
        }
    }

    /// Tells the others once the transaction is committed: with it, or not at all.
    ///
    /// # Errors
    /// [`StorageError`].
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

    /// Tells the others soon. For what happens too often for a commit of its own: those who listen to commits
    /// make them wait for each other.
    pub fn publish(&self, message: &ClusterMessage) {
        if let Self::Postgres(postgres) = self {
            postgres.publish(message);
        }
    }

    /// Sends what was told, at once.
    ///
    /// # Errors
    /// [`StorageError`]; it is tried again.
    pub async fn flush(&self) -> Result<(), StorageError> {
        match self {
            Self::Local => Ok(()),
            Self::Postgres(postgres) => postgres.flush().await,
        }
    }

    /// Sends what is told, and hears the others, for ever.
    pub async fn run(&self, events: mpsc::Sender<BusEvent>) {
        match self {
            Self::Local => std::future::pending().await,
            Self::Postgres(postgres) => {
                tokio::join!(postgres.run_sender(), postgres.run_listener(events));
            }
        }
    }
}
