//! Opens the database for a server or for a command.

use crate::config::StorageOptions;
use crate::storage::probe::{self, Encryption, Schema};
use crate::storage::{ConnectError, Database, DatabaseOptions, embedded_file};

/// Why a command opens the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The command may run alongside servers, so it must not change the schema.
    Use,
    /// The command migrates the schema to this version.
    Migrate,
    /// The command changes data that servers keep in memory, so no server may run.
    Restore,
}

/// Opens the database for a server, and migrates it to this version. An embedded database has one server at a time.
pub async fn open_database(storage: &StorageOptions) -> Result<Database, ConnectError> {
    let options = database_options(storage);
    let lock = Database::lock(&storage.database_url, &options).await?;
    let database = Database::connect(&storage.database_url, &options).await?.holding(lock);
    database.migrate().await?;
    database.require_writes().await?;
    Ok(database)
}

/// Opens the database for a command. An embedded database must exist: a new one in the wrong folder would be
/// useless. An older schema is not migrated if servers of the older version may be running.
pub async fn open_existing_database(
    storage: &StorageOptions,
    purpose: Purpose,
) -> Result<Database, ConnectError> {
    let url = &storage.database_url;
    if let Some(file) = embedded_file(url).filter(|file| !file.as_os_str().is_empty() && !file.exists()) {
        let file = std::path::absolute(&file).unwrap_or(file);
        return Err(ConnectError::Missing(file.display().to_string()));
    }
    let options = database_options(storage);
    let database = Database::connect(url, &options).await?;
    let schema = probe::schema(&database).await.map_err(|error| database.explain(error))?;
    if purpose != Purpose::Restore && schema == Schema::Current {
        return Ok(database);
    }
    let is_older = matches!(schema, Schema::Older(_));
    if is_older && purpose == Purpose::Use && database.is_shared() {
        return Err(ConnectError::Older);
    }
    let lock = match Database::lock(url, &options).await {
        Err(ConnectError::InUse(_)) if is_older && purpose == Purpose::Use => {
            return Err(ConnectError::Older);
        }
        lock => lock?,
    };
    database.migrate().await?;
    Ok(if purpose == Purpose::Restore { database.holding(lock) } else { database })
}

pub(crate) fn database_options(storage: &StorageOptions) -> DatabaseOptions {
    DatabaseOptions {
        max_connections: storage.database_connections,
        acquire_timeout: storage.database_timeout,
    }
}

/// Logs a warning if the connection to the database is not encrypted.
pub(super) async fn warn_if_unencrypted(database: &Database) {
    match probe::encryption(database).await {
        Ok(Encryption::NotNeeded | Encryption::Tls) => {}
        Ok(Encryption::None { place }) => tracing::warn!(
            place,
            "the connection to Postgres is not encrypted: enable TLS on the server, and set sslmode in DATABASE_URL"
        ),
        Err(error) => {
            tracing::warn!(%error, "cannot determine whether the connection to Postgres is encrypted");
        }
    }
}
