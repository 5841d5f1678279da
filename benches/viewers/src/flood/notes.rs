//! What the viewers of a flood note down, all together.

use std::ops::{Range, Sub};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use crate::Failure;

/// The notes of all viewers.
pub struct Notes {
    begun: Instant,
    viewers: usize,
    joined: AtomicUsize,
    scores: Vec<Score>,
    bytes: AtomicU64,
    pulses: AtomicU64,
    reactions: AtomicU64,
    /// Of the senders: sent, answered, and answered `ok`.
    sent: AtomicU64,
    answered: AtomicU64,
    accepted: AtomicU64,
    counted: AtomicU64,
    failure: OnceLock<String>,
}

/// One score's way to the viewers; times are microseconds from the beginning.
#[derive(Default)]
struct Score {
    sent: AtomicU64,
    last: AtomicU64,
    seen: AtomicUsize,
}

/// What the viewers that send nothing have received.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// Bytes, with the frames' heads.
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
    /// Nothing yet, with room for so many scores.
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

    /// A viewer has its answer and its snapshot.
    pub fn viewer_joined(&self) {
        self.joined.fetch_add(1, Relaxed);
    }

    /// How many viewers have joined.
    pub fn joined(&self) -> usize {
        self.joined.load(Relaxed)
    }

    /// Score `number` is about to be sent.
    pub fn sent(&self, number: usize) {
        self.scores[number].sent.store(self.now(), Relaxed);
    }

    /// A viewer has score `number`.
    pub fn scored(&self, number: usize) {
        let score = &self.scores[number];
        score.last.fetch_max(self.now(), Relaxed);
        score.seen.fetch_add(1, Relaxed);
    }

    /// How many of these scores not every viewer has.
    pub fn missing(&self, numbers: Range<usize>) -> usize {
        self.scores[numbers].iter().filter(|score| score.seen.load(Relaxed) < self.viewers).count()
    }

    /// The time of each of these scores until the last viewer had it, sorted, in seconds. One that is still
    /// missing somewhere has needed the time up to now, at least.
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

    /// A viewer that sends nothing has received this.
    pub fn add(&self, received: Received) {
        self.bytes.fetch_add(received.bytes, Relaxed);
        self.pulses.fetch_add(received.pulses, Relaxed);
        self.reactions.fetch_add(received.reactions, Relaxed);
    }

    /// What such viewers have received up to now.
    pub fn received(&self) -> Received {
        Received {
            bytes: self.bytes.load(Relaxed),
            pulses: self.pulses.load(Relaxed),
            reactions: self.reactions.load(Relaxed),
        }
    }

    /// So many reactions were sent.
    pub fn reacted(&self, count: u64) {
        self.sent.fetch_add(count, Relaxed);
    }

    /// One was answered.
    pub fn answered(&self, ok: bool) {
        self.answered.fetch_add(1, Relaxed);
        self.accepted.fetch_add(u64::from(ok), Relaxed);
    }

    /// Whether every reaction was answered.
    pub fn all_answered(&self) -> bool {
        self.answered.load(Relaxed) == self.sent.load(Relaxed)
    }

    /// A pulse's totals add up to so many.
    pub fn counted(&self, sum: u64) {
        self.counted.fetch_max(sum, Relaxed);
    }

    /// Reactions sent, accepted, and counted by the server.
    pub fn reactions(&self) -> (u64, u64, u64) {
        (self.sent.load(Relaxed), self.accepted.load(Relaxed), self.counted.load(Relaxed))
    }

    /// A viewer cannot go on. The first one is remembered.
    pub fn failed(&self, failure: String) {
        // A later failure is most often caused by the first.
        let _ = self.failure.set(failure);
    }

    /// # Errors
    /// If a viewer could not go on.
    pub fn check(&self) -> Result<(), Failure> {
        self.failure.get().map_or(Ok(()), |failure| Err(failure.as_str().into()))
    }
}
