//! The records of all viewers in a flood.

use std::ops::{Range, Sub};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use crate::Failure;

/// The records of all viewers.
pub struct Notes {
    begun: Instant,
    viewers: usize,
    joined: AtomicUsize,
    scores: Vec<Score>,
    bytes: AtomicU64,
    pulses: AtomicU64,
    reactions: AtomicU64,
    /// Reactions of the senders: sent, answered, and answered `ok`.
    sent: AtomicU64,
    answered: AtomicU64,
    accepted: AtomicU64,
    counted: AtomicU64,
    failure: OnceLock<String>,
}

/// The delivery of one score to the viewers. Times are microseconds since the start.
#[derive(Default)]
struct Score {
    sent: AtomicU64,
    last: AtomicU64,
    seen: AtomicUsize,
}

/// What viewers that send nothing received.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// Bytes, including frame headers.
    pub bytes: u64,
    /// Messages `pulse`.
    pub pulses: u64,
    /// Messages `reaction`.
    pub reactions: u64,
}

impl Sub for Received {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            bytes: self.bytes - earlier.bytes,
            pulses: self.pulses - earlier.pulses,
            reactions: self.reactions - earlier.reactions,
        }
    }
}

impl Notes {
    /// Empty records for this many scores.
    pub fn new(scores: usize, viewers: usize) -> Self {
        Self {
            begun: Instant::now(),
            viewers,
            joined: AtomicUsize::new(0),
            scores: (0..scores).map(|_| Score::default()).collect(),
            bytes: AtomicU64::new(0),
            pulses: AtomicU64::new(0),
            reactions: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            counted: AtomicU64::new(0),
            failure: OnceLock::new(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).expect("a run is shorter than centuries")
    }

    /// Records that a viewer has its answer and snapshot.
    pub fn viewer_joined(&self) {
        self.joined.fetch_add(1, Relaxed);
    }

    /// The number of joined viewers.
    pub fn joined(&self) -> usize {
        self.joined.load(Relaxed)
    }

    /// Records that score `number` is about to be sent.
    pub fn sent(&self, number: usize) {
        self.scores[number].sent.store(self.now(), Relaxed);
    }

    /// Records that a viewer got score `number`.
    pub fn scored(&self, number: usize) {
        let score = &self.scores[number];
        score.last.fetch_max(self.now(), Relaxed);
        score.seen.fetch_add(1, Relaxed);
    }

    /// How many of these scores have not reached every viewer.
    pub fn missing(&self, numbers: Range<usize>) -> usize {
        self.scores[numbers].iter().filter(|score| score.seen.load(Relaxed) < self.viewers).count()
    }

    /// The time until each of these scores reached the last viewer, sorted, in seconds. For a score that is still missing
    /// somewhere, the time until now.
    pub fn latencies(&self, numbers: Range<usize>) -> Vec<f64> {
        let now = self.now();
        let taken = |score: &Score| {
            let whole = score.seen.load(Relaxed) >= self.viewers;
            let last = if whole { score.last.load(Relaxed) } else { now };
            std::time::Duration::from_micros(last.saturating_sub(score.sent.load(Relaxed))).as_secs_f64()
        };
        let mut all: Vec<_> = self.scores[numbers].iter().map(taken).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    /// Records what a viewer that sends nothing received.
    pub fn add(&self, received: Received) {
        self.bytes.fetch_add(received.bytes, Relaxed);
        self.pulses.fetch_add(received.pulses, Relaxed);
        self.reactions.fetch_add(received.reactions, Relaxed);
    }

    /// What such viewers received so far.
    pub fn received(&self) -> Received {
        Received {
            bytes: self.bytes.load(Relaxed),
            pulses: self.pulses.load(Relaxed),
            reactions: self.reactions.load(Relaxed),
        }
    }

    /// Records sent reactions.
    pub fn reacted(&self, count: u64) {
        self.sent.fetch_add(count, Relaxed);
    }

    /// Records an answer.
    pub fn answered(&self, ok: bool) {
        self.answered.fetch_add(1, Relaxed);
        self.accepted.fetch_add(u64::from(ok), Relaxed);
    }

    /// Whether every reaction was answered.
    pub fn all_answered(&self) -> bool {
        self.answered.load(Relaxed) == self.sent.load(Relaxed)
    }

    /// Records the sum of a pulse's totals.
    pub fn counted(&self, sum: u64) {
        self.counted.fetch_max(sum, Relaxed);
    }

    /// Reactions sent, accepted, and counted by the server.
    pub fn reactions(&self) -> (u64, u64, u64) {
        (self.sent.load(Relaxed), self.accepted.load(Relaxed), self.counted.load(Relaxed))
    }

    /// Records that a viewer failed. Only the first failure is kept.
    pub fn failed(&self, failure: String) {
        // Later failures are usually caused by the first.
        let _ = self.failure.set(failure);
    }

    /// # Errors
    /// If a viewer failed.
    pub fn check(&self) -> Result<(), Failure> {
        self.failure.get().map_or(Ok(()), |failure| Err(failure.as_str().into()))
    }
}
