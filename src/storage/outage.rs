//! Tracks two states of the database: unavailable, and out of slots for clients that have not signed in. Each is
//! logged once when it begins and once when it is over, however many calls it affects. A process has one database,
//! so the state is global.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use thiserror::Error;
use tokio::time::Instant;

/// An outage is over once a statement succeeds and nothing has failed for this long. While a server restarts or is
/// overloaded, some calls fail and others do not.
const QUIET_FOR: Duration = Duration::from_secs(1);

static OUTAGE: Episode = Episode::new();
static CROWD: Episode = Episode::new();

/// A client that has not signed in got no database slot in time, because others hold all that such clients may
/// have.
#[derive(Debug, Error)]
#[error("too many requests from clients that have not signed in")]
pub struct Crowded;

impl Crowded {
    /// Whether this is the cause of a statement's failure.
    pub(super) fn is_behind(error: &sqlx::Error) -> bool {
        let sqlx::Error::Io(error) = error else { return false };
        matches!(error.get_ref(), Some(inner) if inner.is::<Self>())
    }
}

impl From<Crowded> for sqlx::Error {
    fn from(crowded: Crowded) -> Self {
        Self::Io(std::io::Error::other(crowded))
    }
}

/// A period in which calls fail.
struct Episode {
    /// Whether the episode is on. Every statement reads this.
    is_on: AtomicBool,
    state: Mutex<Option<EpisodeState>>,
}

#[derive(Debug, Clone, Copy)]
struct EpisodeState {
    began: Instant,
    last_failure: Instant,
    failures: u64,
}

/// Records that the database failed to answer.
pub fn note_failure(error: &dyn Display) {
    if OUTAGE.fail(Instant::now()) {
        tracing::warn!(%error, "database unavailable; further errors are not logged until it is available again");
    }
}

/// Records that the database answered.
pub(super) fn note_answer() {
    if !OUTAGE.is_on() {
        return;
    }
    if let Some(EpisodeState { began, failures, .. }) = OUTAGE.recover(Instant::now()) {
        let after = began.elapsed();
        tracing::info!(?after, failures, "database available again");
    }
}

/// Records that a client that has not signed in was refused for lack of a slot.
pub fn note_crowd() {
    // During an outage, all slots are held by statements that wait for the database.
    if !OUTAGE.is_on() && CROWD.fail(Instant::now()) {
        tracing::warn!(
            "{Crowded}: answering some with 503; further refusals are not logged until there is room again"
        );
    }
}

/// Records that a client that has not signed in got a slot.
pub(super) fn note_room() {
    if !CROWD.is_on() {
        return;
    }
    if let Some(EpisodeState { began, failures: refused, .. }) = CROWD.recover(Instant::now()) {
        let after = began.elapsed();
        tracing::info!(?after, refused, "there is room again for clients that have not signed in");
    }
}

impl Episode {
    const fn new() -> Self {
        Self { is_on: AtomicBool::new(false), state: Mutex::new(None) }
    }

    fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Returns true for the first failure.
    fn fail(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        let is_first = state.is_none();
        let state = state.get_or_insert(EpisodeState { began: now, last_failure: now, failures: 0 });
        state.last_failure = now;
        state.failures += 1;
        self.is_on.store(true, Ordering::Relaxed);
        is_first
    }

    /// Ends the episode if it is over, and returns its figures.
    fn recover(&self, now: Instant) -> Option<EpisodeState> {
        let mut state = self.state.lock();
        let over = state.take_if(|state| now.duration_since(state.last_failure) >= QUIET_FOR)?;
        self.is_on.store(false, Ordering::Relaxed);
        Some(over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_begins_once_and_is_over_once_nothing_has_failed_for_a_while() {
        let outage = Episode::new();
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        assert!(outage.recover(at(0)).is_none(), "there is none");
        assert!(outage.fail(at(0)));
        assert!(!outage.fail(at(900)), "the same");
        assert!(outage.recover(at(1800)).is_none(), "something has failed lately");
        let over = outage.recover(at(1900)).expect("it is over");
        assert_eq!((over.began, over.failures), (at(0), 2));
        assert!(!outage.is_on.load(Ordering::Relaxed));
        assert!(outage.fail(at(5000)), "the next one");
    }
}
