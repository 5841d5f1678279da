//! The connections to an embedded database, and its transactions, which take few messages to the thread that a
//! connection lives on: for each of them two threads wake up.

use std::future::ready;
use std::ops::{Deref, DerefMut};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, StreamExt};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection, Describe, Either, Execute, Executor, SqlSafeStr, SqlStr,
    Sqlite, SqliteConnection, SqlitePool,
};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use super::backend::within;
use super::error::suspicions;
use super::gate::{Gate, Place, Rank};

/// How a text ends whose last statement makes the transaction durable.
const COMMIT: &str = "; commit";

/// How long a connection that does nothing else may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// The connections to a file. Cheap to clone: all clones share them.
#[derive(Debug, Clone)]
pub(super) struct SqliteFile {
    /// How it was opened.
    pub(super) options: Arc<SqliteConnectOptions>,
    /// They never wait for the writer (write-ahead log). The pool closes one whose thread has ended.
    pub(super) readers: SqlitePool,
    /// SQLite has one writer at a time. Writers take turns at the gate, where `SQLITE_BUSY` would have them poll.
    /// `None`: it was lost and could not be opened anew yet, or all is closed.
    writer: Arc<Mutex<Option<SqliteConnection>>>,
    /// Whose turn it is.
    turns: Arc<Gate>,
    is_closed: Arc<AtomicBool>,
    /// Device and inode of the file that was opened.
    identity: Option<(u64, u64)>,
    /// Another file, or none, is at the path.
    is_gone: Arc<AtomicBool>,
    /// The longest wait for a turn, and for another connection.
    patience: Duration,
    /// How often a connection was suspected to have lost its thread when the writer was last looked at.
    looked_at: Arc<AtomicU64>,
    /// How often it had lost its own, and was replaced.
    pub(super) replaced: Arc<AtomicU64>,
}

impl SqliteFile {
    /// Takes over the connection that writes to it.
    pub(super) fn new(
        options: SqliteConnectOptions,
        readers: SqlitePool,
        writer: SqliteConnection,
        patience: Duration,
    ) -> Self {
        let (writer, turns) = (Arc::new(Mutex::new(Some(writer))), Gate::new(1));
        let looked_at = Arc::new(AtomicU64::new(suspicions()));
        let (is_closed, replaced) = (Arc::default(), Arc::default());
        // Later there is a file, or this one is lost.
        let options = Arc::new(options.create_if_missing(false));
        let (identity, is_gone) = (identity(options.get_filename()), Arc::default());
        Self { options, readers, writer, turns, is_closed, identity, is_gone, patience, looked_at, replaced }
    }

    /// Waits for a turn to write.
    pub(super) async fn begin(&self, rank: Rank) -> Result<(SqliteTransaction, Place), sqlx::Error> {
        let turn = self.turns.enter(rank, self.patience).await?;
        if self.is_gone.load(Ordering::Relaxed) {
            let gone = "the database file was deleted or replaced";
            return Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::NotFound, gone)));
        }
        // Nobody else has it: whoever had the turn before has dropped it.
        let mut connection = self.writer.clone().lock_owned().await;
        let suspicions = suspicions();
        if connection.is_none() || self.looked_at.load(Ordering::Relaxed) != suspicions {
            self.replace_dead(&mut connection).await?;
            self.looked_at.store(suspicions, Ordering::Relaxed);
        }
        let connection =
            OwnedMutexGuard::try_map(connection, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)?;
        // One that takes the write lock late would fail where another process wrote meanwhile.
        Ok((SqliteTransaction::new(Held::Writer(connection), "begin immediate"), turn))
    }

    /// Looks whether the file that was opened is still at its path; if not, no write begins any more.
    pub(super) fn look_for_file(&self) -> bool {
        let is_gone = identity(self.options.get_filename()) != self.identity;
        self.is_gone.store(is_gone, Ordering::Relaxed);
        is_gone
    }

    /// Opens the connection that writes anew, if the thread that it lives on has ended.
    async fn replace_dead(&self, writer: &mut Option<SqliteConnection>) -> Result<(), sqlx::Error> {
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(sqlx::Error::PoolClosed);
        }
        if let Some(mut connection) = writer.take() {
            if within(Some(ANSWERS_WITHIN), connection.ping()).await.is_ok() {
                *writer = Some(connection);
                return Ok(());
            }
            // It holds the file's lock until it is closed.
            drop(connection);
            tracing::error!(
                "the thread of the connection that writes to SQLite has ended; opening another one"
            );
            self.replaced.fetch_add(1, Ordering::Relaxed);
        }
        *writer = Some(within(Some(self.patience), self.options.connect()).await?);
        Ok(())
    }

    /// Starts a transaction that sees everything as of its first statement.
    pub(super) async fn begin_reading(&self) -> Result<SqliteTransaction, sqlx::Error> {
        Ok(SqliteTransaction::new(Held::Reader(self.readers.acquire().await?), "begin"))
    }

    /// Closes all connections, after the transactions that are open.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        // After all that wait for a turn.
        let _turn = self.turns.enter(Rank::AnonymousRead, Duration::MAX).await;
        // The last to close: it leaves the log empty behind it.
        let writer = self.writer.lock().await.take();
        self.is_closed.store(true, Ordering::Relaxed);
        if let Some(writer) = writer {
            writer.close().await.ok();
        }
    }
}

/// Device and inode of the file at a path; `None`: there is none.
fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// A transaction, which begins with its first statement. Dropped without [`SqliteTransaction::commit`], it leaves
/// nothing.
#[derive(Debug)]
pub(super) struct SqliteTransaction {
    connection: Held,
    begin: &'static str,
    /// Whether there is something to end.
    has_begun: bool,
}

/// A connection that nobody else has meanwhile.
#[derive(Debug)]
enum Held {
    Writer(OwnedMappedMutexGuard<Option<SqliteConnection>, SqliteConnection>),
    Reader(PoolConnection<Sqlite>),
}

impl Deref for Held {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Writer(connection) => connection,
            Self::Reader(connection) => connection,
        }
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Writer(connection) => connection,
            Self::Reader(connection) => connection,
        }
    }
}

impl SqliteTransaction {
    fn new(connection: Held, begin: &'static str) -> Self {
        Self { connection, begin, has_begun: false }
    }

    /// Makes the transaction durable, if its last statement did not.
    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        if self.has_begun {
            sqlx::query("commit").execute(&mut self).await?;
            self.has_begun = false;
        }
        Ok(())
    }

    /// What is sent for a query: the first one begins the transaction.
    fn text<'q>(&mut self, query: impl Execute<'q, Sqlite>) -> Text {
        let begins = !std::mem::replace(&mut self.has_begun, true);
        let sql = query.sql();
        let sql = if begins {
            AssertSqlSafe(format!("{}; {}", self.begin, sql.as_str())).into_sql_str()
        } else {
            sql
        };
        Text { begins, sql }
    }
}

/// What is sent to the connection at one time.
struct Text {
    /// The first of its statements begins the transaction.
    begins: bool,
    sql: SqlStr,
}

impl Drop for SqliteTransaction {
    fn drop(&mut self) {
        if self.has_begun {
            // To be polled once is to be sent, ahead of what the connection is sent next. Where there is nothing to
            // undo, for the commit was done and nobody waited for its answer, this is refused without harm.
            sqlx::query("rollback").execute(&mut *self.connection).now_or_never();
        }
    }
}

impl<'c> Executor<'c> for &'c mut SqliteTransaction {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        mut query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let arguments = match query.take_arguments() {
            Ok(arguments) => arguments,
            Err(error) => return stream::once(ready(Err(sqlx::Error::Encode(error)))).boxed(),
        };
        let Text { begins, sql } = self.text(query);
        let (count, commits) = (sql.as_str().matches(';').count() + 1, sql.as_str().ends_with(COMMIT));
        let SqliteTransaction { connection, has_begun, .. } = self;
        let results = connection.fetch_many((sql, arguments));
        // To wait for more than the last statement's answer would be to wake up once more, for the end.
        stream::unfold((results, has_begun, 0), move |(mut results, has_begun, mut done)| async move {
            loop {
                if done == count {
                    return None;
                }
                // The end before that is no success: the connection's thread has ended.
                let result = results.next().await.unwrap_or(Err(sqlx::Error::WorkerCrashed));
                if result.is_err() {
                    done = count;
                }
                if matches!(result, Ok(Either::Left(_))) {
                    done += 1;
                    *has_begun &= !(commits && done == count);
                    if begins && done == 1 {
                        continue;
                    }
                }
                return Some((result, (results, has_begun, done)));
            }
        })
        .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        mut query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        match query.take_arguments() {
            Ok(arguments) => {
                let Text { sql, .. } = self.text(query);
                self.connection.fetch_optional((sql, arguments))
            }
            Err(error) => ready(Err(sqlx::Error::Encode(error))).boxed(),
        }
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        self.connection.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Sqlite>, sqlx::Error>>
    where
        'c: 'e,
    {
        self.connection.describe(sql)
    }
}
