//! Checks of the database itself, for operators: version, schema, encryption, latency and connections.

use std::time::Duration;

use sqlx::postgres::{PgListener, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

use super::backend::{Backend, with_timeout};
use super::{Database, StorageError, connect};
use crate::domain::network::is_loopback;

/// The schema compared with this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// The database has no schema yet.
    Missing,
    /// The last n migrations are missing; the next start runs them.
    Older(usize),
    /// The schema is current.
    Current,
    /// A newer program has migrated it: this migration is unknown.
    Newer(i64),
    /// The migration with this version differs from this program's.
    Differs(i64),
}

/// The connections of a Postgres server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct ConnectionUsage {
    /// How many ordinary users may open.
    pub limit: i64,
    /// How many are open, including this program's.
    pub open: i64,
}

/// Whether the connection to the database is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// The connection stays on this machine.
    NotNeeded,
    /// The connection is encrypted.
    Tls,
    /// The connection crosses a network unencrypted.
    None {
        /// The server's host and port.
        place: String,
    },
}

/// Whether the connection to the database is encrypted. With `sslmode=prefer` the server decides, so this tries a
/// connection.
pub async fn encryption(db: &Database) -> Result<Encryption, StorageError> {
    let Backend::Postgres(pool) = &db.on else { return Ok(Encryption::NotNeeded) };
    let server = pool.connect_options();
    let is_socket = server.get_socket().is_some() || server.get_host().starts_with('/');
    if is_socket || is_loopback(server.get_host()) {
        return Ok(Encryption::NotNeeded);
    }
    let in_clear = Encryption::None { place: connect::place(&server) };
    match server.get_ssl_mode() {
        // The driver treats `allow` like `disable`.
        PgSslMode::Disable | PgSslMode::Allow => Ok(in_clear),
        PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => Ok(Encryption::Tls),
        PgSslMode::Prefer => {
            let encrypted = (*server).clone().ssl_mode(PgSslMode::Require);
            match with_timeout(db.statement_timeout(), encrypted.connect()).await {
                Ok(connection) => {
                    connection.close().await.ok();
                    Ok(Encryption::Tls)
                }
                Err(sqlx::Error::Tls(_)) => Ok(in_clear),
                Err(error) => Err(error.into()),
            }
        }
    }
}

/// The engine and its version, such as `PostgreSQL 15.9`.
pub async fn version(db: &Database) -> Result<String, StorageError> {
    let (name, statement) = match &db.on {
        Backend::Postgres(_) => {
            ("PostgreSQL", "select split_part(current_setting('server_version'), ' ', 1)")
        }
        Backend::Sqlite(_) => ("SQLite", "select sqlite_version()"),
    };
    let (version,): (String,) = fetch_one!(db, statement)?;
    Ok(format!("{name} {version}"))
}

/// Compares the schema with this program's.
pub async fn schema(db: &Database) -> Result<Schema, StorageError> {
    let there = match &db.on {
        Backend::Postgres(_) => "select count(*) from pg_tables where tablename = '_sqlx_migrations'",
        Backend::Sqlite(_) => "select count(*) from sqlite_master where name = '_sqlx_migrations'",
    };
    let (tables,): (i64,) = fetch_one!(db, there)?;
    if tables == 0 {
        return Ok(Schema::Missing);
    }
    let applied: Vec<(i64, Vec<u8>)> =
        fetch_all!(db, "select version, checksum from _sqlx_migrations where success order by version")?;
    let known = connect::migrations(&db.on);
    for (version, checksum) in &applied {
        match known.iter().find(|step| step.version == *version) {
            None => return Ok(Schema::Newer(*version)),
            Some(step) if *step.checksum != **checksum => return Ok(Schema::Differs(*version)),
            Some(_) => {}
        }
    }
    let missing = known.iter().count() - applied.len();
    Ok(if missing == 0 { Schema::Current } else { Schema::Older(missing) })
}

/// The database's response time: the median of a few pings.
pub async fn latency(db: &Database) -> Result<Duration, StorageError> {
    let mut times = [Duration::ZERO; 5];
    // The first ping may include opening a connection.
    db.ping().await?;
    for time in &mut times {
        let asked = Instant::now();
        db.ping().await?;
        *time = asked.elapsed();
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

/// The time by the database's clock; `None` on SQLite, which has no clock of its own.
pub async fn clock(db: &Database) -> Result<Option<OffsetDateTime>, StorageError> {
    let Backend::Postgres(pool) = &db.on else { return Ok(None) };
    Ok(Some(sqlx::query_scalar("select clock_timestamp()").fetch_one(pool).await?))
}

/// The server's connections; `None` on SQLite.
pub async fn occupancy(db: &Database) -> Result<Option<ConnectionUsage>, StorageError> {
    let Backend::Postgres(pool) = &db.on else { return Ok(None) };
    let statement = "
        select current_setting('max_connections')::bigint
               - current_setting('superuser_reserved_connections')::bigint as \"limit\",
               (select sum(numbackends)::bigint from pg_stat_database) as open";
    Ok(Some(sqlx::query_as(statement).fetch_one(pool).await?))
}

/// How long a notification takes from one connection to another; `None` if it does not arrive. A pooler in
/// transaction mode accepts LISTEN but passes nothing on. It may also fail on prepared statements, so this uses
/// none.
pub async fn notification(
    db: &Database,
    channel: &Channel,
    within: Duration,
) -> Result<Option<Duration>, StorageError> {
    let Backend::Postgres(pool) = &db.on else { return Ok(None) };
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(&channel.0).await?;
    let sent = Instant::now();
    let notify = AssertSqlSafe(format!("notify {}", channel.0));
    match pool.execute(sqlx::raw_sql(notify)).await {
        Ok(_) => {}
        // The notification arrived on the connection that sent it, which does not listen: the pooler gave both the
        // same one.
        Err(sqlx::Error::Protocol(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    match tokio::time::timeout(within, listener.recv()).await {
        Ok(received) => received.map(|_| Some(sent.elapsed())).map_err(Into::into),
        Err(_) => Ok(None),
    }
}

/// The name of a channel that is used once.
pub struct Channel(String);

impl Channel {
    /// Generates a unique name.
    pub fn unique() -> Self {
        Self(format!("touchline_{}", Uuid::now_v7().simple()))
    }
}
