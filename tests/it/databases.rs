//! A fresh, migrated database of each engine for a test.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use touchline::storage::{Database, DatabaseOptions};
use uuid::Uuid;

/// Generous limits, so that tests pass on slow machines.
pub fn options() -> DatabaseOptions {
    DatabaseOptions { max_connections: 8, acquire_timeout: Duration::from_secs(20) }
}

/// Runs a test on SQLite, then on Postgres, each with a new database.
pub async fn each(test: impl AsyncFn(Database)) {
    each_url(async |url| {
        let database = Database::connect(url, &options()).await.expect("a new database opens");
        database.migrate().await.expect("a new database takes the schema");
        test(database.clone()).await;
        database.close().await;
    })
    .await;
}

/// Like [`each`], with the URL of a new database without a schema.
pub async fn each_url(test: impl AsyncFn(&str)) {
    eprintln!("on SQLite:");
    test(&Folder::new().sqlite_url()).await;
    eprintln!("on Postgres:");
    let server = PostgresDatabase::create().await;
    test(&server.url).await;
    server.drop().await;
}

/// Runs a statement directly in the database, bypassing the storage layer.
pub async fn execute(url: &str, statement: &'static str) -> Result<(), sqlx::Error> {
    if url.starts_with("sqlite") {
        SqliteConnection::connect(url).await?.execute(statement).await?;
    } else {
        PgConnection::connect(url).await?.execute(statement).await?;
    }
    Ok(())
}

/// The rows that a statement selects directly from the database.
pub async fn query<T>(url: &str, statement: &'static str) -> Vec<T>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
    T: Send + Unpin,
{
    let rows = if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.expect("the database opens");
        sqlx::query_as(statement).fetch_all(&mut connection).await
    } else {
        let mut connection = PgConnection::connect(url).await.expect("the database opens");
        sqlx::query_as(statement).fetch_all(&mut connection).await
    };
    rows.expect("the statement is valid")
}

/// A folder that is removed when the test ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("touchline-test-{}", Uuid::now_v7()));
        std::fs::create_dir_all(&path).expect("the folder for temporary files can be written");
        Self(path)
    }

    pub fn sqlite_url(&self) -> String {
        format!("sqlite://{}/touchline.db", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Databases that are empty again. A new one takes a fifth of a second of CPU, and 300 files.
static EMPTY: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// An empty database on the tests' Postgres server.
pub struct PostgresDatabase {
    pub url: String,
    name: String,
}

impl PostgresDatabase {
    /// The superuser's URL of the tests' Postgres server.
    pub fn server_url() -> String {
        #[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
        let url = std::env::var("TEST_POSTGRES_URL");
        url.expect(
            "TEST_POSTGRES_URL is not set; run the tests by scripts/with-postgres, which starts a server",
        )
    }

    pub async fn create() -> Self {
        let empty = EMPTY.lock().expect("nothing panics with it").pop();
        let name = if let Some(name) = empty {
            name
        } else {
            let name = format!("test_{}", Uuid::now_v7().simple());
            Self::command(&Self::server_url(), format!("create database {name}")).await;
            name
        };
        let url = Self::server_url();
        let (server, _) = url.rsplit_once('/').expect("TEST_POSTGRES_URL names a database");
        Self { url: format!("{server}/{name}"), name }
    }

    /// Disconnects everybody and removes everything. A test that fails leaves its database behind.
    pub async fn drop(self) {
        let empty = "select pg_terminate_backend(pid, 20000) from pg_stat_activity \
            where datname = current_database() and pid <> pg_backend_pid(); \
            drop schema public cascade; create schema public";
        Self::command(&self.url, empty.to_owned()).await;
        EMPTY.lock().expect("nothing panics with it").push(self.name);
    }

    async fn command(url: &str, text: String) {
        let mut server = PgConnection::connect(url).await.expect("the tests' Postgres answers");
        server.execute(AssertSqlSafe(text)).await.expect("the tests' Postgres obeys its superuser");
        server.close().await.expect("the tests' Postgres says goodbye");
    }
}
