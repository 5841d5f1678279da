//! What is measured: each setting is a flag and an environment variable.

use std::path::PathBuf;

use clap::Parser;
use serde::Serialize;

use crate::servers::Server;

/// Measures what thousands of viewers of one event cost a server.
#[derive(Debug, Parser, Serialize)]
#[command(max_term_width = 110)]
pub struct Settings {
    /// How many viewers: one table for each count; 0 is none
    #[arg(long, env = "BENCH_VIEWERS", value_delimiter = ' ', default_value = "1000 4000")]
    pub viewers: Vec<usize>,
    /// Which servers, in this order
    #[arg(
        long,
        env = "BENCH_SERVERS",
        value_enum,
        value_delimiter = ' ',
        default_value = "touchline queues socketioxide socketio nchan bare"
    )]
    pub servers: Vec<Server>,
    /// How often everything is measured; the tables show medians
    #[arg(long, env = "BENCH_RUNS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Viewers that arrive in a second
    #[arg(long, env = "BENCH_ARRIVALS", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub arrivals: u32,
    /// How long the viewers are left alone first, in seconds; in 25 each has one heartbeat
    #[arg(long, env = "BENCH_IDLE", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..))]
    pub idle: u32,
    /// Updates a second, in the steady part
    #[arg(long, env = "BENCH_RATE", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: u32,
    /// How long the steady part takes
    #[arg(long, env = "BENCH_SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// Updates of the part at full speed
    #[arg(long, env = "BENCH_BURST", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub burst: u32,
    /// Reactions a second of the flood; 0 leaves it out
    #[arg(long, env = "BENCH_FLOOD", default_value_t = 20_000)]
    pub flood: u32,
    /// Viewers in the flood
    #[arg(long, env = "BENCH_FLOOD_VIEWERS", default_value_t = 2_000)]
    pub flood_viewers: usize,
    /// How many of them send the reactions
    #[arg(long, env = "BENCH_FLOOD_SENDERS", default_value_t = 500)]
    pub flood_senders: usize,
    /// A file to write all figures to, as JSON
    #[arg(long, env = "BENCH_JSON")]
    pub json: Option<PathBuf>,
    /// The server that is measured
    #[arg(long, env = "TOUCHLINE_BIN", default_value = "target/release/touchline")]
    pub touchline: PathBuf,
    /// The folder of the servers that it is compared with
    #[arg(long, env = "BENCH_PEERS", default_value = "benches/peers")]
    pub peers: PathBuf,
    /// The folder of the programs of those that are built
    #[arg(long, env = "BENCH_NATIVE", default_value = "target/bench/release")]
    pub native: PathBuf,
}
