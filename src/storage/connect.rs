//! Opens each engine and migrates its schema.

use std::fs::{OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool, SqliteConnection};
use tokio::time::Instant;

use super::backend::{Backend, DatabaseOptions, with_timeout};
use super::error::{is_busy, was_read_only_lately};
use super::lock::FileLock;
use super::outage::note_failure;
use super::sqlite::SqliteFile;

mod error;

pub use error::ConnectError;
pub(super) use error::place;
use error::{explain, explain_lock, explain_migration, explain_postgres_write, explain_sqlite, reason};

static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");
static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a migration waits for another process that migrates the same SQLite file. Postgres has its own lock for
/// this, and waits without limit.
const SQLITE_MIGRATION_WAIT: Duration = Duration::from_mins(1);

/// Opens the database at a URL.
pub(super) async fn connect(
    url: &str,
    options: &DatabaseOptions,
) -> Result<Backend<PgPool, SqliteFile>, ConnectError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("postgres" | "postgresql") => connect_postgres(url, options).await.map(Backend::Postgres),
        Some("sqlite") => connect_sqlite(url, options).await.map(Backend::Sqlite),
        Some(scheme) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
            Err(ConnectError::Url(format!("{scheme}: is not supported")))
        }
        _ => Err(ConnectError::Url("it has no scheme".to_owned())),
    }
}

/// The file of the embedded database that a URL names; `None` for a server or an invalid URL.
pub fn embedded_file(url: &str) -> Option<PathBuf> {
    let file: SqliteConnectOptions = url.starts_with("sqlite:").then(|| url.parse().ok())??;
    Some(file.get_filename().to_owned())
}

async fn connect_postgres(url: &str, options: &DatabaseOptions) -> Result<PgPool, ConnectError> {
    let server: PgConnectOptions = url.parse().map_err(|error| ConnectError::Url(reason(&error)))?;
    let server = match server.get_application_name() {
        Some(_) => server,
        None => server.application_name("touchline"),
    };
    // pgbouncer refuses this parameter. Values travel in binary, where it has no effect.
    let server = server.extra_float_digits(None);
    // The pool would turn the reason of a failed connection into a timeout, so the first connection is made without
    // it.
    let first = tokio::time::timeout(options.acquire_timeout, server.connect()).await;
    let first = first.map_err(|_| ConnectError::Unreachable {
        place: place(&server),
        reason: format!("timed out after {}", humantime::format_duration(options.acquire_timeout)),
    })?;
    let mut first = first.map_err(|error| explain(&server, &error))?;
    check_encoding(&server, &mut first).await?;
    first.close().await.ok();

    // A client that lost its network must not hold row locks forever, nor keep others waiting for them.
    let statement_timeout = options.acquire_timeout;
    let wait = statement_timeout.as_millis().max(1);
    let settings = format!(
        "set lock_timeout = {wait}; set idle_in_transaction_session_timeout = {}",
        wait.max(1000) * 2
    );
    let settings: Arc<str> = settings.into();
    Ok(PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .after_connect(move |connection, _| {
            let settings = sqlx::AssertSqlSafe(Arc::clone(&settings));
            Box::pin(async move {
                // The pool tries again, and gives the call a timeout instead of the reason.
                let done = connection.execute(sqlx::raw_sql(settings)).await;
                done.map(|_| ()).inspect_err(|error| note_failure(error))
            })
        })
        // A session that has become read-only, as after a failover, stays read-only. Replace it with a new one.
        .before_acquire(|connection, _| {
            Box::pin(async move {
                if !was_read_only_lately() {
                    return Ok(true);
                }
                let statement = "show transaction_read_only";
                let state: String = sqlx::query_scalar(statement).fetch_one(connection).await?;
                Ok(state == "off")
            })
        })
        .after_release(answers_within(statement_timeout))
        .connect_lazy_with(server))
}

/// Pings a connection that is returned to the pool, and closes it if it does not answer in time because its server
/// is gone. The pool's own ping would wait without a limit.
fn answers_within(
    statement_timeout: Duration,
) -> impl for<'c> Fn(&'c mut PgConnection, PoolConnectionMetadata) -> BoxFuture<'c, Result<bool, sqlx::Error>>
{
    move |connection, _| {
        let answer = with_timeout(Some(statement_timeout), connection.ping());
        Box::pin(async move { answer.await.map(|()| true) })
    }
}

/// Texts may contain any Unicode character, so the database must use UTF8: other encodings refuse some characters.
async fn check_encoding(
    server: &PgConnectOptions,
    connection: &mut PgConnection,
) -> Result<(), ConnectError> {
    let encoding: String = sqlx::query_scalar("show server_encoding")
        .fetch_one(connection)
        .await
        .map_err(|error| explain(server, &error))?;
    if encoding == "UTF8" {
        return Ok(());
    }
    let database = server.get_database().unwrap_or(server.get_username()).to_owned();
    Err(ConnectError::Encoding { place: place(server), database, encoding })
}

/// The file that a URL names. Creates it and its folder if they are missing.
fn prepare_file(url: &str) -> Result<(SqliteConnectOptions, PathBuf), ConnectError> {
    let file: SqliteConnectOptions = url.parse().map_err(|error| ConnectError::Url(reason(&error)))?;
    let path = file.get_filename().to_owned();
    if path.as_os_str().is_empty() || url.contains(":memory:") || url.contains("mode=memory") {
        return Err(ConnectError::NoFile);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_private_folder(folder).map_err(|error| ConnectError::Folder {
            folder: folder.display().to_string(),
            reason: error.to_string(),
        })?;
    }
    make_private(&path);
    Ok((file, path))
}

/// Locks the file that a URL names, for the one server that may use it. `None` if the URL names no file.
pub(super) async fn lock(url: &str, options: &DatabaseOptions) -> Result<Option<FileLock>, ConnectError> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    let (_, path) = prepare_file(url)?;
    match FileLock::take(&path, options.acquire_timeout).await {
        Ok(Some(lock)) => Ok(Some(lock)),
        Ok(None) => Err(ConnectError::InUse(path.display().to_string())),
        Err(error) => Err(explain_lock(&path, &error)),
    }
}

async fn connect_sqlite(url: &str, options: &DatabaseOptions) -> Result<SqliteFile, ConnectError> {
    let (file, path) = prepare_file(url)?;
    let file = file
        .create_if_missing(true)
        .shared_cache(false)
        .foreign_keys(true)
        .busy_timeout(options.acquire_timeout)
        .synchronous(SqliteSynchronous::Full)
        // On macOS only this reaches the disk; elsewhere it has no effect.
        .pragma("fullfsync", "on");
    let file = file.journal_mode(SqliteJournalMode::Wal);
    // The pool would turn the reason of a failure into a timeout, so the first connection is made without it.
    let first = open(&file, options.acquire_timeout).await.map_err(|error| explain_sqlite(&path, &error))?;
    first.close().await.ok();
    Ok(SqliteFile::new(file, options))
}

/// Creates a folder that only its owner may enter. An existing folder is left as it is.
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Creates an empty file that only its owner may read; SQLite treats it as a new database, and gives its log the
/// same mode. On an existing file, removes the access of other users and keeps that of the group. Errors are
/// ignored, because SQLite reports them when it opens the file.
fn make_private(path: &Path) {
    if OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).is_ok() {
        return;
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let Ok(metadata) = std::fs::metadata(&name) else { continue };
        let mode = metadata.permissions().mode();
        if metadata.is_file() && mode & 0o007 != 0 {
            std::fs::set_permissions(&name, Permissions::from_mode(mode & 0o770)).ok();
        }
    }
}

/// Opens a file. While another process switches to the write-ahead log, SQLite fails at once despite the busy
/// timeout, so this retries.
async fn open(
    file: &SqliteConnectOptions,
    statement_timeout: Duration,
) -> Result<SqliteConnection, sqlx::Error> {
    let deadline = Instant::now() + statement_timeout;
    loop {
        match file.connect().await {
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            done => return done,
        }
    }
}

/// The migrations of an engine.
pub(super) fn migrations(database: &Backend<PgPool, SqliteFile>) -> &'static Migrator {
    match database {
        Backend::Postgres(_) => &POSTGRES_MIGRATIONS,
        Backend::Sqlite(_) => &SQLITE_MIGRATIONS,
    }
}

/// Explains why a write failed and how to fix it.
pub(super) fn explain_write(database: &Backend<PgPool, SqliteFile>, error: &sqlx::Error) -> ConnectError {
    match database {
        Backend::Postgres(pool) => explain_postgres_write(&pool.connect_options(), error),
        Backend::Sqlite(file) => explain_sqlite(file.options.get_filename(), error),
    }
}

/// Migrates the schema, on a connection without the pool's timeouts.
pub(super) async fn migrate(database: &Backend<PgPool, SqliteFile>) -> Result<(), ConnectError> {
    match database {
        Backend::Postgres(pool) => {
            let server = pool.connect_options();
            let mut connection = server.connect().await.map_err(|error| explain(&server, &error))?;
            // `run` cannot be awaited in a spawned task, because its future is not `Send` for all lifetimes.
            let done = POSTGRES_MIGRATIONS.run_direct(None, &mut connection, false).await;
            connection.close().await.ok();
            done.map_err(|error| {
                explain_migration(place(&server), &error, |error| explain_postgres_write(&server, error))
            })
        }
        Backend::Sqlite(file) => {
            // Foreign keys would refuse to make a table again that others refer to. The migrations check them at their end.
            let file = (*file.options).clone().busy_timeout(SQLITE_MIGRATION_WAIT).foreign_keys(false);
            let path = file.get_filename().to_owned();
            let explained = |error: &sqlx::Error| explain_sqlite(&path, error);
            let mut connection =
                open(&file, SQLITE_MIGRATION_WAIT).await.map_err(|error| explained(&error))?;
            // One transaction that takes the write lock first, so that another process waits for its end and then
            // finds nothing to migrate.
            let mut tx = connection.begin_with("begin immediate").await.map_err(|error| explained(&error))?;
            SQLITE_MIGRATIONS
                .run_direct(None, &mut *tx, false)
                .await
                .map_err(|error| explain_migration(path.display().to_string(), &error, explained))?;
            tx.commit().await.map_err(|error| explained(&error))?;
            connection.close().await.map_err(|error| explained(&error))
        }
    }
}
