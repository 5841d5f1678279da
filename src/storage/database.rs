//! The open database, its transactions, and the macro by which one statement text serves both engines.
//! Whatever differs between the engines is a named function here or in `connect`.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::{PgConnection, PgPool, SqliteConnection, SqlitePool};

use super::connect::{self, ConnectError};
use super::error::StorageError;

/// One of two things, by engine.
#[derive(Debug, Clone)]
pub(super) enum On<P, S> {
    Postgres(P),
    Sqlite(S),
}

/// Runs a statement on whichever engine is there: the text is written once, and compiled for both.
macro_rules! on {
    ($source:expr, |$executor:ident| $statement:expr) => {
        match $source.executor() {
            $crate::storage::database::On::Postgres($executor) => $statement,
            $crate::storage::database::On::Sqlite($executor) => $statement,
        }
        .map_err($crate::storage::StorageError::from)
    };
}

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The most connections that are open at once. (SQLite has one more, for writing.)
    pub max_connections: u32,
    /// The longest wait for a connection, for the turn to write, or for a row that another one holds.
    pub acquire_timeout: Duration,
}

/// The open database. Cheap to clone: all clones share its connections.
#[derive(Debug, Clone)]
pub struct Database(pub(super) On<PgPool, SqlitePools>);

/// SQLite has one writer at a time. Its connection is a pool of one, whose queue is fair; so writers take
/// turns, where `SQLITE_BUSY` would have them poll. Readers never wait for it (write-ahead log).
#[derive(Debug, Clone)]
pub(super) struct SqlitePools {
    pub(super) readers: SqlitePool,
    pub(super) writer: SqlitePool,
}

impl Database {
    /// Opens the database that a URL names: `postgres://…`, or `sqlite://path`, whose folder and file are
    /// made. Run [`Database::migrate`] next.
    ///
    /// # Errors
    /// [`ConnectError`]; its text tells an operator what to do.
    pub async fn connect(url: &str, options: &Options) -> Result<Self, ConnectError> {
        connect::connect(url, options).await.map(Self)
    }

    /// Brings the schema up to this program's. Several nodes may do so at once: one does, the others wait.
    ///
    /// # Errors
    /// [`ConnectError::Newer`] if a newer program has been here, and the other ones.
    pub async fn migrate(&self) -> Result<(), ConnectError> {
        connect::migrate(&self.0).await
    }

    /// Starts a transaction that writes. On SQLite it waits for its turn, and holds it until the end.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn begin(&self) -> Result<Transaction, StorageError> {
        Ok(Transaction(match &self.0 {
            // The server may have another default; the statements rely on seeing what others committed.
            On::Postgres(pool) => {
                On::Postgres(pool.begin_with("begin isolation level read committed").await?)
            }
            // A transaction that takes the write lock late would fail where another one wrote meanwhile.
            On::Sqlite(pools) => On::Sqlite(pools.writer.begin_with("begin immediate").await?),
        }))
    }

    /// Starts a transaction that only reads, and sees everything as of one moment.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn begin_reading(&self) -> Result<Transaction, StorageError> {
        Ok(Transaction(match &self.0 {
            On::Postgres(pool) => {
                On::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
            On::Sqlite(pools) => On::Sqlite(pools.readers.begin().await?),
        }))
    }

    /// Asks the database for an answer.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ping(&self) -> Result<(), StorageError> {
        on!(self, |db| sqlx::query("select 1").execute(db).await.map(|_| ()))
    }

    /// Closes all connections, after the transactions that are open.
    pub async fn close(&self) {
        match &self.0 {
            On::Postgres(pool) => pool.close().await,
            On::Sqlite(pools) => {
                pools.readers.close().await;
                // The last to close: it leaves the log empty behind it.
                pools.writer.close().await;
            }
        }
    }

    /// The engine's name: `postgres` or `sqlite`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self.0 {
            On::Postgres(_) => "postgres",
            On::Sqlite(_) => "sqlite",
        }
    }

    /// The folder of an embedded database's file; `None` where a server keeps it.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        match &self.0 {
            On::Postgres(_) => None,
            On::Sqlite(pools) => {
                let file = pools.writer.connect_options().get_filename().to_owned();
                Some(file.parent().map_or_else(PathBuf::new, PathBuf::from))
            }
        }
    }

    /// What a statement that reads runs on.
    pub(super) fn executor(&self) -> On<&PgPool, &SqlitePool> {
        match &self.0 {
            On::Postgres(pool) => On::Postgres(pool),
            On::Sqlite(pools) => On::Sqlite(&pools.readers),
        }
    }
}

/// A transaction. Dropped without [`Transaction::commit`], it leaves nothing.
#[derive(Debug)]
pub struct Transaction(
    On<sqlx::Transaction<'static, sqlx::Postgres>, sqlx::Transaction<'static, sqlx::Sqlite>>,
);

impl Transaction {
    /// Makes the transaction durable: when this returns, it is on disk.
    ///
    /// # Errors
    /// [`StorageError`]. After [`StorageError::Unavailable`] it is not known whether it was committed.
    pub async fn commit(self) -> Result<(), StorageError> {
        match self.0 {
            On::Postgres(tx) => tx.commit().await?,
            On::Sqlite(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// What the transaction's statements run on.
    pub(super) fn executor(&mut self) -> On<&mut PgConnection, &mut SqliteConnection> {
        match &mut self.0 {
            On::Postgres(tx) => On::Postgres(tx),
            On::Sqlite(tx) => On::Sqlite(tx),
        }
    }

    /// Chooses the text of a statement that each engine spells in its own way.
    pub(super) fn dialect(&self, postgres: &'static str, sqlite: &'static str) -> &'static str {
        match self.0 {
            On::Postgres(_) => postgres,
            On::Sqlite(_) => sqlite,
        }
    }
}
