//! Every setting, its default and its meaning. Nothing else reads the environment.

use std::net::SocketAddr;

use bytesize::ByteSize;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::domain::integrity::Thresholds;
use parse::{listen_address, positive};

mod accounts;
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
pub use connections::ConnectionOptions;
pub use limits::LimitOptions;
pub use network::{LogFormat, NetworkOptions};
pub use pairs::Conflict;
pub use rooms::RoomOptions;
pub use storage::StorageOptions;
pub use token::{TokenCommand, TokenOptions};

/// A live sports event server that Socket.IO clients connect to unchanged.
///
/// Every option is also an environment variable of the name shown, and first of that name with `TOUCHLINE_` before
/// it. A rate is written 10/10s, a time 120s, a size 64KiB.
#[derive(Debug, Parser)]
#[command(name = "touchline", version, args_conflicts_with_subcommands = true, max_term_width = 110)]
pub struct Cli {
    /// What to do; `serve` where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings of `serve`, which may stand without the word.
    #[command(flatten)]
    pub serve: Serve,
}

impl Cli {
    /// The arguments and the environment of the program. Where they are wrong, it ends here and says why.
    #[must_use]
    pub fn read() -> Self {
        let matches = environment::read(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut Self::command()).exit())
    }
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server (the default)
    Serve(Serve),
    /// Make, list and revoke service tokens: what scoring programs and operators sign in with
    Token(TokenOptions),
    /// Look at the settings, the database, the mail server and this machine, and say what to mend; exits with 0
    /// if nothing is wrong
    Doctor(Serve),
    /// Ask the server at `ADMIN_ADDR`, or else `BIND_ADDR`, whether it lives; exits with 0 if so
    Health(HealthOptions),
    /// Compare every total with the sum of its entries in the ledger, and exit: 0 if all are right
    Verify(StorageOptions),
    /// After restoring a backup, before the servers are started: begin a new history of every event, so that clients
    /// that had seen more are sent a snapshot, and exit
    Restored(StorageOptions),
    /// Bring the database up to this version, and exit
    Migrate(StorageOptions),
}

/// The settings of the server.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Play three demo matches, over and over
    #[arg(long, env = "DEMO", value_parser = clap::builder::BoolishValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub demo: bool,
    /// How fast the demo plays: 1 is a ball about every three seconds
    #[arg(long, env = "DEMO_PACE", default_value_t = 1.0, value_parser = positive)]
    pub demo_pace: f64,
    /// Where the database is.
    #[command(flatten)]
    pub storage: StorageOptions,
    /// What is listened on, and to whom.
    #[command(flatten)]
    pub network: NetworkOptions,
    /// Limits of one connection.
    #[command(flatten)]
    pub connections: ConnectionOptions,
    /// Limits of what clients send.
    #[command(flatten)]
    pub limits: LimitOptions,
    /// What an event's viewers are sent.
    #[command(flatten)]
    pub rooms: RoomOptions,
    /// Accounts, codes and sessions.
    #[command(flatten)]
    pub accounts: AccountOptions,
    /// From where on points are held.
    #[command(flatten)]
    pub integrity: Thresholds,
}

/// The server that is asked whether it lives.
#[derive(Debug, Clone, Args)]
pub struct HealthOptions {
    /// Where it listens; `0.0.0.0` is asked at this machine. If it is not set, the variable `PORT` names the port
    #[arg(long, env, default_value = "127.0.0.1:3000", value_parser = listen_address)]
    pub bind_addr: SocketAddr,
    /// Where it listens for this; asked in place of `BIND_ADDR` if it is set
    #[arg(long, env, value_parser = listen_address)]
    pub admin_addr: Option<SocketAddr>,
}

/// A size in bytes, as this machine counts them.
#[must_use]
pub fn bytes(size: ByteSize) -> usize {
    usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
}
