//! Watches the parts of the server for panics. A panic is logged and counted, and the part starts again; a second
//! panic within a minute makes the node unhealthy.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::domain::words::words;

/// How long to wait after a panic before the part starts again.
const RESTART_AFTER: Duration = Duration::from_secs(1);
/// A part that panics twice within this time is failing, until this long after its last panic.
const WITHIN: Duration = Duration::from_mins(1);

/// A part of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServerPart {
    /// Accepts connections.
    Accept,
    /// Sends leaderboards that have changed.
    Boards,
    /// Receives the messages of other nodes and applies them.
    Bus,
    /// Compares the rooms with the database.
    Check,
    /// Saves reactions, messages and viewer counts.
    Crowds,
    /// The thread of a connection to SQLite.
    Database,
    /// Deletes old codes and tickets.
    Forget,
    /// Evicts rate-limit buckets that are full again.
    Limits,
    /// Sends changes of lists of events.
    Lists,
    /// Sends mails.
    Mailer,
    /// Keeps the histograms of the metrics up to date.
    Metrics,
    /// Publishes this node's state to the other nodes.
    Nodes,
    /// Sends pulses to viewers.
    Pulse,
    /// Records refusals in the audit log.
    Refusals,
    /// Closes the sockets of sessions that have ended.
    Sessions,
    /// Closes silent and stalled connections.
    IdleCheck,
    /// Catches up members that are behind.
    Lagging,
    /// Checks whether the database accepts writes.
    WriteCheck,
    /// Runs writes.
    Writer,
}

// The names used in the log, the metrics and the health check.
words! {
    ServerPart:
    Accept = "accept",
    Boards = "boards",
    Bus = "bus",
    Check = "check",
    Crowds = "crowds",
    Database = "database",
    Forget = "forget",
    Limits = "limits",
    Lists = "lists",
    Mailer = "mailer",
    Metrics = "metrics",
    Nodes = "nodes",
    Pulse = "pulse",
    Refusals = "refusals",
    Sessions = "sessions",
    IdleCheck = "sweep",
    Lagging = "tend",
    WriteCheck = "write_check",
    Writer = "writer",
}

impl fmt::Display for ServerPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Watches the parts of this node. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Supervisor(Arc<Mutex<HashMap<ServerPart, Panics>>>);

/// When a part panicked.
#[derive(Debug, Clone, Copy)]
struct Panics {
    last: Instant,
    /// Whether the panic before it was less than [`WITHIN`] earlier.
    repeated: bool,
}

impl Supervisor {
    /// Runs a part until it finishes. After each panic, calls `start` again. Dropping the future is not a panic.
    pub async fn run<F: Future<Output = ()>>(&self, part: ServerPart, start: impl Fn() -> F) {
        loop {
            // Boxed, because several parts run in one task.
            let work = Box::pin(async { start().await });
            if self.attempt(part, work).await.is_some() {
                return;
            }
            tokio::time::sleep(RESTART_AFTER).await;
        }
    }

    /// Runs one piece of a part's work. Returns `None` if it panicked.
    pub async fn attempt<T>(&self, part: ServerPart, work: impl Future<Output = T>) -> Option<T> {
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(done) => Some(done),
            Err(panic) => {
                self.report(part, message(&*panic));
                None
            }
        }
    }

    /// Records a panic of a part.
    pub fn report(&self, part: ServerPart, panic: &str) {
        metrics::counter!("touchline_panics_total", "part" => part.as_str()).increment(1);
        let now = Instant::now();
        let mut panics = self.0.lock();
        let before = panics.get(&part).map(|panics| panics.last);
        let repeated = before.is_some_and(|last| now.duration_since(last) < WITHIN);
        panics.insert(part, Panics { last: now, repeated });
        drop(panics);
        if repeated {
            tracing::error!(%part, panic, "part of the server panicked twice within a minute; this node is unhealthy");
        } else {
            tracing::error!(%part, panic, "part of the server panicked; restarting it");
        }
    }

    /// The part that keeps panicking, if any.
    pub fn failing(&self) -> Option<ServerPart> {
        let now = Instant::now();
        let panics = self.0.lock();
        let is_failing = |panics: &Panics| panics.repeated && now.duration_since(panics.last) < WITHIN;
        panics.iter().find(|(_, panics)| is_failing(panics)).map(|(part, _)| *part)
    }
}

/// The message of a panic.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_part_that_panics_starts_again_and_a_second_panic_within_a_minute_is_unhealthy() {
        let (supervisor, starts) = (Supervisor::default(), AtomicU32::new(0));
        let begun = Instant::now();
        let part = supervisor.run(ServerPart::Pulse, || async {
            match starts.fetch_add(1, Ordering::Relaxed) {
                0 => panic!("the first time"),
                1 => {
                    assert_eq!(supervisor.failing(), None);
                    tokio::time::sleep(WITHIN).await;
                    panic!("{} minute later", 1);
                }
                2 => {
                    assert_eq!(supervisor.failing(), None, "a minute lies between them");
                    tokio::time::sleep(WITHIN / 2).await;
                    panic!("soon after");
                }
                _ => assert_eq!(supervisor.failing(), Some(ServerPart::Pulse)),
            }
        });
        part.await;
        assert_eq!((starts.into_inner(), begun.elapsed()), (4, WITHIN + WITHIN / 2 + RESTART_AFTER * 3));
        assert_eq!(supervisor.failing(), Some(ServerPart::Pulse));
        tokio::time::advance(WITHIN).await;
        assert_eq!(supervisor.failing(), None, "it has gone on for a minute");
    }

    #[tokio::test(start_paused = true)]
    async fn parts_in_one_task_are_watched_apart() {
        let supervisor = Supervisor::default();
        let failing = supervisor.run(ServerPart::IdleCheck, || async { panic!("always") });
        let other = supervisor.run(ServerPart::Boards, || tokio::time::sleep(WITHIN * 2));
        tokio::select! {
            () = failing => panic!("it never finishes"),
            () = other => {}
        }
        assert_eq!(supervisor.failing(), Some(ServerPart::IdleCheck));
        assert_eq!(supervisor.attempt(ServerPart::Mailer, async { 7 }).await, Some(7));
    }

    #[test]
    fn each_part_has_a_name_of_its_own() {
        let names: std::collections::HashSet<_> = ServerPart::ALL.iter().map(|part| part.as_str()).collect();
        assert_eq!(names.len(), ServerPart::ALL.len());
    }
}
