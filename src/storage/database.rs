//! The open database. Everything that differs between the engines is a named function here or in `connect`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::{PgPool, SqlitePool};

use super::backend::{Backend, DatabaseOptions, with_timeout};
use super::connect::{self, ConnectError};
use super::error::StorageError;
use super::gate::{Gate, Permit, Rank};
use super::lane::{Lane, Reader};
use super::lock::FileLock;
use super::notifications::{self, Notifications};
use super::sqlite::SqliteFile;
use super::transaction::Transaction;
use super::write_state::WriteState;

/// A statement of a write may take this many times as long as a read, because a write finishes even if its caller
/// has stopped waiting. It is bounded so that the connection becomes free when the server's machine is gone.
const WRITE_PATIENCE: u32 = 10;

/// The open database. Cheap to clone: all clones share its connections.
#[derive(Debug, Clone)]
pub struct Database {
    pub(super) on: Backend<PgPool, SqliteFile>,
    /// Admits statements to the connections of the pool. SQLite's writer has its own gate.
    gate: Arc<Gate>,
    /// How long to wait at the gate and for a statement.
    pub(super) statement_timeout: Duration,
    /// The priority of reads.
    reader: Rank,
    pub(super) writes: Arc<WriteState>,
    /// The lock that keeps other servers from using the file.
    _lock: Option<Arc<FileLock>>,
}

impl Database {
    /// Opens the database at a URL: `postgres://…`, or `sqlite://path`, whose folder and file are created if
    /// missing. Call [`Database::migrate`] next.
    ///
    /// # Errors
    /// [`ConnectError`]; its text says how to fix it.
    pub async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self, ConnectError> {
        let on = connect::connect(url, options).await?;
        let gate = Gate::new(options.max_connections as usize);
        let (statement_timeout, reader) = (options.acquire_timeout, Rank::of_read(Reader::Player));
        Ok(Self { on, gate, statement_timeout, reader, writes: Arc::default(), _lock: None })
    }

    /// Locks an embedded database for one server, or for a command that must not run alongside a server. `None` for
    /// Postgres, which several servers share.
    ///
    /// # Errors
    /// [`ConnectError::InUse`] if another process holds the lock, and the errors of a file that cannot be created.
    pub async fn lock(url: &str, options: &DatabaseOptions) -> Result<Option<FileLock>, ConnectError> {
        connect::lock(url, options).await
    }

    /// The same database, holding its lock.
    #[must_use]
    pub fn holding(self, lock: Option<FileLock>) -> Self {
        Self { _lock: lock.map(Arc::new), ..self }
    }

    /// Migrates the schema to this version. If several nodes do this at once, one migrates and the others wait.
    ///
    /// # Errors
    /// [`ConnectError::Newer`] if a newer version has migrated it, and the other connection errors.
    pub async fn migrate(&self) -> Result<(), ConnectError> {
        connect::migrate(&self.on).await?;
        super::events::complete(self).await.map_err(ConnectError::Rows)?;
        Ok(())
    }

    /// The same database, with reads at another priority. The default is [`Reader::Player`].
    #[must_use]
    pub fn read_by(&self, reader: Reader) -> Self {
        Self { reader: Rank::of_read(reader), ..self.clone() }
    }

    /// Starts a write transaction for the server itself, in [`Lane::Background`].
    pub async fn begin(&self) -> Result<Transaction, StorageError> {
        self.begin_for(Lane::Background).await
    }

    /// Starts a write transaction. Waits for a turn (SQLite) or a connection (Postgres) by lane, and holds it until
    /// the transaction ends.
    pub async fn begin_for(&self, lane: Lane) -> Result<Transaction, StorageError> {
        self.begin_ranked(Rank::of_write(lane)).await
    }

    pub(super) async fn begin_ranked(&self, rank: Rank) -> Result<Transaction, StorageError> {
        let statement_timeout = Some(self.statement_timeout * WRITE_PATIENCE);
        let writes = Some(self.writes.clone());
        match &self.on {
            // Set explicitly, because the server's default may differ: the statements rely on seeing what others
            // have committed.
            Backend::Postgres(pool) => {
                let place = self.gate.enter(rank, self.statement_timeout).await?;
                let begun = pool.begin_with("begin isolation level read committed");
                let tx = with_timeout(statement_timeout, begun).await?;
                Ok(Transaction { on: Backend::Postgres(tx), statement_timeout, writes, _place: place })
            }
            Backend::Sqlite(file) => {
                let place = file.enter(rank).await?;
                let tx = with_timeout(statement_timeout, file.begin()).await?;
                Ok(Transaction { on: Backend::Sqlite(tx), statement_timeout, writes, _place: place })
            }
        }
    }

    /// Starts a read-only transaction, which sees a consistent snapshot.
    pub async fn begin_reading(&self) -> Result<Transaction, StorageError> {
        let place = self.enter().await?;
        let on = match &self.on {
            Backend::Postgres(pool) => {
                Backend::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
            Backend::Sqlite(file) => Backend::Sqlite(file.readers.begin().await?),
        };
        // Reports may take long.
        Ok(Transaction { on, statement_timeout: None, writes: None, _place: place })
    }

    /// Checks that the database answers.
    pub async fn ping(&self) -> Result<(), StorageError> {
        execute!(self, "select 1").map(|_| ())
    }

    /// Closes all connections once the open transactions have ended.
    pub async fn close(&self) {
        match &self.on {
            Backend::Postgres(pool) => pool.close().await,
            Backend::Sqlite(file) => file.close().await,
        }
    }

    /// Sends notifications to all listeners, including this process, in one transaction. A no-op on SQLite.
    pub async fn notify(&self, payloads: &[String]) -> Result<(), StorageError> {
        match &self.on {
            Backend::Postgres(pool) => {
                let _place = self.enter().await?;
                Ok(with_timeout(self.statement_timeout(), notifications::send(pool, payloads)).await?)
            }
            Backend::Sqlite(_) => Ok(()),
        }
    }

    /// Listens for notifications on a dedicated connection. `None` on SQLite.
    pub async fn listen(&self) -> Result<Option<Notifications>, StorageError> {
        match &self.on {
            Backend::Postgres(pool) => {
                let server = pool.connect_options();
                Ok(Some(with_timeout(self.statement_timeout(), notifications::listen(&server)).await?))
            }
            Backend::Sqlite(_) => Ok(None),
        }
    }

    /// How often the write connection was replaced because its thread had ended. Always 0 on Postgres, whose
    /// connections have no threads.
    pub fn replaced(&self) -> u64 {
        match &self.on {
            Backend::Postgres(_) => 0,
            Backend::Sqlite(file) => file.replaced.load(Ordering::Relaxed),
        }
    }

    /// Checks whether the file of an embedded database was deleted or replaced, and returns its path if so. From
    /// then on all writes are refused, because they would be lost. The next check notices when the file is moved
    /// back.
    pub(super) fn lost_file(&self) -> Option<&Path> {
        match &self.on {
            Backend::Postgres(_) => None,
            Backend::Sqlite(file) => file.look_for_file().then(|| file.options.get_filename()),
        }
    }

    /// Whether other nodes may use it too.
    pub fn is_shared(&self) -> bool {
        matches!(self.on, Backend::Postgres(_))
    }

    /// The engine's name: `postgres` or `sqlite`.
    pub fn engine(&self) -> &'static str {
        match self.on {
            Backend::Postgres(_) => "postgres",
            Backend::Sqlite(_) => "sqlite",
        }
    }

    /// The folder of an embedded database's file; `None` on Postgres.
    pub fn folder(&self) -> Option<PathBuf> {
        match &self.on {
            Backend::Postgres(_) => None,
            Backend::Sqlite(file) => {
                let path = file.options.get_filename();
                Some(path.parent().map_or_else(PathBuf::new, PathBuf::from))
            }
        }
    }

    /// Selects the SQL for the engine in use.
    pub(super) fn dialect(&self, postgres: &'static str, sqlite: &'static str) -> &'static str {
        match self.on {
            Backend::Postgres(_) => postgres,
            Backend::Sqlite(_) => sqlite,
        }
    }

    /// How long a statement may take. Postgres may be unreachable without an error, and an SQLite connection whose
    /// thread is ending never answers.
    pub(super) fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }

    /// Waits for a permit to use a read connection.
    pub(super) async fn enter(&self) -> Result<Permit, sqlx::Error> {
        self.gate.enter(self.reader, self.statement_timeout).await
    }

    /// The connection pool for reads.
    pub(super) fn executor(&self) -> Backend<&PgPool, &SqlitePool> {
        match &self.on {
            Backend::Postgres(pool) => Backend::Postgres(pool),
            Backend::Sqlite(file) => Backend::Sqlite(&file.readers),
        }
    }
}
