//! The two engines behind one database: how a statement is written once and run on either.

use std::time::Duration;

use super::outage;

/// One of two things, by engine.
#[derive(Debug, Clone)]
pub(super) enum Backend<P, S> {
    Postgres(P),
    Sqlite(S),
}

/// Runs a statement on whichever engine is there: the text is written once, and compiled for both.
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

/// Waits for a statement, with an end where there is to be one.
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
    /// The most connections that are open at once. (SQLite has one more, for writing.)
    pub max_connections: u32,
    /// The longest wait for a connection, for the turn to write, for a row that another one holds, or for a statement that
    /// reads outside a transaction.
    pub acquire_timeout: Duration,
}
