//! What `touchline token` is told.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::StorageOptions;
use super::parse::{duration, token_name};
use crate::domain::account::Role;

/// Service tokens: what scoring programs and operators sign in with.
#[derive(Debug, Args)]
pub struct TokenOptions {
    /// What to do with tokens.
    #[command(subcommand)]
    pub command: TokenCommand,
    /// Where the database is.
    #[command(flatten)]
    pub storage: StorageOptions,
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
