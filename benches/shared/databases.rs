//! What benches of the storage share: their settings, and a fresh database on each engine.

use sqlx::PgPool;

/// Any error of a bench.
pub type AnyError = Box<dyn std::error::Error>;

/// Runs a bench on a new SQLite file, and on a new database of the Postgres server in `TEST_POSTGRES_URL` if that is set. `measure`
/// returns whether the limits are met.
pub async fn on_each_engine(
    name: &str,
    measure: impl AsyncFn(&str) -> Result<bool, AnyError>,
) -> Result<(), AnyError> {
    let folder = std::env::temp_dir().join(format!("touchline-bench-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir_all(&folder)?;
    let sqlite = measure(&format!("sqlite://{}/{name}.db", folder.display())).await;
    std::fs::remove_dir_all(&folder)?;
    let mut kept = sqlite?;
    match variable("TEST_POSTGRES_URL") {
        Some(server) => {
            let admin = PgPool::connect(&server).await?;
            let statement =
                |text: &str| sqlx::AssertSqlSafe(text.replace("NAME", &format!("touchline_{name}")));
            sqlx::query(statement("drop database if exists NAME")).execute(&admin).await?;
            sqlx::query(statement("create database NAME")).execute(&admin).await?;
            let base = server.rsplit_once('/').ok_or("TEST_POSTGRES_URL names no database")?.0;
            let postgres = measure(&format!("{base}/touchline_{name}")).await;
            sqlx::query(statement("drop database NAME with (force)")).execute(&admin).await?;
            kept &= postgres?;
        }
        None => println!("Postgres: not measured; run this with scripts/with-postgres"),
    }
    if kept { Ok(()) } else { Err("a promise is not kept".into()) }
}

/// A number from the environment.
pub fn setting(name: &str, default: i64) -> Result<i64, AnyError> {
    Ok(variable(name).map(|text| text.parse()).transpose()?.unwrap_or(default))
}

#[expect(clippy::disallowed_methods, reason = "the bench's own settings, not the program's")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
