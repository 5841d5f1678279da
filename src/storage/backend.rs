//! One database type over two engines: how a statement is written once and runs on either.

use std::time::Duration;

use super::outage;

/// One of two values, by engine.
#[derive(Debug, Clone)]
pub(super) enum Backend<P, S> {
    Postgres(P),
    Sqlite(S),
}

/// Runs a statement on the engine in use. The statement is written once and compiled for both.
macro_rules! on {
    ($source:expr, |$executor:ident| $statement:expr) => {{
        let statement_timeout = $source.statement_timeout();
        let statement = async {
            let _place = $source.enter().await?;
            match $source.executor() {
                $crate::storage::backend::Backend::Postgres($executor) => $statement,
                $crate::storage::backend::Backend::Sqlite($executor) => $statement,
            }
        };
        $crate::storage::backend::with_timeout(statement_timeout, statement).await
    }
    .map_err($crate::storage::StorageError::from)};
}

/// Runs a statement with these values on a database or in a transaction: `execute!(tx, "delete …", [a, b])`. Returns
/// the number of changed rows.
macro_rules! execute {
    ($source:expr, $sql:expr $(, [$($value:expr),* $(,)?])? $(,)?) => {
        on!($source, |executor| sqlx::query($sql)
            $($(.bind($value))*)?
            .execute(executor)
            .await
            .map(|done| done.rows_affected()))
    };
}

/// Runs a query likewise, and returns all its rows. The result says what a row is read as.
macro_rules! fetch_all {
    ($($query:tt)*) => { fetch!(fetch_all, $($query)*) };
}

/// The same for a query with exactly one row.
macro_rules! fetch_one {
    ($($query:tt)*) => { fetch!(fetch_one, $($query)*) };
}

/// The same for a query with at most one row.
macro_rules! fetch_optional {
    ($($query:tt)*) => { fetch!(fetch_optional, $($query)*) };
}

macro_rules! fetch {
    ($fetch:ident, $source:expr, $sql:expr $(, [$($value:expr),* $(,)?])? $(,)?) => {
        on!($source, |executor| sqlx::query_as($sql)$($(.bind($value))*)?.$fetch(executor).await)
    };
}

/// Runs a statement, with a timeout if there is one.
pub(super) async fn with_timeout<T>(
    statement_timeout: impl Into<Option<Duration>>,
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let done = match statement_timeout.into() {
        None => statement.await,
        Some(statement_timeout) => {
            tokio::time::timeout(statement_timeout, statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
        }
    };
    if done.is_ok() {
        outage::note_answer();
    }
    done
}

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// Maximum number of open connections. SQLite has one more, for writing.
    pub max_connections: u32,
    /// How long to wait for a connection, for a turn to write, for a locked row, or for a read outside a
    /// transaction.
    pub acquire_timeout: Duration,
}
