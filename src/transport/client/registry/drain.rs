//! Draining on shutdown: each client is told when to reconnect, and its connection is closed at that moment.
//! This spreads the reconnects to other nodes over time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::ClientRegistry;
use crate::domain::entropy;
use crate::domain::id::ConnectionId;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::{Client, link};
use crate::transport::wire::Drain;

/// How often a slice of connections is closed.
const SLICE: Duration = Duration::from_millis(50);
/// No connection is closed before this, so that clients can read `server:drain`.
const FIRST_AFTER: Duration = Duration::from_millis(500);

impl ClientRegistry {
    /// Sends `server:drain` to all clients, and closes their connections in slices within this time, each at
    /// a random moment. Refuse new sessions first.
    pub async fn drain_clients(&self, within: Duration) {
        let begun = Instant::now();
        let first = FIRST_AFTER.min(within / 4);
        let spread = u64::try_from(within.saturating_sub(first).as_millis()).unwrap_or(u64::MAX).max(1);
        let moment = |clients| {
            let random = Duration::from_millis(entropy::id(&mut entropy::source()) % spread);
            (first + random, clients)
        };
        let mut away: Vec<(Duration, Vec<Arc<Client>>)> = self.by_session().into_iter().map(moment).collect();
        away.sort_by_key(|(after, _)| *after);
        for (after, clients) in &away {
            let drain = Drain { retry_in_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX) };
            for client in clients {
                // A client that misses this message still reconnects.
                let _ = link::emit(&*client.link, "server:drain", &drain);
            }
        }
        let mut away = away.into_iter().peekable();
        while let Some((after, _)) = away.peek() {
            sleep_until(begun + *after).await;
            let until = begun.elapsed() + SLICE;
            while let Some((_, clients)) = away.next_if(|(after, _)| *after <= until) {
                // Closing one client closes the connection for all; disconnected clients need nothing.
                if let Some(client) = clients.iter().find(|client| client.link.is_connected()) {
                    client.close(CloseReason::Draining);
                }
            }
        }
    }

    /// The clients of each connection.
    fn by_session(&self) -> Vec<Vec<Arc<Client>>> {
        let mut sessions: HashMap<ConnectionId, Vec<_>> = HashMap::new();
        for client in self.all() {
            sessions.entry(client.connection).or_default().push(client);
        }
        sessions.into_values().collect()
    }
}
