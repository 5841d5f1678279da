//! Whether the database takes writes. The server tries one when it starts, and whenever nothing has been written for a
//! while; `/readyz` reports the last result.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use sqlx::AssertSqlSafe;
use thiserror::Error;

use super::connect::{ConnectError, explain_write};
use super::database::On;
use super::gate::Rank;
use super::{Database, StorageError};

/// Why the database takes no writes, as anybody may read it: no path, no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteProblem {
    /// A write failed.
    #[error("the database takes no writes ({0}); the log and touchline doctor say what to do")]
    Refused(String),
    /// No answer came. That is an outage, which is logged as such.
    #[error("the database does not answer a write")]
    Unanswered,
    /// The embedded database's file is not at its path any more.
    #[error(
        "the database file was deleted or replaced, so writes are refused; move the file back, or stop the server and \
         restore a backup"
    )]
    FileGone,
}

/// What is known of writes. All clones of a database share it.
#[derive(Debug, Default)]
pub(super) struct WriteState {
    /// Transactions that were committed.
    commits: AtomicU64,
    /// How many there were at the last check.
    checked_at: AtomicU64,
    problem: Mutex<Option<WriteProblem>>,
}

impl WriteState {
    /// A transaction was committed.
    pub(super) fn note_commit(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether something was committed since the last check.
    fn has_written(&self) -> bool {
        self.commits.load(Ordering::Relaxed) != self.checked_at.load(Ordering::Relaxed)
    }

    /// Keeps a result, and logs it if it is news.
    fn set(&self, problem: Option<WriteProblem>, advice: impl Display) {
        self.checked_at.store(self.commits.load(Ordering::Relaxed), Ordering::Relaxed);
        let mut kept = self.problem.lock();
        let last = kept.take();
        let is_of_note = |problem: &Option<WriteProblem>| {
            problem.as_ref().is_some_and(|problem| *problem != WriteProblem::Unanswered)
        };
        if is_of_note(&problem) && last != problem {
            tracing::error!(%advice, "not ready: the database takes no writes");
        } else if problem.is_none() && is_of_note(&last) {
            tracing::info!("ready: the database takes writes again");
        }
        *kept = problem;
    }
}

impl Database {
    /// Why the last check of writes failed; `None` if it did not. Asks nothing of the database.
    #[must_use]
    pub fn write_problem(&self) -> Option<WriteProblem> {
        self.writes.problem.lock().clone()
    }

    /// Checks whether the database takes writes: SQLite's file must still be at its path, and something must have been
    /// committed since the last check. If not, this writes, after everybody else who waits for a turn.
    pub async fn check_writes(&self) {
        if let Some(file) = self.lost_file() {
            let advice = format!("{} was deleted or replaced; move the file back", file.display());
            return self.writes.set(Some(WriteProblem::FileGone), advice);
        }
        if self.writes.has_written() {
            return self.writes.set(None, "");
        }
        let mut attempt = Box::pin(self.try_write());
        let result = if let Ok(result) = tokio::time::timeout(self.patience, &mut attempt).await {
            result
        } else {
            if !self.writes.has_written() {
                self.writes.set(Some(WriteProblem::Unanswered), "");
            }
            attempt.await
        };
        let error = match result {
            Err(error) if !self.writes.has_written() => error.into_cause(),
            _ => return self.writes.set(None, ""),
        };
        let sentence = explain_write(&self.on, &error);
        let problem = match error {
            sqlx::Error::Database(_) => WriteProblem::Refused(sentence.reason().to_owned()),
            _ => WriteProblem::Unanswered,
        };
        self.writes.set(Some(problem), sentence);
    }

    /// Writes something that changes nothing, and commits it.
    ///
    /// # Errors
    /// [`ConnectError`]: why the database takes no writes, and what to do.
    pub async fn require_writes(&self) -> Result<(), ConnectError> {
        self.try_write().await.map_err(|error| self.explain(error))
    }

    /// What an operator is told about an error.
    #[must_use]
    pub fn explain(&self, error: StorageError) -> ConnectError {
        explain_write(&self.on, &error.into_cause())
    }

    /// The write reaches the disk, and leaves the database as it was and as large.
    async fn try_write(&self) -> Result<(), StorageError> {
        let mut tx = self.begin_ranked(Rank::Check).await?;
        match &self.on {
            On::Postgres(_) => {
                // A database without a schema must let it be made; this is rolled back.
                let has_schema: bool =
                    on!(tx, |tx| sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
                        .fetch_one(tx)
                        .await)?;
                if !has_schema {
                    let create = "create table touchline_write_check (id integer)";
                    on!(tx, |tx| sqlx::query(create).execute(tx).await.map(|_| ()))?;
                    return Ok(());
                }
                let update = "update _sqlx_migrations set success = success where version = 1";
                on!(tx, |tx| sqlx::query(update).execute(tx).await.map(|_| ()))?;
            }
            On::Sqlite(_) => {
                // A number in the file's header that nothing else uses. (SQLite skips an update that changes nothing.)
                let version: i64 =
                    on!(tx, |tx| sqlx::query_scalar("pragma user_version").fetch_one(tx).await)?;
                let set = AssertSqlSafe(format!("pragma user_version = {version}"));
                on!(tx, |tx| sqlx::query(set).execute(tx).await.map(|_| ()))?;
            }
        }
        tx.commit_unnoted().await
    }
}
