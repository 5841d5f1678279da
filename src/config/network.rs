//! Where to listen, who may connect, which pages are served, and what is logged.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::parse::{listen_address, origin};

/// The folder of the pages if `WEB_DIR` is not set.
const WEB_DIR: &str = "web-client/dist";

/// Where to listen, and who may connect.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network and pages")]
pub struct NetworkOptions {
    /// Address and port to listen on; port 0 picks a free one. `:3000` or `3000` means port 3000 on all networks.
    /// If it is not set, `PORT` sets the port
    #[arg(long, env, default_value = "127.0.0.1:3000", value_parser = listen_address)]
    pub bind_addr: SocketAddr,
    /// A second address and port that serves only `/healthz`, `/readyz` and `/metrics`. `/metrics` is then no
    /// longer served at `BIND_ADDR`
    #[arg(long, env, value_parser = listen_address)]
    pub admin_addr: Option<SocketAddr>,
    /// Origins of pages that may connect, in addition to the server's own: `https://a.example,https://b.example`,
    /// or `*` for all. Clients that send no Origin, such as native apps, can always connect; Capacitor and Ionic
    /// apps send one, such as `capacitor://localhost`
    #[arg(long, env, value_delimiter = ',', value_parser = origin)]
    pub allowed_origins: Vec<String>,
    /// Take the client's address from the rightmost `X-Forwarded-For` entry. Set this only behind your own proxy
    #[arg(long, env, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub trust_proxy: bool,
    /// Folder of the built web client; defaults to `web-client/dist` if that exists
    #[arg(long, env)]
    pub web_dir: Option<PathBuf>,
    /// Format of log lines
    #[arg(long, env, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Log level, for everything or per module: `info`, or `touchline=debug,info`
    #[arg(long, env, default_value = "info")]
    pub log_level: String,
}

impl NetworkOptions {
    /// The folder of the built web client.
    pub fn pages(&self) -> &Path {
        self.web_dir.as_deref().unwrap_or(Path::new(WEB_DIR))
    }
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line, for programs.
    Json,
}
