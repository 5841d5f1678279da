//! Limits on client messages.

use clap::Args;

use super::parse::at_least_one;
use crate::domain::limit::{ByteRate, Rate};

/// Limits on client messages.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Message limits")]
pub struct LimitOptions {
    /// Messages of one connection, including CONNECT and DISCONNECT of namespaces. Above this, they get
    /// `rate_limited`
    #[arg(long, env, default_value = "50/20s")]
    pub socket_rate: Rate,
    /// These messages and all other packets of the connection. Above this, the connection is closed
    #[arg(long, env, default_value = "100/1s")]
    pub socket_hard_rate: Rate,
    /// Reactions per user, or per connection of a guest
    #[arg(long, env, default_value = "10/10s")]
    pub reaction_rate: Rate,
    /// Reactions of all guests behind one address (an IPv6 /48)
    #[arg(long, env, default_value = "30000/10s")]
    pub reaction_network_rate: Rate,
    /// Messages per user
    #[arg(long, env, default_value = "5/10s")]
    pub message_rate: Rate,
    /// Joins per user, or per connection of a guest
    #[arg(long, env, default_value = "40/10s")]
    pub join_rate: Rate,
    /// Requests for leaderboards (`leaderboard`) and for the state (`score` on `/`), per user or per connection of
    /// a guest
    #[arg(long, env, default_value = "20/10s")]
    pub read_rate: Rate,
    /// Bytes of state sent for `join` and `score`, per user or per connection of a guest
    #[arg(long, env, default_value = "8MiB/10s")]
    pub read_bytes: ByteRate,
    /// Bytes that this node sends for reads: states, leaderboards and API calls, each counted as at least 16 KiB.
    /// Clients wait their turn. One address (an IPv6 /48) may use all of it, but gets less while others read
    #[arg(long, env, default_value = "128MiB/1s")]
    pub read_budget: ByteRate,
    /// Actions per user
    #[arg(long, env, default_value = "5/1s")]
    pub action_rate: Rate,
    /// Maximum length of a reaction's comment, in graphemes
    #[arg(long, env, default_value_t = 200)]
    pub comment_length: usize,
    /// Maximum length of a message, in graphemes
    #[arg(long, env, default_value_t = 500)]
    pub text_length: usize,
    /// Maximum length of a name, in graphemes
    #[arg(long, env, default_value_t = 40, value_parser = at_least_one)]
    pub name_length: usize,
}
