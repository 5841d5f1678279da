//! The settings. Each is a flag and an environment variable.

use std::path::PathBuf;

use clap::Parser;
use serde::Serialize;

use crate::servers::Server;

/// Measures the cost of thousands of viewers of one event for a server.
#[derive(Debug, Parser, Serialize)]
#[command(max_term_width = 110)]
pub struct Settings {
    /// Numbers of viewers, with one table each; 0: none
    #[arg(long, env = "BENCH_VIEWERS", value_delimiter = ' ', default_value = "1000 4000")]
    pub viewers: Vec<usize>,
    /// The servers to measure, in this order
    #[arg(
        long,
        env = "BENCH_SERVERS",
        value_enum,
        value_delimiter = ' ',
        default_value = "touchline queues socketioxide socketio nchan bare"
    )]
    pub servers: Vec<Server>,
    /// Number of runs; the tables show medians
    #[arg(long, env = "BENCH_RUNS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Viewers that arrive per second
    #[arg(long, env = "BENCH_ARRIVALS", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub arrivals: u32,
    /// Idle time before the updates, in seconds; in 25 s each viewer has one heartbeat
    #[arg(long, env = "BENCH_IDLE", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..))]
    pub idle: u32,
    /// Updates per second in the steady part
    #[arg(long, env = "BENCH_RATE", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: u32,
    /// Duration of the steady part, in seconds
    #[arg(long, env = "BENCH_SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// Updates in the part at full speed
    #[arg(long, env = "BENCH_BURST", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub burst: u32,
    /// Reactions per second in the flood; 0: no flood
    #[arg(long, env = "BENCH_FLOOD", default_value_t = 20_000)]
    pub flood: u32,
    /// Viewers in the flood
    #[arg(long, env = "BENCH_FLOOD_VIEWERS", default_value_t = 2_000)]
    pub flood_viewers: usize,
    /// Viewers in the flood that send reactions
    #[arg(long, env = "BENCH_FLOOD_SENDERS", default_value_t = 500)]
    pub flood_senders: usize,
    /// File for all figures, as JSON
    #[arg(long, env = "BENCH_JSON")]
    pub json: Option<PathBuf>,
    /// The Touchline binary to measure
    #[arg(long, env = "TOUCHLINE_BIN", default_value = "target/release/touchline")]
    pub touchline: PathBuf,
    /// The folder of the servers to compare
    #[arg(long, env = "BENCH_PEERS", default_value = "benches/peers")]
    pub peers: PathBuf,
    /// The folder of the compiled servers to compare
    #[arg(long, env = "BENCH_NATIVE", default_value = "target/bench/release")]
    pub native: PathBuf,
}
