//! Storage errors. Callers need one distinction: whether to retry.

use std::time::{Duration, Instant};

use parking_lot::Mutex;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;
use thiserror::Error;

use super::outage::{self, Crowded};

/// Why a statement failed. `Display` is safe to log, because it contains no row values; `Debug` may contain some.
/// After an error, drop the transaction: Postgres would answer its commit with a rollback.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The database is unavailable, at least for now. Whether a commit took effect is unknown.
    #[error("database unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// No database slot was free in time for a client that has not signed in. Nothing was done.
    #[error(transparent)]
    Crowded(Crowded),
    /// Anything else: a bug, or a row that this program would not write.
    #[error("database error: {0}")]
    Failed(#[source] sqlx::Error),
}

impl StorageError {
    /// Logs what failed. Outages and crowding are logged once when they begin, so here they only appear at debug
    /// level.
    pub fn warn(&self, what: &str) {
        match self {
            Self::Unavailable(error) => tracing::debug!(%error, "{what}"),
            Self::Crowded(error) => tracing::debug!(%error, "{what}"),
            Self::Failed(error) => tracing::warn!(%error, "{what}"),
        }
    }

    /// The driver's error.
    pub(super) fn into_cause(self) -> sqlx::Error {
        match self {
            Self::Unavailable(error) | Self::Failed(error) => error,
            Self::Crowded(crowded) => crowded.into(),
        }
    }

    /// The error for a row with invalid JSON.
    pub fn corrupt(error: serde_json::Error) -> Self {
        Self::Failed(sqlx::Error::Decode(error.into()))
    }
}

/// How long after a read-only session was found each session is checked before use.
const SUSPECTED_FOR: Duration = Duration::from_mins(1);
/// SQLSTATE `read_only_sql_transaction`.
const READ_ONLY: &str = "25006";

static READ_ONLY_SEEN: Mutex<Option<Instant>> = Mutex::new(None);

/// Whether Postgres recently refused a write because the session was read-only.
pub(super) fn was_read_only_lately() -> bool {
    READ_ONLY_SEEN.lock().is_some_and(|seen| seen.elapsed() < SUSPECTED_FOR)
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        if error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == READ_ONLY) {
            *READ_ONLY_SEEN.lock() = Some(Instant::now());
        }
        if Crowded::is_behind(&error) {
            outage::note_crowd();
            return Self::Crowded(Crowded);
        }
        if !is_unavailable(&error) {
            return Self::Failed(error);
        }
        // The pool is closed only at shutdown.
        if !matches!(error, sqlx::Error::PoolClosed) {
            outage::note_failure(&error);
        }
        Self::Unavailable(error)
    }
}

/// Whether a retry may succeed.
fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => {
            if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
                is_unavailable_postgres(error.code())
            } else {
                sqlite_code(&**error).is_some_and(is_unavailable_sqlite)
            }
        }
        _ => false,
    }
}

/// By SQLSTATE (Postgres manual, appendix A). The classes: connection exception, invalid authorization, transaction
/// rollback, insufficient resources, operator intervention and system error. And single codes: no such database,
/// read-only server (a standby), idle in transaction too long, and lock timeout.
fn is_unavailable_postgres(code: &str) -> bool {
    ["08", "28", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
        || ["3D000", READ_ONLY, "25P03", "55P03"].contains(&code)
}

/// By the primary result code, the low byte (sqlite.org/rescode.html): busy, locked, no memory, read-only,
/// interrupted, I/O error, full, cannot open.
fn is_unavailable_sqlite(code: i32) -> bool {
    [5, 6, 7, 8, 9, 10, 13, 14].contains(&(code & 0xff))
}

/// Whether another process holds a lock of an SQLite file.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlite_code).is_some_and(|code| code & 0xff == 5)
}

/// The result code of an SQLite error.
fn sqlite_code(error: &(dyn DatabaseError + 'static)) -> Option<i32> {
    error.try_downcast_ref::<SqliteError>()?.code()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_server_is_unavailable_and_a_broken_constraint_is_not() {
        for code in ["08006", "57P01", "57P03", "53300", "53100", "40001", "40P01", "58030", "25006"] {
            assert!(is_unavailable_postgres(code), "{code}");
        }
        for code in ["23505", "23503", "42P01", "42601", "22P02", "XX001"] {
            assert!(!is_unavailable_postgres(code), "{code}");
        }
        for code in [5, 6, 10, 13, 14, 261, 517, 1034, 3338] {
            assert!(is_unavailable_sqlite(code), "{code}");
        }
        for code in [1, 11, 19, 26, 787, 1555, 2067] {
            assert!(!is_unavailable_sqlite(code), "{code}");
        }
    }

    #[test]
    fn a_lack_of_slots_is_not_an_outage() {
        assert!(matches!(StorageError::from(sqlx::Error::from(Crowded)), StorageError::Crowded(_)));
    }

    #[test]
    fn the_drivers_own_errors_are_classified_too() {
        let is_unavailable_error =
            |error: sqlx::Error| matches!(StorageError::from(error), StorageError::Unavailable(_));
        assert!(is_unavailable_error(sqlx::Error::PoolTimedOut));
        assert!(is_unavailable_error(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into())));
        assert!(!is_unavailable_error(sqlx::Error::RowNotFound));
    }
}
