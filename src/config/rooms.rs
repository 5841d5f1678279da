//! What an event's viewers receive.

use std::time::Duration;

use clap::Args;

use super::parse::duration;
use crate::domain::limit::Rate;

/// What an event's viewers receive.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Events")]
pub struct RoomOptions {
    /// Missed updates sent to a returning client; a client that is further behind gets a snapshot
    #[arg(long, env, default_value_t = 300)]
    pub recovery_limit: usize,
    /// Recent messages of the event sent to a client that joins
    #[arg(long, env, default_value_t = 50)]
    pub message_history: usize,
    /// Individual reactions sent to an event's viewers; the rest are only counted
    #[arg(long, env, default_value = "20/1s")]
    pub reaction_singles: Rate,
    /// Minimum time between two pulses of an event
    #[arg(long, env, default_value = "250ms", value_parser = duration)]
    pub pulse_interval: Duration,
    /// Maximum time between two pulses of an event that has viewers
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub pulse_beat: Duration,
}
