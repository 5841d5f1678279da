//! Every setting, its default and its meaning. Nothing else reads the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytesize::ByteSize;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::domain::account::Role;
use crate::domain::integrity::Thresholds;
use crate::domain::limit::{ByteRate, Rate};
use crate::domain::session::SingleDevice;
use crate::domain::text::{Field, TextError};
use parse::{listen_address, origin};

mod environment;
mod pairs;
mod parse;

pub use pairs::Conflict;

/// Where the pages are if `WEB_DIR` is not set.
const WEB_DIR: &str = "web-client/dist";

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
    Token(Token),
    /// Look at the settings, the database, the mail server and this machine, and say what to mend; exits with 0
    /// if nothing is wrong
    Doctor(Serve),
    /// Ask the server at `ADMIN_ADDR`, or else `BIND_ADDR`, whether it lives; exits with 0 if so
    Health(Health),
    /// Compare every total with the sum of its entries in the ledger, and exit: 0 if all are right
    Verify(Storage),
    /// After restoring a backup, before the servers are started: begin a new history of every event, so that clients
    /// that had seen more are sent a snapshot, and exit
    Restored(Storage),
    /// Bring the database up to this version, and exit
    Migrate(Storage),
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
    pub storage: Storage,
    /// What is listened on, and to whom.
    #[command(flatten)]
    pub network: Network,
    /// Limits of one connection.
    #[command(flatten)]
    pub connections: Connections,
    /// Limits of what clients send.
    #[command(flatten)]
    pub limits: Limits,
    /// What an event's viewers are sent.
    #[command(flatten)]
    pub rooms: Rooms,
    /// Accounts, codes and sessions.
    #[command(flatten)]
    pub accounts: Accounts,
    /// From where on points are held.
    #[command(flatten)]
    pub integrity: Thresholds,
}

/// Where the database is.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct Storage {
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

/// What is listened on, and to whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network and pages")]
pub struct Network {
    /// The address and port to listen on; port 0 takes a free one. `:3000` or `3000` is port 3000 of every network. If
    /// it is not set, the variable `PORT` names the port
    #[arg(long, env, default_value = "127.0.0.1:3000", value_parser = listen_address)]
    pub bind_addr: SocketAddr,
    /// A second address and port, for `/healthz`, `/readyz` and `/metrics` alone. `/metrics` is then served there and
    /// not at `BIND_ADDR`
    #[arg(long, env, value_parser = listen_address)]
    pub admin_addr: Option<SocketAddr>,
    /// Origins of pages that may connect, beside the server's own: `https://a.example,https://b.example`, or
    /// `*`. Clients that send no Origin, such as native apps, always may; Capacitor and Ionic apps
    /// send one, such as `capacitor://localhost`
    #[arg(long, env, value_delimiter = ',', value_parser = origin)]
    pub allowed_origins: Vec<String>,
    /// Take the client's address from the rightmost `X-Forwarded-For` entry: only behind a proxy of your own
    #[arg(long, env, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub trust_proxy: bool,
    /// The folder of the built web client; `web-client/dist`, if that is there, where it is not set
    #[arg(long, env)]
    pub web_dir: Option<PathBuf>,
    /// How log lines are written
    #[arg(long, env, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// What is logged: a level, or per module as in `touchline=debug,info`
    #[arg(long, env, default_value = "info")]
    pub log_level: String,
}

impl Network {
    /// The folder of the built web client.
    #[must_use]
    pub fn pages(&self) -> &Path {
        self.web_dir.as_deref().unwrap_or(Path::new(WEB_DIR))
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// The server that is asked whether it lives.
#[derive(Debug, Clone, Args)]
pub struct Health {
    /// Where it listens; `0.0.0.0` is asked at this machine. If it is not set, the variable `PORT` names the port
    #[arg(long, env, default_value = "127.0.0.1:3000", value_parser = listen_address)]
    pub bind_addr: SocketAddr,
    /// Where it listens for this; asked in place of `BIND_ADDR` if it is set
    #[arg(long, env, value_parser = listen_address)]
    pub admin_addr: Option<SocketAddr>,
}

/// Limits of one connection.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connections")]
pub struct Connections {
    /// How often Engine.IO pings a client
    #[arg(long, env, default_value = "25s", value_parser = duration)]
    pub ping_interval: Duration,
    /// How long Engine.IO waits for the answer to a ping
    #[arg(long, env, default_value = "20s", value_parser = duration)]
    pub ping_timeout: Duration,
    /// Within which a connection must have joined a namespace
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub connect_timeout: Duration,
    /// A client that has sent `ping` once and is silent for so long is closed
    #[arg(long, env, default_value = "120s", value_parser = duration)]
    pub heartbeat_timeout: Duration,
    /// Also close a client that never sends `ping`
    #[arg(long, env, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub heartbeat_required: bool,
    /// The largest packet from a client, on WebSocket and polling alike
    #[arg(long, env, default_value = "64KiB")]
    pub max_packet: ByteSize,
    /// The largest packet from a client of `/admin`, once its token was accepted there. `MAX_PACKET` applies where it is
    /// larger
    #[arg(long, env, default_value = "1MiB")]
    pub max_admin_packet: ByteSize,
    /// The largest message from a client of `/`
    #[arg(long, env, default_value = "4KiB")]
    pub max_message: ByteSize,
    /// Binary attachments of one packet
    #[arg(long, env, default_value_t = 4)]
    pub max_attachments: usize,
    /// Packets that wait for one client before it is behind
    #[arg(long, env, default_value_t = 128, value_parser = queue_size)]
    pub queue_size: usize,
    /// Make an update's WebSocket frame once, and write it to each viewer beside the Socket.IO engine, as answers
    /// are; `false`: all goes through the engine's queues
    #[arg(long, env, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub direct_writes: bool,
    /// A client that has been behind, or has not read, for so long is closed
    #[arg(long, env, default_value = "20s", value_parser = duration)]
    pub behind_timeout: Duration,
    /// Events that one socket may be in
    #[arg(long, env, default_value_t = 20, value_parser = at_least_one)]
    pub max_events_per_socket: usize,
    /// Connections that this node takes; from the limit of open files where it is not set. One address gets nine tenths
    /// at most
    #[arg(long, env, value_parser = at_least_one)]
    pub max_connections: Option<usize>,
    /// Handshakes of clients that this node takes; others are told 503 and when to come back. One address gets nine
    /// tenths at most
    #[arg(long, env, default_value = "2000/1s")]
    pub handshake_rate: Rate,
    /// Within which the server must have shut down after SIGTERM or Ctrl-C
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub shutdown_timeout: Duration,
}

/// Limits of what clients send.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits of messages")]
pub struct Limits {
    /// All messages of one connection, CONNECT and DISCONNECT of namespaces included; beyond it they are answered
    /// `rate_limited`
    #[arg(long, env, default_value = "50/20s")]
    pub socket_rate: Rate,
    /// The same; beyond it the connection is closed
    #[arg(long, env, default_value = "100/1s")]
    pub socket_hard_rate: Rate,
    /// Reactions of a user, or of a guest's connection
    #[arg(long, env, default_value = "10/10s")]
    pub reaction_rate: Rate,
    /// Reactions of all guests behind one address (in IPv6: a /48)
    #[arg(long, env, default_value = "30000/10s")]
    pub reaction_network_rate: Rate,
    /// Messages of a user
    #[arg(long, env, default_value = "5/10s")]
    pub message_rate: Rate,
    /// Joins of a user, or of a guest's connection
    #[arg(long, env, default_value = "40/10s")]
    pub join_rate: Rate,
    /// Requests for boards (`leaderboard`) and for the state (`score` on `/`) of a user, or of a guest's connection
    #[arg(long, env, default_value = "20/10s")]
    pub read_rate: Rate,
    /// Bytes of the state that a user, or a guest's connection, is sent for `join` and `score`
    #[arg(long, env, default_value = "8MiB/10s")]
    pub read_bytes: ByteRate,
    /// Bytes that this node sends for reads: states, boards, and calls of the API, each at least 16 KiB. Clients wait for
    /// their turn. An address (a /48 in IPv6) alone may have all of it, and less while others read
    #[arg(long, env, default_value = "128MiB/1s")]
    pub read_budget: ByteRate,
    /// Actions of a user
    #[arg(long, env, default_value = "5/1s")]
    pub action_rate: Rate,
    /// Graphemes of a reaction's comment
    #[arg(long, env, default_value_t = 200)]
    pub comment_length: usize,
    /// Graphemes of a message
    #[arg(long, env, default_value_t = 500)]
    pub text_length: usize,
    /// Graphemes of a name
    #[arg(long, env, default_value_t = 40, value_parser = at_least_one)]
    pub name_length: usize,
}

/// What an event's viewers are sent.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Events")]
pub struct Rooms {
    /// How many missed updates a returning client is sent; further behind it gets a snapshot
    #[arg(long, env, default_value_t = 300)]
    pub recovery_limit: usize,
    /// How many of an event's last messages who joins is sent
    #[arg(long, env, default_value_t = 50)]
    pub message_history: usize,
    /// Single reactions sent to an event; the others are in the counts
    #[arg(long, env, default_value = "20/1s")]
    pub reaction_singles: Rate,
    /// The least time between two pulses of an event
    #[arg(long, env, default_value = "250ms", value_parser = duration)]
    pub pulse_interval: Duration,
    /// The most time between two pulses of an event that somebody watches
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub pulse_beat: Duration,
}

/// Accounts, codes and sessions.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Accounts")]
pub struct Accounts {
    /// The mail server: `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://…` (TLS from the start). TLS is
    /// required unless the server is on this machine; `smtp://HOST?tls=none` sends codes in clear. Without a mail
    /// server codes are shown on the console
    #[arg(long, env, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// A file of certificates (PEM) that the mail server's may be signed by, beside the public authorities
    #[arg(long, env)]
    pub smtp_ca_file: Option<PathBuf>,
    /// Where mails come from: `Name <address@example.org>`
    #[arg(long, env)]
    pub mail_from: Option<String>,
    /// What the application is called in mails
    #[arg(long, env, default_value = "Touchline", value_parser = app_name)]
    pub app_name: String,
    /// The secret that codes are kept under: at least 32 characters, the same on every node. With an embedded
    /// database one is made and kept next to it; with Postgres set this or `SECRET_KEY_FILE`
    #[arg(long, env, hide_env_values = true)]
    pub secret_key: Option<String>,
    /// A file with the secret, read if `SECRET_KEY` is not set. It is made if missing: nodes that share the file share
    /// the secret
    #[arg(long, env)]
    pub secret_key_file: Option<PathBuf>,
    /// Addresses that become administrators with their next sign-in, once; again only while there is no administrator:
    /// `a@example.org,b@example.org`
    #[arg(long, env, value_delimiter = ',')]
    pub admin_emails: Vec<String>,
    /// Digits of a one-time code
    #[arg(long, env, default_value_t = 8, value_parser = clap::value_parser!(u8).range(4..=12))]
    pub otp_digits: u8,
    /// How long a one-time code is good
    #[arg(long, env, default_value = "10m", value_parser = duration)]
    pub otp_ttl: Duration,
    /// Wrong tries of one code
    #[arg(long, env, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub otp_tries: u32,
    /// Wrong codes for an account from one network; beyond it no new code is mailed on behalf of that network. (Here a
    /// network is an IPv4 address, or a /48 of IPv6)
    #[arg(long, env, default_value = "10/1h")]
    pub otp_failures: Rate,
    /// Wrong codes for an account from all networks; beyond it no new code is mailed
    #[arg(long, env, default_value = "100/1h")]
    pub otp_failures_total: Rate,
    /// The least time between two codes to one address, asked for from one network
    #[arg(long, env, default_value = "60s", value_parser = duration)]
    pub otp_resend: Duration,
    /// Codes mailed to one address, asked for from one network
    #[arg(long, env, default_value = "5/1h")]
    pub otp_per_address: Rate,
    /// Codes mailed to one address, asked for from all networks
    #[arg(long, env, default_value = "20/1h")]
    pub otp_per_address_total: Rate,
    /// Codes mailed on behalf of one IPv4 address, or one /64 of IPv6; a /56 has 4 times, a /48 16 times as many. Raise it
    /// where many people share an address
    #[arg(long, env, default_value = "20/1h")]
    pub otp_per_ip: Rate,
    /// Codes mailed in all; beyond it asking for one is answered 503
    #[arg(long, env, default_value = "4000/1h")]
    pub otp_total: Rate,
    /// Letters that may wait for the mail server; beyond it asking for a code is answered 503
    #[arg(long, env, default_value_t = 10_000, value_parser = at_least_one)]
    pub mail_queue: usize,
    /// How long after `action:start` its ticket can be redeemed
    #[arg(long, env, default_value = "120s", value_parser = duration)]
    pub ticket_ttl: Duration,
    /// How long a session lives without being used
    #[arg(long, env, default_value = "30d", value_parser = duration)]
    pub session_ttl: Duration,
    /// How long a session lives at most, however much it is used
    #[arg(long, env, default_value = "90d", value_parser = duration)]
    pub session_max: Duration,
    /// What a login on a second device does
    #[arg(long, env, value_enum, default_value_t = SingleDevice::Replace)]
    pub single_device: SingleDevice,
}

/// Service tokens: what scoring programs and operators sign in with.
#[derive(Debug, Args)]
pub struct Token {
    /// What to do with tokens.
    #[command(subcommand)]
    pub command: TokenCommand,
    /// Where the database is.
    #[command(flatten)]
    pub storage: Storage,
}

/// What can be done with service tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token, with its account if there is none; it is printed once
    Create {
        /// The account's address
        #[arg(long)]
        email: String,
        /// A role to give the account
        #[arg(long, value_enum)]
        role: Role,
        /// An event to assign the scorer to; may be repeated
        #[arg(long = "event")]
        events: Vec<String>,
        /// What the token is for, shown by `token list`
        #[arg(long, default_value = "", value_parser = token_name)]
        name: String,
        /// How long the token is good, such as `30d`; until it is revoked where this is not given
        #[arg(long, value_parser = duration)]
        expires: Option<Duration>,
    },
    /// List the tokens (never their secret part)
    List,
    /// End a token, at once
    Revoke {
        /// The token's id, as `token list` shows it
        id: uuid::Uuid,
    },
}

/// What the application is called.
fn app_name(text: &str) -> Result<String, TextError> {
    Field::APP.check(text).map(|()| text.to_owned()).map_err(|error| error.error)
}

/// What a service token is for.
fn token_name(text: &str) -> Result<String, TextError> {
    Field::TOKEN.check(text).map(|()| text.to_owned()).map_err(|error| error.error)
}

/// A number above zero.
fn positive(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n > 0.0)
        .ok_or_else(|| "must be a number above 0".into())
}

/// A whole number from 1, far from where arithmetic ends.
fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=1_000_000_000).contains(n))
        .ok_or_else(|| "must be a whole number from 1 to 1000000000".into())
}

/// Packets that are kept in memory for each client that does not read.
fn queue_size(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=65_536).contains(n))
        .ok_or_else(|| "must be a whole number from 1 to 65536".into())
}

/// A time above zero, and up to a hundred years.
fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| format!("{error}; write it like 120s"))?;
    if duration.is_zero() || duration > Duration::from_hours(100 * 366 * 24) {
        return Err("must be above 0, and at most a hundred years".into());
    }
    Ok(duration)
}

/// A size in bytes, as this machine counts them.
#[must_use]
pub fn bytes(size: ByteSize) -> usize {
    usize::try_from(size.as_u64()).unwrap_or(usize::MAX)
}
