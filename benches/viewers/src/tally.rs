//! Records from the viewers and the scorer: joins, the time each update was sent, and its latency. All use one clock,
//! because they run in this process.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The records of all viewers.
pub struct Tally {
    begun: Instant,
    joined: AtomicUsize,
    /// When each update was sent, in nanoseconds since `begun`. The first one is the snapshot.
    sent: Vec<AtomicU64>,
    deliveries: AtomicUsize,
    last_delivery: AtomicU64,
    /// The latency of each delivery since the last reading, in microseconds; one list per thread.
    latencies: Vec<Mutex<Vec<u32>>>,
    failure: OnceLock<String>,
}

impl Tally {
    /// An empty tally for this many updates.
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

    /// Records that a viewer has its answer and snapshot.
    pub fn viewer_joined(&self) {
        self.joined.fetch_add(1, Relaxed);
    }

    /// The number of joined viewers.
    pub fn joined(&self) -> usize {
        self.joined.load(Relaxed)
    }

    /// Records that update `number` is about to be sent.
    pub fn sent(&self, number: usize) {
        self.sent[number].store(self.now(), Relaxed);
    }

    /// Records that a viewer on `thread` received update `number`.
    pub fn received(&self, thread: usize, number: usize) {
        let now = self.now();
        let micros = now.saturating_sub(self.sent[number].load(Relaxed)) / 1_000;
        let mut latencies = self.latencies[thread].lock().unwrap_or_else(PoisonError::into_inner);
        latencies.push(u32::try_from(micros).unwrap_or(u32::MAX));
        drop(latencies);
        self.last_delivery.fetch_max(now, Relaxed);
        self.deliveries.fetch_add(1, Relaxed);
    }

    /// Deliveries since the start.
    pub fn deliveries(&self) -> usize {
        self.deliveries.load(Relaxed)
    }

    /// The latencies since the last call, sorted, in microseconds.
    pub fn take_latencies(&self) -> Vec<u32> {
        let mut all: Vec<u32> = Vec::new();
        for list in &self.latencies {
            all.append(&mut list.lock().unwrap_or_else(PoisonError::into_inner));
        }
        all.sort_unstable();
        all
    }

    /// The time from sending update `first` to the last delivery.
    pub fn time_since(&self, first: usize) -> Duration {
        Duration::from_nanos(self.last_delivery.load(Relaxed) - self.sent[first].load(Relaxed))
    }

    /// Records that a viewer failed. Only the first failure is kept.
    pub fn failed(&self, failure: String) {
        // Later failures are usually caused by the first.
        let _ = self.failure.set(failure);
    }

    /// Why a viewer failed, if one did.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }
}
