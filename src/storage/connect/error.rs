//! What operators read when the database cannot be used.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Access, access};
use rustix::io::Errno;
use rustix::process::getuid;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use thiserror::Error;

use crate::storage::StorageError;

/// Why the database cannot be used. `Display` is one line for operators, without the password.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The URL is invalid.
    #[error(
        "DATABASE_URL is not a database URL ({0}); write it like sqlite://data/touchline.db or \
         postgres://user:password@host:5432/touchline"
    )]
    Url(String),
    /// The database would be in memory only.
    #[error("DATABASE_URL names no file; write it like sqlite://data/touchline.db")]
    NoFile,
    /// The file's folder does not exist and cannot be created.
    #[error(
        "cannot create the folder {folder} for the database ({reason}); create it, or correct DATABASE_URL"
    )]
    Folder {
        /// The folder's path.
        folder: String,
        /// What the system reported.
        reason: String,
    },
    /// The file is not a database.
    #[error("{0} is not an SQLite database; move it away, or correct DATABASE_URL")]
    NotADatabase(String),
    /// Rows of an older version could not be completed.
    #[error("cannot complete the events of the older version ({0}); restore a backup, and report this")]
    Rows(#[source] StorageError),
    /// The server is unreachable.
    #[error("cannot reach Postgres at {place} ({reason}); start Postgres, or correct DATABASE_URL")]
    Unreachable {
        /// Host and port, or the socket's path.
        place: String,
        /// What the system reported.
        reason: String,
    },
    /// The user or the password is wrong.
    #[error("Postgres at {place} rejects user {user} ({reason}); correct DATABASE_URL")]
    Refused {
        /// Host and port, or the socket's path.
        place: String,
        /// The user's name.
        user: String,
        /// What the server reported.
        reason: String,
    },
    /// The server has no such database.
    #[error(
        "Postgres at {place} has no database {database}; create it (createdb {database}), or correct DATABASE_URL"
    )]
    NoSuchDatabase {
        /// Host and port, or the socket's path.
        place: String,
        /// The database's name.
        database: String,
    },
    /// The database's encoding cannot hold every character.
    #[error(
        "the database {database} at {place} uses the encoding {encoding}; create one with UTF8 \
         (createdb --encoding UTF8 --template template0 {database}), or correct DATABASE_URL"
    )]
    Encoding {
        /// Host and port, or the socket's path.
        place: String,
        /// The database's name.
        database: String,
        /// Its encoding, as the server names it.
        encoding: String,
    },
    /// The file can be read, but not written.
    #[error("cannot write to the database {file} ({reason}): {advice}")]
    NotWritable {
        /// The file.
        file: String,
        /// What SQLite reported.
        reason: String,
        /// How to fix it.
        advice: String,
    },
    /// The server can be read, but not written.
    #[error(
        "Postgres at {place} refuses writes from user {user} ({reason}); set DATABASE_URL to the primary, turn off \
         default_transaction_read_only, or grant {user} the missing privilege"
    )]
    TakesNoWrites {
        /// Host and port, or the socket's path.
        place: String,
        /// The user's name.
        user: String,
        /// What the server reported.
        reason: String,
    },
    /// Another server uses the file.
    #[error(
        "another Touchline server uses the database {0} (it holds {0}.lock); stop that server, or set \
         DATABASE_URL to another file"
    )]
    InUse(String),
    /// The command would change the schema under servers that may be running.
    #[error(
        "the database has the schema of an older Touchline, whose servers may still be running; upgrade them first \
         (touchline migrate, or start the new server), then run this again"
    )]
    Older,
    /// The file does not exist, and the command does not create it.
    #[error(
        "no database {0}: the server creates it when it first starts; run this command in the server's folder, or \
         correct DATABASE_URL"
    )]
    Missing(String),
    /// A newer program has migrated the schema.
    #[error(
        "the database was used by a newer Touchline (its schema has version {0}, which this version does not \
         know); start the newer program, or restore a backup made before it"
    )]
    Newer(i64),
    /// Another program's migration has the same version number.
    #[error(
        "the database was created by a different build of Touchline (migration {0} differs); start \
         that one, or restore a backup"
    )]
    Differs(i64),
    /// Any other error.
    #[error("cannot use the database {place}: {reason}")]
    Other {
        /// The file, or host and port.
        place: String,
        /// What the database reported.
        reason: String,
    },
}

impl ConnectError {
    /// What the database reported about a write, without its address.
    pub(in crate::storage) fn reason(&self) -> &str {
        match self {
            Self::NotWritable { reason, .. }
            | Self::TakesNoWrites { reason, .. }
            | Self::Unreachable { reason, .. }
            | Self::Refused { reason, .. }
            | Self::Other { reason, .. } => reason,
            _ => "see the log",
        }
    }
}

/// The address of a server, without the password.
pub(in crate::storage) fn place(server: &PgConnectOptions) -> String {
    match server.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", server.get_host(), server.get_port()),
    }
}

pub(super) fn explain(server: &PgConnectOptions, error: &sqlx::Error) -> ConnectError {
    let (place, reason) = (place(server), reason(error));
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => ConnectError::Unreachable { place, reason },
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("28P01" | "28000") => {
                ConnectError::Refused { place, user: server.get_username().to_owned(), reason }
            }
            Some("3D000") => {
                // Without a database name, Postgres uses the user's name.
                let database = server.get_database().unwrap_or(server.get_username()).to_owned();
                ConnectError::NoSuchDatabase { place, database }
            }
            // Starting, shutting down, or too many connections.
            Some("57P01" | "57P02" | "57P03" | "53300") => ConnectError::Unreachable { place, reason },
            _ => ConnectError::Other { place, reason },
        },
        _ => ConnectError::Other { place, reason },
    }
}

pub(super) fn explain_sqlite(path: &Path, error: &sqlx::Error) -> ConnectError {
    let place = path.display().to_string();
    match error.as_database_error().and_then(DatabaseError::code).as_deref() {
        // SQLITE_NOTADB
        Some("26") => ConnectError::NotADatabase(place),
        Some(code) if let Some(advice) = advice(path, code) => {
            ConnectError::NotWritable { file: place, reason: reason(error), advice }
        }
        _ => ConnectError::Other { place, reason: reason(error) },
    }
}

/// Explains why a file's lock cannot be taken.
pub(super) fn explain_lock(path: &Path, error: &std::io::Error) -> ConnectError {
    ConnectError::NotWritable {
        file: path.display().to_string(),
        reason: format!("cannot create its lock file: {error}"),
        advice: refusal(path),
    }
}

/// How to fix a file that cannot be written, by SQLite's result code; the low byte is the primary code
/// (sqlite.org/rescode.html).
fn advice(path: &Path, code: &str) -> Option<String> {
    match code.parse::<i32>().ok()? & 0xff {
        // Busy, locked.
        5 | 6 => return Some("another program has locked it; stop that program".to_owned()),
        13 => return Some("its disk is full; free some space".to_owned()),
        // No permission, read-only, I/O error, cannot open.
        3 | 8 | 10 | 14 => {}
        _ => return None,
    }
    Some(refusal(path))
}

/// Why the system refuses to write a file, and how to fix it.
fn refusal(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let refused = [path, folder].into_iter().find_map(|place| {
        let error = access(place, Access::WRITE_OK).err()?;
        Some((place.display(), place.metadata().map_or(0, |metadata| metadata.uid()), error))
    });
    match refused {
        Some((place, _, Errno::ROFS)) => {
            format!("{place} is mounted read-only; mount it read-write, or correct DATABASE_URL")
        }
        Some((place, _, Errno::PERM)) => {
            format!("{place} is immutable; make it writable (chattr -i), or correct DATABASE_URL")
        }
        Some((place, owner, _)) => format!(
            "permission denied: {place} belongs to user {owner}, and user {} cannot write it; change its owner or \
             mode (chown, chmod), or correct DATABASE_URL",
            getuid().as_raw()
        ),
        None => "check the file, its folder and their disk".to_owned(),
    }
}

/// Explains why Postgres refused a write.
pub(super) fn explain_postgres_write(server: &PgConnectOptions, error: &sqlx::Error) -> ConnectError {
    match error.as_database_error().and_then(DatabaseError::code).as_deref() {
        // `read_only_sql_transaction`, `insufficient_privilege`.
        Some("25006" | "42501") => ConnectError::TakesNoWrites {
            place: place(server),
            user: server.get_username().to_owned(),
            reason: reason(error),
        },
        _ => explain(server, error),
    }
}

/// Explains why the migration failed. `explain` handles the database's own errors.
pub(super) fn explain_migration(
    place: String,
    error: &MigrateError,
    explain: impl FnOnce(&sqlx::Error) -> ConnectError,
) -> ConnectError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => explain(error),
        MigrateError::VersionMissing(version) => ConnectError::Newer(*version),
        MigrateError::VersionMismatch(version) => ConnectError::Differs(*version),
        other => ConnectError::Other { place, reason: other.to_string() },
    }
}

/// What the database or the system reported, without the driver's prefix.
pub(super) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Configuration(error) => error.to_string(),
        other => other.to_string(),
    }
}
