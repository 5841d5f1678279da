//! Where the database is.

use std::time::Duration;

use clap::Args;

use super::parse::duration;

/// Where the database is.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct StorageOptions {
    /// `sqlite://FILE` (made if missing), or `postgres://USER:PASSWORD@HOST/DATABASE`. `?sslmode=` is `prefer` where
    /// it is not set: encrypted if the server can; `verify-full` also checks that it is the right server
    #[arg(long, env, default_value = "sqlite://data/touchline.db", hide_env_values = true)]
    pub database_url: String,
    /// Connections to the database that are kept open at most
    #[arg(long, env, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub database_connections: u32,
    /// How long a write may wait for the database before it is answered `unavailable`
    #[arg(long, env, default_value = "3s", value_parser = duration)]
    pub database_timeout: Duration,
}
