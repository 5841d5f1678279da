//! Where the database is.

use std::time::Duration;

use clap::Args;

use super::parse::duration;

/// Where the database is.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct StorageOptions {
    /// `sqlite://FILE` (`serve` creates it if missing) or `postgres://USER:PASSWORD@HOST/DATABASE`. `?sslmode=` defaults to
    /// `prefer`, which encrypts if the server can; `verify-full` also checks the server's identity
    #[arg(long, env, default_value = "sqlite://data/touchline.db", hide_env_values = true)]
    pub database_url: String,
    /// Maximum number of connections kept open to the database
    #[arg(long, env, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub database_connections: u32,
    /// How long a write waits for the database before the answer is `unavailable`
    #[arg(long, env, default_value = "3s", value_parser = duration)]
    pub database_timeout: Duration,
}
