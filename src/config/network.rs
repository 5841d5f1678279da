//! What is listened on, to whom, which pages are served, and what is logged.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::parse::{listen_address, origin};

/// Where the pages are if `WEB_DIR` is not set.
const WEB_DIR: &str = "web-client/dist";

/// What is listened on, and to whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network and pages")]
pub struct NetworkOptions {
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

impl NetworkOptions {
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
