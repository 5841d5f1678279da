//! Checks whether the database accepts writes. The server tries a write when it starts, and whenever nothing has
//! been written for a while. `/readyz` reports the last result.

use sqlx::AssertSqlSafe;

use super::backend::Backend;
use super::connect::{ConnectError, explain_write};
use super::database::Database;
use super::error::StorageError;
use super::gate::Rank;
use super::write_state::WriteProblem;

impl Database {
    /// Why the last check of writes failed; `None` if it did not. Does not query the database.
    pub fn write_problem(&self) -> Option<WriteProblem> {
        self.writes.problem()
    }

    /// Checks whether the database accepts writes: SQLite's file must still be at its path, and something must have
    /// been committed since the last check. If nothing was, this writes, after everybody else who waits for a turn.
    pub async fn check_writes(&self) {
        if let Some(file) = self.lost_file() {
            let advice = format!("{} was deleted or replaced; move the file back", file.display());
            return self.writes.set(Some(WriteProblem::FileGone), advice);
        }
        if self.writes.has_written() {
            return self.writes.set(None, "");
        }
        let mut attempt = Box::pin(self.try_write());
        let result = if let Ok(result) = tokio::time::timeout(self.statement_timeout, &mut attempt).await {
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

    /// Tests a write: commits one that changes nothing.
    ///
    /// # Errors
    /// [`ConnectError`]: why the database refuses writes and how to fix it.
    pub async fn require_writes(&self) -> Result<(), ConnectError> {
        self.try_write().await.map_err(|error| self.explain(error))
    }

    /// Explains an error to operators.
    pub fn explain(&self, error: StorageError) -> ConnectError {
        explain_write(&self.on, &error.into_cause())
    }

    /// Writes to the disk without changing the content or size of the database.
    async fn try_write(&self) -> Result<(), StorageError> {
        let mut tx = self.begin_ranked(Rank::Check).await?;
        match &self.on {
            Backend::Postgres(_) => {
                // A new database must allow tables to be created. This one is rolled back.
                let (has_schema,): (bool,) =
                    fetch_one!(tx, "select to_regclass('_sqlx_migrations') is not null")?;
                if !has_schema {
                    let create = "create table touchline_write_check (id integer)";
                    execute!(tx, create)?;
                    return Ok(());
                }
                let update = "update _sqlx_migrations set success = success where version = 1";
                execute!(tx, update)?;
            }
            Backend::Sqlite(_) => {
                // A number in the file's header that nothing else uses. SQLite skips updates that change nothing.
                let (version,): (i64,) = fetch_one!(tx, "pragma user_version")?;
                let set = AssertSqlSafe(format!("pragma user_version = {version}"));
                execute!(tx, set)?;
            }
        }
        tx.commit_unnoted().await
    }
}
