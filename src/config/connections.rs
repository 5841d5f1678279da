//! Limits of one connection, and of connections in all.

use std::time::Duration;

use bytesize::ByteSize;
use clap::Args;

use super::parse::{at_least_one, duration, queue_size};
use crate::domain::limit::Rate;

/// Limits of one connection.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connections")]
pub struct ConnectionOptions {
    /// How often Engine.IO pings a client
    #[arg(long, env, default_value = "25s", value_parser = duration)]
    pub ping_interval: Duration,
    /// How long Engine.IO waits for the answer to a ping
    #[arg(long, env, default_value = "20s", value_parser = duration)]
    pub ping_timeout: Duration,
    /// Within which a connection must have joined a namespace
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub connect_timeout: Duration,
    /// A client that has sent `ping` once and is silent for so long is closed
    #[arg(long, env, default_value = "120s", value_parser = duration)]
    pub heartbeat_timeout: Duration,
    /// Also close a client that never sends `ping`
    #[arg(long, env, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub heartbeat_required: bool,
    /// The largest packet from a client, on WebSocket and polling alike
    #[arg(long, env, default_value = "64KiB")]
    pub max_packet: ByteSize,
    /// The largest packet from a client of `/admin`, once its token was accepted there. `MAX_PACKET` applies where it is
    /// larger
    #[arg(long, env, default_value = "1MiB")]
    pub max_admin_packet: ByteSize,
    /// The largest message from a client of `/`
    #[arg(long, env, default_value = "4KiB")]
    pub max_message: ByteSize,
    /// Binary attachments of one packet
    #[arg(long, env, default_value_t = 4)]
    pub max_attachments: usize,
    /// Packets that wait for one client before it is behind
    #[arg(long, env, default_value_t = 128, value_parser = queue_size)]
    pub queue_size: usize,
    /// Make an update's WebSocket frame once, and write it to each viewer beside the Socket.IO engine, as answers
    /// are; `false`: all goes through the engine's queues
    #[arg(long, env, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub direct_writes: bool,
    /// A client that has been behind, or has not read, for so long is closed
    #[arg(long, env, default_value = "20s", value_parser = duration)]
    pub behind_timeout: Duration,
    /// Events that one socket may be in
    #[arg(long, env, default_value_t = 20, value_parser = at_least_one)]
    pub max_events_per_socket: usize,
    /// Connections that this node takes; from the limit of open files where it is not set. One address gets nine tenths
    /// at most
    #[arg(long, env, value_parser = at_least_one)]
    pub max_connections: Option<usize>,
    /// Handshakes of clients that this node takes; others are told 503 and when to come back. One address gets nine
    /// tenths at most
    #[arg(long, env, default_value = "2000/1s")]
    pub handshake_rate: Rate,
    /// Within which the server must have shut down after SIGTERM or Ctrl-C
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub shutdown_timeout: Duration,
}
