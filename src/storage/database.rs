//! The open database.
//! Whatever differs between the engines is a named function here or in `connect`.

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

/// A statement of a write may take so many times as long as one that only reads: a write is finished even if nobody
/// waits for it any more. But where the server's machine is gone, its connection must become free.
const WRITE_PATIENCE: u32 = 10;

/// The open database. Cheap to clone: all clones share its connections.
#[derive(Debug, Clone)]
pub struct Database {
    pub(super) on: Backend<PgPool, SqliteFile>,
    /// Before the connections of the pool. (SQLite's writer has a gate of its own.)
    gate: Arc<Gate>,
    /// The longest wait: there, and for a statement.
    pub(super) statement_timeout: Duration,
    /// Who reads.
    reader: Rank,
    pub(super) writes: Arc<WriteState>,
    /// While this is open, no other server uses the file.
    _lock: Option<Arc<FileLock>>,
}

impl Database {
    /// Opens the database that a URL names: `postgres://…`, or `sqlite://path`, whose folder and file are
    /// made. Run [`Database::migrate`] next.
    ///
    /// # Errors
    /// [`ConnectError`]; its text tells an operator what to do.
    pub async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self, ConnectError> {
        let on = connect::connect(url, options).await?;
        let gate = Gate::new(options.max_connections as usize);
        let (statement_timeout, reader) = (options.acquire_timeout, Rank::of_read(Reader::Player));
        Ok(Self { on, gate, statement_timeout, reader, writes: Arc::default(), _lock: None })
    }

    /// Locks an embedded database for the one server on it, or for what must not run alongside a server; `None` for Postgres,
    /// which many servers share.
    ///
    /// # Errors
    /// [`ConnectError::InUse`] if another process has the lock, and those of a file that cannot be made.
    pub async fn lock(url: &str, options: &DatabaseOptions) -> Result<Option<FileLock>, ConnectError> {
        connect::lock(url, options).await
    }

    /// The same database, with the lock that belongs to it.
    #[must_use]
    pub fn holding(self, lock: Option<FileLock>) -> Self {
        Self { _lock: lock.map(Arc::new), ..self }
    }

    /// Brings the schema up to this program's. Several nodes may do so at once: one does, the others wait.
    ///
    /// # Errors
    /// [`ConnectError::Newer`] if a newer program has been here, and the other ones.
    pub async fn migrate(&self) -> Result<(), ConnectError> {
        connect::migrate(&self.on).await
    }

    /// The same database, read on behalf of somebody else. Without it reads are those of [`Reader::Player`].
    #[must_use]
    pub fn read_by(&self, reader: Reader) -> Self {
        Self { reader: Rank::of_read(reader), ..self.clone() }
    }

    /// Starts a transaction that writes for the server itself: [`Database::begin_for`] with [`Lane::Background`].
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn begin(&self) -> Result<Transaction, StorageError> {
        self.begin_for(Lane::Background).await
    }

    /// Starts a transaction that writes. It waits for a turn (SQLite) or a connection (Postgres), by lane, and
    /// holds it until the end.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn begin_for(&self, lane: Lane) -> Result<Transaction, StorageError> {
        self.begin_ranked(Rank::of_write(lane)).await
    }

    pub(super) async fn begin_ranked(&self, rank: Rank) -> Result<Transaction, StorageError> {
        let statement_timeout = Some(self.statement_timeout * WRITE_PATIENCE);
        let writes = Some(self.writes.clone());
        match &self.on {
            // The server may have another default; the statements rely on seeing what others committed.
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

    /// Starts a transaction that only reads, and sees everything as of one moment.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn begin_reading(&self) -> Result<Transaction, StorageError> {
        let place = self.enter().await?;
        let on = match &self.on {
            Backend::Postgres(pool) => {
                Backend::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
            Backend::Sqlite(file) => Backend::Sqlite(file.readers.begin().await?),
        };
        // A report may take its time.
        Ok(Transaction { on, statement_timeout: None, writes: None, _place: place })
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
        match &self.on {
            Backend::Postgres(pool) => pool.close().await,
            Backend::Sqlite(file) => file.close().await,
        }
    }

    /// Sends notifications to all that listen, this process included, in one transaction of their own. SQLite
    /// has nobody to send them to.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn notify(&self, payloads: &[String]) -> Result<(), StorageError> {
        match &self.on {
            Backend::Postgres(pool) => {
                let _place = self.enter().await?;
                Ok(with_timeout(self.statement_timeout(), notifications::send(pool, payloads)).await?)
            }
            Backend::Sqlite(_) => Ok(()),
        }
    }

    /// Listens for notifications, over a connection of its own. `None` on SQLite, which has none.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn listen(&self) -> Result<Option<Notifications>, StorageError> {
        match &self.on {
            Backend::Postgres(pool) => {
                let server = pool.connect_options();
                Ok(Some(with_timeout(self.statement_timeout(), notifications::listen(&server)).await?))
            }
            Backend::Sqlite(_) => Ok(None),
        }
    }

    /// How often the connection that writes was replaced because the thread that it lives on had ended. (Only those to
    /// SQLite have one.)
    #[must_use]
    pub fn replaced(&self) -> u64 {
        match &self.on {
            Backend::Postgres(_) => 0,
            Backend::Sqlite(file) => file.replaced.load(Ordering::Relaxed),
        }
    }

    /// The path of an embedded database whose file is not there any more: it was deleted, or another one is there. From then
    /// on nothing is written, for nobody would find it. The next check finds a file that was moved back.
    pub(super) fn lost_file(&self) -> Option<&Path> {
        match &self.on {
            Backend::Postgres(_) => None,
            Backend::Sqlite(file) => file.look_for_file().then(|| file.options.get_filename()),
        }
    }

    /// Whether other processes may work on it from elsewhere.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.on, Backend::Postgres(_))
    }

    /// The engine's name: `postgres` or `sqlite`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self.on {
            Backend::Postgres(_) => "postgres",
            Backend::Sqlite(_) => "sqlite",
        }
    }

    /// The folder of an embedded database's file; `None` where a server keeps it.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        match &self.on {
            Backend::Postgres(_) => None,
            Backend::Sqlite(file) => {
                let path = file.options.get_filename();
                Some(path.parent().map_or_else(PathBuf::new, PathBuf::from))
            }
        }
    }

    /// Chooses the text of a statement that each engine spells in its own way.
    pub(super) fn dialect(&self, postgres: &'static str, sqlite: &'static str) -> &'static str {
        match self.on {
            Backend::Postgres(_) => postgres,
            Backend::Sqlite(_) => sqlite,
        }
    }

    /// How long a statement may take: Postgres may be out of reach without a word, and the thread of a connection to SQLite
    /// that is just ending takes a statement and never answers it.
    pub(super) fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }

    /// Waits for a connection to read on. It is held as long as the place.
    pub(super) async fn enter(&self) -> Result<Permit, sqlx::Error> {
        self.gate.enter(self.reader, self.statement_timeout).await
    }

    /// What a statement that reads runs on.
    pub(super) fn executor(&self) -> Backend<&PgPool, &SqlitePool> {
        match &self.on {
            Backend::Postgres(pool) => Backend::Postgres(pool),
            Backend::Sqlite(file) => Backend::Sqlite(&file.readers),
        }
    }
}
