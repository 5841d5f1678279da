//! Limits of one connection, and of all connections.

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
    /// How long a connection may take to join a namespace
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub connect_timeout: Duration,
    /// Close a client that has sent `ping` and then stays silent for this long
    #[arg(long, env, default_value = "120s", value_parser = duration)]
    pub heartbeat_timeout: Duration,
    /// Also close a client that never sends `ping`
    #[arg(long, env, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub heartbeat_required: bool,
    /// Largest packet from a client, over WebSocket or polling
    #[arg(long, env, default_value = "64KiB")]
    pub max_packet: ByteSize,
    /// Largest packet from a client of `/admin` once its token is accepted there. `MAX_PACKET` applies if it is
    /// larger
    #[arg(long, env, default_value = "1MiB")]
    pub max_admin_packet: ByteSize,
    /// Largest message from a client of `/`
    #[arg(long, env, default_value = "4KiB")]
    pub max_message: ByteSize,
    /// Binary attachments in one packet
    #[arg(long, env, default_value_t = 4)]
    pub max_attachments: usize,
    /// Packets queued for one client before it counts as behind
    #[arg(long, env, default_value_t = 128, value_parser = queue_size)]
    pub queue_size: usize,
    /// Encode each update's WebSocket frame once and write it to each viewer directly, bypassing the Socket.IO
    /// engine. Acknowledgements are written the same way. With `false`, everything goes through the engine's queues
    #[arg(long, env, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    pub direct_writes: bool,
    /// Close a client that has been behind, or has not read, for this long
    #[arg(long, env, default_value = "20s", value_parser = duration)]
    pub behind_timeout: Duration,
    /// Events that one socket may join
    #[arg(long, env, default_value_t = 20, value_parser = at_least_one)]
    pub max_events_per_socket: usize,
    /// Connections accepted by this node; by default, as many as the open file limit allows. One address can hold
    /// at most nine tenths of them
    #[arg(long, env, value_parser = at_least_one)]
    pub max_connections: Option<usize>,
    /// Client handshakes accepted by this node; others get 503 with a time to retry. One address can use at most
    /// nine tenths of them
    #[arg(long, env, default_value = "2000/1s")]
    pub handshake_rate: Rate,
    /// How long a shutdown may take after SIGTERM or Ctrl-C
    #[arg(long, env, default_value = "10s", value_parser = duration)]
    pub shutdown_timeout: Duration,
}
