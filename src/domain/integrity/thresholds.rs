//! The thresholds of the integrity rules.

use std::time::Duration;

use clap::{Args, FromArgMatches as _};

/// The thresholds of the integrity rules. `config` reads the settings.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Integrity of points")]
pub struct Thresholds {
    /// Time window for rates, devices and rises
    #[arg(long, env = "INTEGRITY_WINDOW", id = "integrity_window", default_value = "10m", value_parser = humantime::parse_duration)]
    pub window: Duration,
    /// Other players needed before a player is compared with them
    #[arg(long, env = "INTEGRITY_OTHERS", id = "integrity_others", default_value_t = 8)]
    pub others: i64,
    /// Too fast: below this percentage of other players' median time
    #[arg(long, env = "INTEGRITY_FAST_PERCENT", id = "integrity_fast_percent", default_value_t = 20)]
    pub fast_percent: i64,
    /// Exact minimum: completed within this time after the minimum time, …
    #[arg(long, env = "INTEGRITY_EXACT_WITHIN", id = "integrity_exact_within", default_value = "75ms", value_parser = humantime::parse_duration)]
    pub exact_within: Duration,
    /// … in this many of the last 8 actions
    #[arg(long, env = "INTEGRITY_EXACT_COUNT", id = "integrity_exact_count", default_value_t = 6)]
    pub exact_count: i64,
    /// High rate: more than this many times the other players' rate
    #[arg(long, env = "INTEGRITY_RATE_TIMES", id = "integrity_rate_times", default_value_t = 5)]
    pub rate_times: i64,
    /// High rate: a player with at most this many actions in the window is never held
    #[arg(long, env = "INTEGRITY_RATE_LEAST", id = "integrity_rate_least", default_value_t = 20)]
    pub rate_least: i64,
    /// Same rhythm: this many intervals, …
    #[arg(long, env = "INTEGRITY_RHYTHM_COUNT", id = "integrity_rhythm_count", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=40))]
    pub rhythm_count: u16,
    /// … whose spread is below this percentage of their mean length beyond the cooldown, …
    #[arg(long, env = "INTEGRITY_RHYTHM_PERCENT", id = "integrity_rhythm_percent", default_value_t = 8)]
    pub rhythm_percent: i64,
    /// … or below this time
    #[arg(long, env = "INTEGRITY_RHYTHM_SPREAD", id = "integrity_rhythm_spread", default_value = "15ms", value_parser = humantime::parse_duration)]
    pub rhythm_spread: Duration,
    /// Together: this many other accounts on one device within the window
    #[arg(long, env = "INTEGRITY_DEVICE_ACCOUNTS", id = "integrity_device_accounts", default_value_t = 2)]
    pub device_accounts: i64,
    /// Together: this many other accounts at one address …
    #[arg(long, env = "INTEGRITY_PARTNERS", id = "integrity_partners", default_value_t = 2)]
    pub partners: i64,
    /// … that acted within this time of the player, …
    #[arg(long, env = "INTEGRITY_PARTNERS_WITHIN", id = "integrity_partners_within", default_value = "250ms", value_parser = humantime::parse_duration)]
    pub partners_within: Duration,
    /// … in this many of the player's last 8 actions
    #[arg(long, env = "INTEGRITY_PARTNERS_COUNT", id = "integrity_partners_count", default_value_t = 6)]
    pub partners_count: i64,
    /// Round the clock: active in this many of the last 24 hours
    #[arg(long, env = "INTEGRITY_HOURS", id = "integrity_hours", default_value_t = 21)]
    pub hours: i64,
    /// How long an account counts as new
    #[arg(long, env = "INTEGRITY_NEW_FOR", id = "integrity_new_for", default_value = "24h", value_parser = humantime::parse_duration)]
    pub new_for: Duration,
    /// New accounts in the top ten are checked once this many players have points
    #[arg(long, env = "INTEGRITY_BOARD_PLAYERS", id = "integrity_board_players", default_value_t = 30)]
    pub board_players: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        let command = Self::augment_args(clap::Command::new("thresholds").no_binary_name(true));
        let matches = command.mut_args(|arg| arg.env(None::<&str>)).get_matches_from([""; 0]);
        Self::from_arg_matches(&matches).expect("each threshold has a default")
    }
}
