//! Every setting, with its default and meaning. No other module reads the environment.

use std::net::SocketAddr;

use bytesize::ByteSize;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::domain::integrity::Thresholds;
use parse::{listen_address, positive};

mod accounts;
mod commands;
mod connections;
mod environment;
mod limits;
mod network;
mod pairs;
mod parse;
mod rooms;
mod storage;
mod token;

pub use accounts::AccountOptions;
pub use commands::{BackupOptions, ImportOptions};
pub use connections::ConnectionOptions;
pub use limits::LimitOptions;
pub use network::{LogFormat, NetworkOptions};
pub use pairs::Conflict;
pub use rooms::RoomOptions;
pub use storage::StorageOptions;
pub use token::{TokenCommand, TokenOptions};

/// A live sports event server that Socket.IO clients connect to unchanged.
///
/// Each option can also be set by the environment variable shown, or by that name with the prefix `TOUCHLINE_`,
/// which takes precedence. Write rates as 10/10s, times as 120s and sizes as 64KiB.
#[derive(Debug, Parser)]
#[command(name = "touchline", version, args_conflicts_with_subcommands = true, max_term_width = 110)]
pub struct Cli {
    /// The command to run; `serve` by default.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings of `serve`, which may be given without the word `serve`.
    #[command(flatten)]
    pub serve: Serve,
}

impl Cli {
    /// Reads the arguments and the environment. If they are invalid, prints why and exits.
    pub fn read() -> Self {
        let matches = environment::read(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut Self::command()).exit())
    }
}

/// The program's commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server (the default)
    Serve(Serve),
    /// Create, list and revoke service tokens, which scoring programs and operators sign in with
    Token(TokenOptions),
    /// Check the settings, the database, the mail server and this machine, and say how to fix each problem. Exits
    /// with 0 if there is none
    Doctor(Serve),
    /// Check that the server at `ADMIN_ADDR`, or else at `BIND_ADDR`, is healthy. Exits with 0 if it is
    Health(HealthOptions),
    /// Compare every total with the sum of its ledger entries. Exits with 0 if all match
    Verify(StorageOptions),
    /// Make or change events from a fixture list, alongside the servers or before they start. Exits with 1 if a line
    /// has an error; the other lines are written
    Import(ImportOptions),
    /// Save a copy of an SQLite database in a new file, while the server runs. For Postgres, prints the command to use
    /// and exits with 1
    Backup(BackupOptions),
    /// Run once after restoring a backup, before the servers start. Each event begins a new history, so that
    /// clients that had seen more than the backup holds are sent a snapshot
    Restored(StorageOptions),
    /// Migrate the database to this version
    Migrate(StorageOptions),
}

/// The settings of the server.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Play five demo matches in a loop
    #[arg(long, env = "DEMO", value_parser = clap::builder::BoolishValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub demo: bool,
    /// Speed of the demo; at 1, a ball is played about every three seconds
    #[arg(long, env = "DEMO_PACE", default_value_t = 1.0, value_parser = positive)]
    pub demo_pace: f64,
    /// Where the database is.
    #[command(flatten)]
    pub storage: StorageOptions,
    /// Where to listen, and for whom.
    #[command(flatten)]
    pub network: NetworkOptions,
    /// Limits of one connection.
    #[command(flatten)]
    pub connections: ConnectionOptions,
    /// Limits on client messages.
    #[command(flatten)]
    pub limits: LimitOptions,
    /// What an event's viewers receive.
    #[command(flatten)]
    pub rooms: RoomOptions,
    /// Accounts, codes and sessions.
    #[command(flatten)]
    pub accounts: AccountOptions,
    /// When points are held for review.
    #[command(flatten)]
    pub integrity: Thresholds,
}

/// The server that `touchline health` checks.
#[derive(Debug, Clone, Args)]
pub struct HealthOptions {
    /// The server's address; `0.0.0.0` means this machine. If it is not set, `PORT` sets the port
    #[arg(long, env, default_value = "127.0.0.1:3000", value_parser = listen_address)]
    pub bind_addr: SocketAddr,
    /// The server's address for operators. If it is set, it is used instead of `BIND_ADDR`
    #[arg(long, env, value_parser = listen_address)]
    pub admin_addr: Option<SocketAddr>,
}

/// A size in bytes, as a `usize`.
pub fn bytes(size: ByteSize) -> usize {
    usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
}
