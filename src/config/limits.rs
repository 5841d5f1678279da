//! Limits of what clients send.

use clap::Args;

use super::parse::at_least_one;
use crate::domain::limit::{ByteRate, Rate};

/// Limits of what clients send.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits of messages")]
pub struct LimitOptions {
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
