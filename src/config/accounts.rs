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
    /// Mail server: `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://…` (TLS from the start). TLS is required
    /// unless the mail server runs on this machine; `smtp://HOST?tls=none` sends codes unencrypted. If no mail server is
    /// set, codes are shown on the console
    #[arg(long, env, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// PEM file of certificate authorities to trust for the mail server, in addition to the public ones
    #[arg(long, env)]
    pub smtp_ca_file: Option<PathBuf>,
    /// Sender of mails: `Name <address@example.org>`
    #[arg(long, env)]
    pub mail_from: Option<String>,
    /// The application's name in mails
    #[arg(long, env, default_value = "Touchline", value_parser = app_name)]
    pub app_name: String,
    /// Secret that protects stored codes: at least 32 characters, and the same on every node. With an embedded
    /// database it is generated and stored next to the database; with Postgres, set this or `SECRET_KEY_FILE`
    #[arg(long, env, hide_env_values = true)]
    pub secret_key: Option<String>,
    /// File with the secret, read if `SECRET_KEY` is not set. It is created if it is missing; nodes that share the
    /// file share the secret
    #[arg(long, env)]
    pub secret_key_file: Option<PathBuf>,
    /// Addresses that become administrators at their next sign-in. Each works once, and again only while there is
    /// no administrator: `a@example.org,b@example.org`
    #[arg(long, env, value_delimiter = ',')]
    pub admin_emails: Vec<String>,
    /// Digits in a one-time code
    #[arg(long, env, default_value_t = 8, value_parser = clap::value_parser!(u8).range(4..=12))]
    pub otp_digits: u8,
    /// How long a one-time code is valid
    #[arg(long, env, default_value = "10m", value_parser = duration)]
    pub otp_ttl: Duration,
    /// Wrong attempts allowed for one code
    #[arg(long, env, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub otp_tries: u32,
    /// Wrong codes for an address from one network (an IPv4 address or an IPv6 /48). Above this, no new code is
    /// mailed on behalf of that network
    #[arg(long, env, default_value = "10/1h")]
    pub otp_failures: Rate,
    /// Wrong codes for an address from all networks. Above this, no new code is mailed
    #[arg(long, env, default_value = "100/1h")]
    pub otp_failures_total: Rate,
    /// Minimum time between two codes to one address requested from one network
    #[arg(long, env, default_value = "60s", value_parser = duration)]
    pub otp_resend: Duration,
    /// Codes mailed to one address, requested from one network
    #[arg(long, env, default_value = "5/1h")]
    pub otp_per_address: Rate,
    /// Codes mailed to one address, requested from all networks
    #[arg(long, env, default_value = "20/1h")]
    pub otp_per_address_total: Rate,
    /// Codes mailed on behalf of one IPv4 address or IPv6 /64; a /56 gets 4 times as many, a /48 16 times. Raise
    /// this where many people share an address
    #[arg(long, env, default_value = "20/1h")]
    pub otp_per_ip: Rate,
    /// Codes mailed in total. Above this, requests for a code get 503
    #[arg(long, env, default_value = "4000/1h")]
    pub otp_total: Rate,
    /// Mails that may wait for the mail server. Above this, requests for a code get 503
    #[arg(long, env, default_value_t = 10_000, value_parser = at_least_one)]
    pub mail_queue: usize,
    /// How long the ticket from `action:start` can be redeemed
    #[arg(long, env, default_value = "120s", value_parser = duration)]
    pub ticket_ttl: Duration,
    /// How long a session lasts without use
    #[arg(long, env, default_value = "30d", value_parser = duration)]
    pub session_ttl: Duration,
    /// Maximum lifetime of a session, however much it is used
    #[arg(long, env, default_value = "90d", value_parser = duration)]
    pub session_max: Duration,
    /// What a login on a second device does
    #[arg(long, env, value_enum, default_value_t = SingleDevice::Replace)]
    pub single_device: SingleDevice,
}
