//! Transactions.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};

use super::backend::{On, within};
use super::error::StorageError;
use super::gate::Place;
use super::notifications;
use super::write_state::WriteState;

/// A transaction. Dropped without [`Transaction::commit`], it leaves nothing.
#[derive(Debug)]
pub struct Transaction {
    pub(super) on: On<sqlx::Transaction<'static, Postgres>, sqlx::Transaction<'static, Sqlite>>,
    /// How long a statement may take.
    pub(super) patience: Option<Duration>,
    /// Told of the commit; `None`: this transaction only reads.
    pub(super) writes: Option<Arc<WriteState>>,
    /// Handed on after the connection is free.
    pub(super) _place: Place,
}

impl Transaction {
    /// Makes the transaction durable: when this returns, it is on disk.
    ///
    /// # Errors
    /// [`StorageError`]. After [`StorageError::Unavailable`] it is not known whether it was committed.
    pub async fn commit(mut self) -> Result<(), StorageError> {
        let writes = self.writes.take();
        self.commit_unnoted().await?;
        if let Some(writes) = writes {
            writes.note_commit();
        }
        Ok(())
    }

    /// The same for the check of writes, which does not count as a write.
    pub(super) async fn commit_unnoted(self) -> Result<(), StorageError> {
        match self.on {
            On::Postgres(tx) => within(self.patience, tx.commit()).await?,
            On::Sqlite(tx) => within(self.patience, tx.commit()).await?,
        }
        Ok(())
    }

    /// Sends a notification with the commit, to all that listen, this process included. Its payload is less than
    /// [`PAYLOAD_BYTES`](super::notifications::PAYLOAD_BYTES). SQLite has nobody to send it to.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn notify(&mut self, payload: &str) -> Result<(), StorageError> {
        match &mut self.on {
            On::Postgres(tx) => Ok(within(self.patience, notifications::send_in(tx, payload)).await?),
            On::Sqlite(_) => Ok(()),
        }
    }

    /// How long a statement may take.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// A transaction has its connection.
    #[expect(clippy::unused_self, reason = "the macro asks a database and a transaction alike")]
    pub(super) fn enter(&self) -> Ready<Result<(), sqlx::Error>> {
        ready(Ok(()))
    }

    /// What the transaction's statements run on.
    pub(super) fn executor(&mut self) -> On<&mut PgConnection, &mut SqliteConnection> {
        match &mut self.on {
            On::Postgres(tx) => On::Postgres(tx),
            On::Sqlite(tx) => On::Sqlite(tx),
        }
    }

    /// Chooses the text of a statement that each engine spells in its own way.
    pub(super) fn dialect<T>(&self, postgres: T, sqlite: T) -> T {
        match self.on {
            On::Postgres(_) => postgres,
            On::Sqlite(_) => sqlite,
        }
    }
}
