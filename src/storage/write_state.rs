//! The last known result of the write check.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use thiserror::Error;

/// Why the database refuses writes. Safe to show to anybody: no path, no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteProblem {
    /// A write failed.
    #[error("the database refuses writes ({0}); see the log, or run touchline doctor")]
    Refused(String),
    /// A write was not answered. This is an outage, which is logged separately.
    #[error("database unavailable: a write got no answer")]
    Unanswered,
    /// The embedded database's file is no longer at its path.
    #[error(
        "the database file was deleted or replaced, so writes are refused; move the file back, or stop the server and \
         restore a backup"
    )]
    FileGone,
}

/// The result of the write check, shared by all clones of a database.
#[derive(Debug, Default)]
pub(super) struct WriteState {
    /// Number of committed transactions.
    commits: AtomicU64,
    /// Number of committed transactions at the last check.
    checked_at: AtomicU64,
    problem: Mutex<Option<WriteProblem>>,
}

impl WriteState {
    /// Counts a committed transaction.
    pub(super) fn note_commit(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Why the last check failed; `None` if it did not.
    pub(super) fn problem(&self) -> Option<WriteProblem> {
        self.problem.lock().clone()
    }

    /// Whether something was committed since the last check.
    pub(super) fn has_written(&self) -> bool {
        self.commits.load(Ordering::Relaxed) != self.checked_at.load(Ordering::Relaxed)
    }

    /// Stores a result, and logs it if it changed.
    pub(super) fn set(&self, problem: Option<WriteProblem>, advice: impl Display) {
        self.checked_at.store(self.commits.load(Ordering::Relaxed), Ordering::Relaxed);
        let mut kept = self.problem.lock();
        let last = kept.take();
        let is_reported = |problem: &Option<WriteProblem>| {
            problem.as_ref().is_some_and(|problem| *problem != WriteProblem::Unanswered)
        };
        if is_reported(&problem) && last != problem {
            tracing::error!(%advice, "not ready: the database refuses writes");
        } else if problem.is_none() && is_reported(&last) {
            tracing::info!("ready: the database accepts writes again");
        }
        *kept = problem;
    }
}
