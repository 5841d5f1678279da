//! Transactions.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};

use super::backend::{Backend, with_timeout};
use super::error::StorageError;
use super::gate::Permit;
use super::notifications;
use super::write_state::WriteState;

/// A transaction. Dropping it without [`Transaction::commit`] rolls it back.
#[derive(Debug)]
pub struct Transaction {
    pub(super) on: Backend<sqlx::Transaction<'static, Postgres>, sqlx::Transaction<'static, Sqlite>>,
    /// How long a statement may take.
    pub(super) statement_timeout: Option<Duration>,
    /// Counts the commit; `None` for read-only transactions.
    pub(super) writes: Option<Arc<WriteState>>,
    /// Dropped after the connection is free.
    pub(super) _place: Permit,
}

impl Transaction {
    /// Commits the transaction. When this returns, it is on disk.
    ///
    /// # Errors
    /// [`StorageError`]. After [`StorageError::Unavailable`], whether it was committed is unknown.
    pub async fn commit(mut self) -> Result<(), StorageError> {
        let writes = self.writes.take();
        self.commit_unnoted().await?;
        if let Some(writes) = writes {
            writes.note_commit();
        }
        Ok(())
    }

    /// Commits the write check, which does not count as a write.
    pub(super) async fn commit_unnoted(self) -> Result<(), StorageError> {
        match self.on {
            Backend::Postgres(tx) => with_timeout(self.statement_timeout, tx.commit()).await?,
            Backend::Sqlite(tx) => with_timeout(self.statement_timeout, tx.commit()).await?,
        }
        Ok(())
    }

    /// Sends a notification with the commit to all listeners, including this process. The payload must be shorter
    /// than [`PAYLOAD_BYTES`](super::notifications::PAYLOAD_BYTES). A no-op on SQLite.
    pub async fn notify(&mut self, payload: &str) -> Result<(), StorageError> {
        match &mut self.on {
            Backend::Postgres(tx) => {
                Ok(with_timeout(self.statement_timeout, notifications::send_in(tx, payload)).await?)
            }
            Backend::Sqlite(_) => Ok(()),
        }
    }

    /// How long a statement may take.
    pub(super) fn statement_timeout(&self) -> Option<Duration> {
        self.statement_timeout
    }

    /// A transaction already has its connection.
    #[expect(clippy::unused_self, reason = "the macro calls it on databases and transactions alike")]
    pub(super) fn enter(&self) -> Ready<Result<(), sqlx::Error>> {
        ready(Ok(()))
    }

    /// The connection for the transaction's statements.
    pub(super) fn executor(&mut self) -> Backend<&mut PgConnection, &mut SqliteConnection> {
        match &mut self.on {
            Backend::Postgres(tx) => Backend::Postgres(tx),
            Backend::Sqlite(tx) => Backend::Sqlite(tx),
        }
    }

    /// Selects the SQL for the engine in use.
    pub(super) fn dialect<T>(&self, postgres: T, sqlite: T) -> T {
        match self.on {
            Backend::Postgres(_) => postgres,
            Backend::Sqlite(_) => sqlite,
        }
    }
}
