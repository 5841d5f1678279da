//! The arguments of `touchline token`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::StorageOptions;
use super::parse::{duration, token_name};
use crate::domain::account::Role;

/// Service tokens, which scoring programs and operators sign in with.
#[derive(Debug, Args)]
pub struct TokenOptions {
    /// The subcommand.
    #[command(subcommand)]
    pub command: TokenCommand,
    /// Where the database is.
    #[command(flatten)]
    pub storage: StorageOptions,
}

/// The subcommands of `touchline token`.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token, and its account if there is none. The token is printed once
    Create {
        /// Email address of the account
        #[arg(long)]
        email: String,
        /// Role to give the account
        #[arg(long, value_enum)]
        role: Role,
        /// Event to assign the scorer to; can be repeated
        #[arg(long = "event")]
        events: Vec<String>,
        /// Purpose of the token, shown by `token list`
        #[arg(long, default_value = "", value_parser = token_name)]
        name: String,
        /// How long the token is valid, such as `30d`; without this, until it is revoked
        #[arg(long, value_parser = duration)]
        expires: Option<Duration>,
    },
    /// List the tokens, without their secret part
    List,
    /// Revoke a token; takes effect at once
    Revoke {
        /// The token's id, as `token list` shows it
        id: uuid::Uuid,
    },
}
