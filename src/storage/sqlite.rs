//! The connections to an embedded database: a pool for reading, and one connection for writing.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool};

use super::backend::{DatabaseOptions, with_timeout};
use super::gate::{Gate, Permit, Rank};

/// The least time that the thread of the write connection has for an answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// The connections to a file. Cheap to clone: all clones share them.
#[derive(Debug, Clone)]
pub(super) struct SqliteFile {
    /// How it was opened.
    pub(super) options: Arc<SqliteConnectOptions>,
    /// Reads never wait for the writer, because of the write-ahead log.
    pub(super) readers: SqlitePool,
    /// One connection, because SQLite has one writer at a time.
    writer: SqlitePool,
    /// Writers queue here by rank. SQLite itself would make them poll (`SQLITE_BUSY`).
    turns: Arc<Gate>,
    /// How long to wait for a turn, and for a statement.
    statement_timeout: Duration,
    /// Device and inode of the opened file.
    identity: Option<(u64, u64)>,
    /// Whether another file, or none, is at the path.
    is_gone: Arc<AtomicBool>,
    /// How often the write connection was replaced because its thread had ended.
    pub(super) replaced: Arc<AtomicU64>,
}

impl SqliteFile {
    /// The connections to an existing file, each opened at first use. `file` says how to open it for writing.
    pub(super) fn new(file: SqliteConnectOptions, options: &DatabaseOptions) -> Self {
        // The file exists from now on; if it is missing later, it was lost.
        let file = file.create_if_missing(false);
        let statement_timeout = options.acquire_timeout;
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(statement_timeout)
                .idle_timeout(None)
                .max_lifetime(None)
                // A connection to a file does not go stale.
                .test_before_acquire(false)
        };
        let (readers, replaced) = (pool(options.max_connections), Arc::new(AtomicU64::new(0)));
        Self {
            readers: readers
                .after_release(check_released(statement_timeout, Arc::default()))
                .connect_lazy_with(file.clone().pragma("query_only", "on")),
            // Half the wait of the next writer, so that there is time left to open another connection; but a thread on a
            // busy machine may answer late.
            writer: pool(1)
                .after_release(check_released((statement_timeout / 2).max(ANSWERS_WITHIN), replaced.clone()))
                .connect_lazy_with(file.clone()),
            turns: Gate::new(1),
            statement_timeout,
            identity: identity(file.get_filename()),
            is_gone: Arc::default(),
            options: Arc::new(file),
            replaced,
        }
    }

    /// Waits for a turn to write.
    pub(super) async fn enter(&self, rank: Rank) -> Result<Permit, sqlx::Error> {
        self.turns.enter(rank, self.statement_timeout).await
    }

    /// Starts a write transaction. The caller must hold a turn until the transaction ends.
    pub(super) async fn begin(&self) -> Result<sqlx::Transaction<'static, Sqlite>, sqlx::Error> {
        if self.is_gone.load(Ordering::Relaxed) {
            let gone = "the database file was deleted or replaced";
            return Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::NotFound, gone)));
        }
        // A transaction that takes the write lock later fails if another process has written in the meantime.
        self.writer.begin_with("begin immediate").await
    }

    /// Checks whether the opened file is still at its path. If not, no further writes begin.
    pub(super) fn look_for_file(&self) -> bool {
        let is_gone = identity(self.options.get_filename()) != self.identity;
        self.is_gone.store(is_gone, Ordering::Relaxed);
        is_gone
    }

    /// Closes all connections once the open transactions and the queued writers are done.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        let _turn = self.turns.enter(Rank::Check, Duration::MAX).await;
        // The last connection to close empties the write-ahead log.
        self.writer.close().await;
    }
}

/// Device and inode of the file at a path; `None` if there is none.
fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Checks each connection that returns to its pool, and closes those that cannot be used again:
///
/// - Its thread has ended, or does not answer in time. The pool itself would wait without a limit. `replaced`
///   counts these.
/// - sqlx still believes in a transaction. SQLite rolls back on its own when the disk is full or fails; sqlx 0.9.0
///   then sends a rollback that fails, and never begins another transaction (`InvalidSavePointStatement`; worker.rs,
///   `Command::Rollback`).
fn check_released(
    statement_timeout: Duration,
    replaced: Arc<AtomicU64>,
) -> impl for<'c> Fn(&'c mut SqliteConnection, PoolConnectionMetadata) -> BoxFuture<'c, Result<bool, sqlx::Error>>
{
    move |connection, _| {
        let replaced = replaced.clone();
        Box::pin(async move {
            if let Err(error) = with_timeout(Some(statement_timeout), connection.ping()).await {
                replaced.fetch_add(1, Ordering::Relaxed);
                tracing::error!(
                    %error,
                    "the thread of an SQLite connection has ended, or did not answer in time; opening another connection"
                );
                return Err(error);
            }
            Ok(!connection.is_in_transaction())
        })
    }
}

#[cfg(test)]
mod tests {
    use sqlx::ConnectOptions as _;

    use super::*;
    use crate::test_folder::TestFolder;

    const TIMEOUT: Duration = Duration::from_secs(20);

    async fn open(folder: &TestFolder) -> SqliteFile {
        let file = SqliteConnectOptions::new().filename(folder.0.join("touchline.db"));
        let made = file.clone().create_if_missing(true).connect().await.expect("the file is made");
        made.close().await.expect("it closes");
        SqliteFile::new(file, &DatabaseOptions { max_connections: 2, acquire_timeout: TIMEOUT })
    }

    #[tokio::test]
    async fn a_transaction_that_sqlite_rolls_back_by_itself_does_not_keep_others_from_writing() {
        let folder = TestFolder::new();
        let file = open(&folder).await;
        let mut tx = file.begin().await.expect("it begins");
        sqlx::query("create table numbers (n integer unique)").execute(&mut *tx).await.expect("it is made");
        tx.commit().await.expect("it is committed");
        let mut tx = file.begin().await.expect("it begins");
        sqlx::query("insert into numbers values (1)").execute(&mut *tx).await.expect("it is inserted");
        // As SQLite does when the disk is full.
        let refused = sqlx::query("insert or rollback into numbers values (1)").execute(&mut *tx).await;
        refused.expect_err("it is there already");
        drop(tx);
        let mut tx = file.begin().await.expect("the next one begins");
        sqlx::query("insert into numbers values (2)").execute(&mut *tx).await.expect("it is inserted");
        tx.commit().await.expect("it is committed");
        let numbers: Vec<i64> =
            sqlx::query_scalar("select n from numbers").fetch_all(&file.readers).await.expect("it is read");
        assert_eq!((numbers, file.replaced.load(Ordering::Relaxed)), (vec![2], 0));
        file.close().await;
    }

    #[tokio::test]
    async fn closing_waits_for_the_writers_that_wait_for_a_turn() {
        let folder = TestFolder::new();
        let file = open(&folder).await;
        let first = file.enter(Rank::Scorer).await.expect("nobody else writes");
        let mut second = Box::pin(file.enter(Rank::AnonymousWrite));
        assert!(futures_util::poll!(&mut second).is_pending());
        let mut closing = Box::pin(file.close());
        assert!(futures_util::poll!(&mut closing).is_pending());
        drop(first);
        let turn = second.await.expect("its turn comes first");
        let mut tx = file.begin().await.expect("the file is still open");
        sqlx::query("create table numbers (n integer)").execute(&mut *tx).await.expect("it is made");
        tx.commit().await.expect("it is committed");
        assert!(futures_util::poll!(&mut closing).is_pending());
        drop(turn);
        closing.await;
        assert!(file.begin().await.is_err(), "it is closed");
    }
}
