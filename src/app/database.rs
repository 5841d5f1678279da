//! Opening the database: for a server, and for a command.

use crate::config::StorageOptions;
use crate::storage::probe::{self, Encryption, Schema};
use crate::storage::{ConnectError, Database, DatabaseOptions, embedded_file};

/// What a command does with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It may run alongside servers, so it does not change the schema under them.
    Use,
    /// It brings the schema up to this version.
    Migrate,
    /// It changes what servers keep in memory, so none may run.
    Restore,
}

/// Opens the database for a server, and brings it up to this version. An embedded one has one server at a time.
///
/// # Errors
/// [`ConnectError`]: what is wrong, and what to do.
pub async fn open_database(storage: &StorageOptions) -> Result<Database, ConnectError> {
    let options = options(storage);
    let lock = Database::lock(&storage.database_url, &options).await?;
    let database = Database::connect(&storage.database_url, &options).await?.holding(lock);
    database.migrate().await?;
    database.require_writes().await?;
    Ok(database)
}

/// Opens the database for a command: an embedded one must be there already, for a new one in the wrong folder would be of no
/// use. An older schema stays where servers of the older version may run on it.
///
/// # Errors
/// [`ConnectError`]: what is wrong, and what to do.
pub async fn open_existing_database(
    storage: &StorageOptions,
    purpose: Purpose,
) -> Result<Database, ConnectError> {
    let url = &storage.database_url;
    if let Some(file) = embedded_file(url).filter(|file| !file.as_os_str().is_empty() && !file.exists()) {
        let file = std::path::absolute(&file).unwrap_or(file);
        return Err(ConnectError::Missing(file.display().to_string()));
    }
    let options = options(storage);
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

fn options(storage: &StorageOptions) -> DatabaseOptions {
    DatabaseOptions {
        max_connections: storage.database_connections,
        acquire_timeout: storage.database_timeout,
    }
}

/// Says so if what is sent to the database can be read on the way.
pub(super) async fn warn_if_unencrypted(database: &Database) {
    match probe::encryption(database).await {
        Ok(Encryption::NotNeeded | Encryption::Tls) => {}
        Ok(Encryption::None { place }) => tracing::warn!(
            place,
            "the connection to Postgres is not encrypted: enable TLS there, and set sslmode in DATABASE_URL"
        ),
        Err(error) => tracing::warn!(%error, "cannot tell whether the connection to Postgres is encrypted"),
    }
}
