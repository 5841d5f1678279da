//! What is known of whether the database takes writes.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use thiserror::Error;

/// Why the database takes no writes, as anybody may read it: no path, no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteProblem {
    /// A write failed.
    #[error("the database takes no writes ({0}); the log and touchline doctor say what to do")]
    Refused(String),
    /// No answer came. That is an outage, which is logged as such.
    #[error("the database does not answer a write")]
    Unanswered,
    /// The embedded database's file is not at its path any more.
    #[error(
        "the database file was deleted or replaced, so writes are refused; move the file back, or stop the server and \
         restore a backup"
    )]
    FileGone,
}

/// What is known of writes. All clones of a database share it.
#[derive(Debug, Default)]
pub(super) struct WriteState {
    /// Transactions that were committed.
    commits: AtomicU64,
    /// How many there were at the last check.
    checked_at: AtomicU64,
    problem: Mutex<Option<WriteProblem>>,
}

impl WriteState {
    /// A transaction was committed.
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

    /// Keeps a result, and logs it if it is news.
    pub(super) fn set(&self, problem: Option<WriteProblem>, advice: impl Display) {
        self.checked_at.store(self.commits.load(Ordering::Relaxed), Ordering::Relaxed);
        let mut kept = self.problem.lock();
        let last = kept.take();
        let is_of_note = |problem: &Option<WriteProblem>| {
            problem.as_ref().is_some_and(|problem| *problem != WriteProblem::Unanswered)
        };
        if is_of_note(&problem) && last != problem {
            tracing::error!(%advice, "not ready: the database takes no writes");
        } else if problem.is_none() && is_of_note(&last) {
            tracing::info!("ready: the database takes writes again");
        }
        *kept = problem;
    }
}
