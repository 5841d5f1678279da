//! Whether the database is unavailable, and whether it has no place for clients that have not signed in: logged once when
//! that begins and once when it is over, whatever many calls meet meanwhile. A process has one database, so there is one
//! of each.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use thiserror::Error;
use tokio::time::Instant;

/// An outage is over once something is answered, and this long nothing has failed: while a server comes back, or is
/// overloaded, some calls fail and others do not.
const QUIET_FOR: Duration = Duration::from_secs(1);

static OUTAGE: Episode = Episode::new();
static CROWD: Episode = Episode::new();

/// A client that has not signed in got no place at the database in time: others have all that it may have.
#[derive(Debug, Error)]
#[error("too many requests from clients that have not signed in")]
pub struct Crowded;

impl Crowded {
    /// Whether a statement failed for this.
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

/// A time in which calls fail.
struct Episode {
    /// Whether there is one: what every statement looks at.
    is_on: AtomicBool,
    state: Mutex<Option<EpisodeState>>,
}

#[derive(Debug, Clone, Copy)]
struct EpisodeState {
    began: Instant,
    last_failure: Instant,
    failures: u64,
}

/// The database did not answer, or not as one that works.
pub fn note_failure(error: &dyn Display) {
    if OUTAGE.fail(Instant::now()) {
        tracing::warn!(%error, "database unavailable; nothing more is logged until it is available again");
    }
}

/// The database has answered.
pub(super) fn note_answer() {
    if !OUTAGE.is_on() {
        return;
    }
    if let Some(EpisodeState { began, failures, .. }) = OUTAGE.recover(Instant::now()) {
        let after = began.elapsed();
        tracing::info!(?after, failures, "database available again");
    }
}

/// A client that has not signed in was refused for want of a place.
pub fn note_crowd() {
    // In an outage all places are held by those who wait for the database.
    if !OUTAGE.is_on() && CROWD.fail(Instant::now()) {
        tracing::warn!("{Crowded}: some are answered 503; nothing more is logged until there is room again");
    }
}

/// A client that has not signed in has a place.
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

    /// True for the first failure.
    fn fail(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        let is_first = state.is_none();
        let state = state.get_or_insert(EpisodeState { began: now, last_failure: now, failures: 0 });
        state.last_failure = now;
        state.failures += 1;
        self.is_on.store(true, Ordering::Relaxed);
        is_first
    }

    /// What the episode was, if it is over now.
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
