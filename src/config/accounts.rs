//! Accounts, codes and sessions.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::parse::{app_name, at_least_one, duration};
use crate::domain::limit::Rate;
use crate::domain::session::SingleDevice;

/// Accounts, codes and sessions.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Accounts")]
pub struct AccountOptions {
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
