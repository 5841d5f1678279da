//! The end of the server, for its clients: each is told when to come back, and its connection is closed then. So
//! they come to the next node one after the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::ClientRegistry;
use crate::domain::entropy;
use crate::domain::id::ConnectionId;
use crate::transport::client::Client;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::link;
use crate::transport::wire::Drain;

/// So often some connections are closed.
const SLICE: Duration = Duration::from_millis(50);
/// Before that nobody is closed, so that each has read what it was told.
const FIRST_AFTER: Duration = Duration::from_millis(500);

impl ClientRegistry {
    /// Tells all clients that the server ends, and closes their connections in slices within this time. Each
    /// session's moment is chosen at random. New sessions are to be refused from before.
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
                // A client that does not take it reconnects without having been told.
                let _ = link::emit(&*client.link, "server:drain", &drain);
            }
        }
        let mut away = away.into_iter().peekable();
        while let Some((after, _)) = away.peek() {
            sleep_until(begun + *after).await;
            let until = begun.elapsed() + SLICE;
            while let Some((_, clients)) = away.next_if(|(after, _)| *after <= until) {
                // One closes the connection of all; who has gone by itself needs nothing.
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
