//! What the viewers and the scorer note down: who has joined, when each update was sent, and how long it
//! took to arrive. One clock serves both, for all of them are in this process.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The notes of all viewers of a course.
pub struct Tally {
    begun: Instant,
    joined: AtomicUsize,
    /// When each update was sent, in nanoseconds from `begun`; the first one stands for the snapshot.
    sent: Vec<AtomicU64>,
    deliveries: AtomicUsize,
    last_delivery: AtomicU64,
    /// The time of each delivery since they were last taken, in microseconds; one list a thread.
    latencies: Vec<Mutex<Vec<u32>>>,
    failure: OnceLock<String>,
}

impl Tally {
    /// Nothing yet, with room for so many updates.
    pub fn new(updates: usize, threads: usize) -> Self {
        Self {
            begun: Instant::now(),
            joined: AtomicUsize::new(0),
            sent: (0..updates).map(|_| AtomicU64::new(0)).collect(),
            deliveries: AtomicUsize::new(0),
            last_delivery: AtomicU64::new(0),
            latencies: (0..threads).map(|_| Mutex::default()).collect(),
            failure: OnceLock::new(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).expect("a run is shorter than centuries")
    }

    /// A viewer has its answer and its snapshot.
    pub fn viewer_joined(&self) {
        self.joined.fetch_add(1, Relaxed);
    }

    /// How many viewers have joined.
    pub fn joined(&self) -> usize {
        self.joined.load(Relaxed)
    }

    /// Update `number` is about to be sent.
    pub fn sent(&self, number: usize) {
        self.sent[number].store(self.now(), Relaxed);
    }

    /// A viewer of `thread` has received update `number`.
    pub fn received(&self, thread: usize, number: usize) {
        let now = self.now();
        let micros = now.saturating_sub(self.sent[number].load(Relaxed)) / 1_000;
        let mut latencies = self.latencies[thread].lock().unwrap_or_else(PoisonError::into_inner);
        latencies.push(u32::try_from(micros).unwrap_or(u32::MAX));
        drop(latencies);
        self.last_delivery.fetch_max(now, Relaxed);
        self.deliveries.fetch_add(1, Relaxed);
    }

    /// Deliveries since the beginning.
    pub fn deliveries(&self) -> usize {
        self.deliveries.load(Relaxed)
    }

    /// The latencies noted since this was last asked, sorted, in microseconds.
    pub fn take_latencies(&self) -> Vec<u32> {
        let mut all: Vec<u32> = Vec::new();
        for list in &self.latencies {
            all.append(&mut list.lock().unwrap_or_else(PoisonError::into_inner));
        }
        all.sort_unstable();
        all
    }

    /// From the sending of update `first` to the last delivery.
    pub fn time_since(&self, first: usize) -> Duration {
        Duration::from_nanos(self.last_delivery.load(Relaxed) - self.sent[first].load(Relaxed))
    }

    /// A viewer cannot go on. The first one is remembered.
    pub fn failed(&self, failure: String) {
        // A later failure is most often caused by the first.
        let _ = self.failure.set(failure);
    }

    /// Why a viewer could not go on, if one could not.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }
}
