//! What an operator is told when the database cannot be used.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Access, access};
use rustix::io::Errno;
use rustix::process::getuid;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use thiserror::Error;

/// Why the database cannot be used. `Display` is one line for an operator, without the password.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The URL cannot be read.
    #[error(
        "DATABASE_URL is not a database's URL ({0}); write it like sqlite://data/touchline.db or \
         postgres://user:password@host:5432/touchline"
    )]
    Url(String),
    /// A database that would be gone at the end of the program.
    #[error("DATABASE_URL names no file; write it like sqlite://data/touchline.db")]
    NoFile,
    /// The file's folder is not there, and cannot be made.
    #[error("cannot make the folder {folder} for the database ({reason}); make it, or correct DATABASE_URL")]
    Folder {
        /// The folder's path.
        folder: String,
        /// What the system said.
        reason: String,
    },
    /// The file holds something else.
    #[error("{0} is not an SQLite database; move it away, or correct DATABASE_URL")]
    NotADatabase(String),
    /// Nothing answers there.
    #[error("cannot reach Postgres at {place} ({reason}); start it, or correct DATABASE_URL")]
    Unreachable {
        /// Host and port, or the socket's path.
        place: String,
        /// What the system said.
        reason: String,
    },
    /// The user or the password is wrong.
    #[error("Postgres at {place} does not let {user} in ({reason}); correct DATABASE_URL")]
    Refused {
        /// Host and port, or the socket's path.
        place: String,
        /// The user's name.
        user: String,
        /// What the server said.
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
    /// It cannot hold every text.
    #[error(
        "the database {database} at {place} has the encoding {encoding}; create one in UTF8 \
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
    /// It can be read, not written.
    #[error("cannot write to the database {file} ({reason}): {advice}")]
    NotWritable {
        /// The file.
        file: String,
        /// What SQLite said.
        reason: String,
        /// What to do.
        advice: String,
    },
    /// It can be read, not written.
    #[error(
        "Postgres at {place} takes no writes from {user} ({reason}); name the primary in DATABASE_URL, turn off          default_transaction_read_only, or give {user} the missing privilege"
    )]
    TakesNoWrites {
        /// Host and port, or the socket's path.
        place: String,
        /// The user's name.
        user: String,
        /// What the server said.
        reason: String,
    },
    /// Another server has it.
    #[error(
        "another Touchline server uses the database {0} (it holds {0}.lock); stop that server, or name another file in \
         DATABASE_URL"
    )]
    InUse(String),
    /// A command would change the schema under servers that may run.
    #[error(
        "the database has the schema of an older Touchline, whose servers may still run on it; upgrade them first (touchline \
         migrate, or start the new server), then run this again"
    )]
    Older,
    /// There is no such file, and this command makes none.
    #[error(
        "there is no database {0}: the server makes it when it first starts; run this in the server's folder, or \
         correct DATABASE_URL"
    )]
    Missing(String),
    /// A newer program has changed the schema.
    #[error(
        "the database was used by a newer Touchline (its schema has version {0}, which this program does not \
         know); start the newer program, or restore a backup made before it"
    )]
    Newer(i64),
    /// Another program's migration has this version.
    #[error(
        "the database was made by a different build of Touchline (version {0} of its schema differs); start \
         that one, or restore a backup"
    )]
    Differs(i64),
    /// Anything else.
    #[error("cannot use the database {place}: {reason}")]
    Other {
        /// The file, or host and port.
        place: String,
        /// What the database said.
        reason: String,
    },
}

impl ConnectError {
    /// What the database said about a write, without where it is.
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

/// Where a server is, without the password.
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
                // Postgres takes the user's name where no database is named.
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

/// Why a file's lock cannot be taken.
pub(super) fn explain_lock(path: &Path, error: &std::io::Error) -> ConnectError {
    ConnectError::NotWritable {
        file: path.display().to_string(),
        reason: format!("no lock file can be made beside it: {error}"),
        advice: refusal(path),
    }
}

/// What to do about a file that cannot be written, by SQLite's result code, whose low byte is the primary one
/// (sqlite.org/rescode.html).
fn advice(path: &Path, code: &str) -> Option<String> {
    match code.parse::<i32>().ok()? & 0xff {
        // Busy, locked.
        5 | 6 => return Some("another program has locked it; end that program".to_owned()),
        13 => return Some("its disk is full; make room".to_owned()),
        // No permission, read-only, I/O error, cannot open.
        3 | 8 | 10 | 14 => {}
        _ => return None,
    }
    Some(refusal(path))
}

/// What the system has against writing a file, and what to do.
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
            "{place} belongs to user {owner}, and user {} may not write it; change its owner or mode (chown, \
             chmod), or correct DATABASE_URL",
            getuid().as_raw()
        ),
        None => "look at the file, its folder and their disk".to_owned(),
    }
}

/// Why Postgres did not carry out a write.
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

/// Why the schema was not brought up to date. `explain` knows what the database's own errors mean.
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

/// What the database or the system said, without the driver's own introduction.
pub(super) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Configuration(error) => error.to_string(),
        other => other.to_string(),
    }
}
