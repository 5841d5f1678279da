//! The end of the server, for its clients: each is told when to come back, and its connection is closed then. So
//! they come to the next node one after the other.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{CloseReason, Connections};
use crate::domain::entropy;
use crate::transport::client::link::Line;
use crate::transport::wire::Drain;

/// So often some connections are closed.
const SLICE: Duration = Duration::from_millis(50);
/// Before that nobody is closed, so that each has read what it was told.
const FIRST_AFTER: Duration = Duration::from_millis(500);

impl Connections {
    /// Tells all clients that the server ends, and closes their connections in slices within this time. Each
    /// session's moment is chosen at random. New sessions are to be refused from before.
    pub async fn send_away(&self, within: Duration) {
        let begun = Instant::now();
        let first = FIRST_AFTER.min(within / 4);
        let spread = u64::try_from(within.saturating_sub(first).as_millis()).unwrap_or(u64::MAX).max(1);
        let moment = |lines| {
            let random = Duration::from_millis(entropy::id(&mut entropy::source()) % spread);
            (first + random, lines)
        };
        let mut away: Vec<(Duration, Vec<Line>)> = self.by_session().into_iter().map(moment).collect();
        away.sort_by_key(|(after, _)| *after);
        for (after, lines) in &away {
            let drain = Drain { retry_in_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX) };
            for line in lines {
                // Who does not take it comes back without having been told.
                let _ = line.emit("server:drain", &drain);
            }
        }
        let mut away = away.into_iter().peekable();
        while let Some((after, _)) = away.peek() {
            sleep_until(begun + *after).await;
            let until = begun.elapsed() + SLICE;
            while let Some((_, lines)) = away.next_if(|(after, _)| *after <= until) {
                // One closes the connection of all; who has gone by itself needs nothing.
                if let Some(line) = lines.iter().find(|line| line.is_connected()) {
                    line.close(self, CloseReason::Draining);
                }
            }
        }
    }

    /// The clients of each session.
    fn by_session(&self) -> Vec<Vec<Line>> {
        let mut shared: HashMap<_, Vec<_>> = HashMap::new();
        let mut sessions = Vec::new();
        for line in self.all() {
            match line.session() {
                Some(session) => shared.entry(session).or_default().push(line),
                None => sessions.push(vec![line]),
            }
        }
        sessions.extend(shared.into_values());
        sessions
    }
}
