//! What an event's viewers are sent.

use std::time::Duration;

use clap::Args;

use super::parse::duration;
use crate::domain::limit::Rate;

/// What an event's viewers are sent.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Events")]
pub struct RoomOptions {
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
