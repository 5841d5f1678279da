//! The layer between an accepted stream and HTTP or WebSocket. It can kill the connection whatever the layers
//! above are waiting for, pause reading, measure blocked writes, and let rooms and answers write frames
//! directly, between the engine's.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::net::TcpStream;

use super::sync::{self, AbortOnDropHandle, AtomicBool, AtomicU32, AtomicU64, AtomicWaker, Mutex, Ordering};
use frame::Fingerprint;
use writer::WriteSide;

pub use gate::{ReadGate, STEP};
pub use raw::Wire;
pub use stream::ConnectionStream;
pub use writer::AT_ONCE;

pub mod frame;
mod gate;
mod raw;
mod stream;
mod writer;

// Between two deliveries to a connection, deliveries to all others evict it from the CPU caches. Two measures
// together save 1 µs of the 11 µs of CPU that a delivery took with 1,000 viewers:
//
// - `repr(C)` keeps the fields that a delivery touches next to each other, from `killed` to `gated`.
// - Before a room writes to the next 64 members, it reads the first and the last of these fields of each
//   (`Member::prefetch`), so that the CPU fetches their memory in parallel. `black_box` keeps the compiler
//   from removing the reads.

/// The handle of one connection.
#[repr(C)]
pub struct Connection<W = TcpStream> {
    killed: AtomicBool,
    /// Whether the blocked write is a room's frame, which is not retried on its own.
    refused: AtomicBool,
    /// The number of writes that succeeded.
    writes: AtomicU32,
    /// Since when a write is blocked, in milliseconds after `opened`, plus one; 0: none is.
    blocked: AtomicU64,
    side: Mutex<WriteSide<W>>,
    /// Whether reading may have to wait. An ordinary read checks only this.
    gated: AtomicBool,
    /// Whether the client may send the large packets of `/admin`.
    takes_large: AtomicBool,
    gate: Mutex<ReadState>,
    reader: AtomicWaker,
    writer: AtomicWaker,
    opened: Instant,
}

impl<W> Connection<W> {
    /// Prefetches the memory that [`Connection::try_send`] touches.
    pub fn prefetch(&self) {
        std::hint::black_box((self.killed.load(Ordering::Relaxed), self.gated.load(Ordering::Relaxed)));
    }
}

/// The reasons for reading to wait.
#[derive(Default)]
struct ReadState {
    /// Paused because this connection's messages pile up, until they are handled.
    paused: bool,
    /// The gate that holds back later bytes.
    held: Option<Box<dyn ReadGate>>,
    /// Whether the engine's next write removes the gate.
    told: bool,
}

impl<W: Wire> Connection<W> {
    fn new(wire: Arc<W>) -> Self {
        Self {
            opened: Instant::now(),
            killed: AtomicBool::new(false),
            blocked: AtomicU64::new(0),
            refused: AtomicBool::new(false),
            writes: AtomicU32::new(0),
            gated: AtomicBool::new(false),
            takes_large: AtomicBool::new(false),
            gate: Mutex::default(),
            reader: AtomicWaker::new(),
            writer: AtomicWaker::new(),
            side: Mutex::new(WriteSide::new(wire)),
        }
    }

    /// Kills the connection: every read and write fails from now on, including pending ones.
    pub fn kill(&self) {
        self.killed.store(true, Ordering::Release);
        self.reader.wake();
        self.writer.wake();
    }

    /// How long writes have been blocked; `None` if they are not.
    pub fn blocked_for(&self) -> Option<Duration> {
        let since = self.blocked.load(Ordering::Relaxed).checked_sub(1)?;
        if self.refused.load(Ordering::Relaxed)
            && let Some(side) = self.side.try_lock()
            && side.is_writable()
        {
            // Under the lock, so that no write can block in between.
            self.refused.store(false, Ordering::Relaxed);
            self.blocked.store(0, Ordering::Relaxed);
            return None;
        }
        Some(self.opened.elapsed().saturating_sub(Duration::from_millis(since)))
    }

    /// The number of writes that succeeded. A blocked write does not count.
    pub fn writes(&self) -> u32 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Allows or forbids the client to send the large packets of `/admin`.
    pub fn take_large(&self, large: bool) {
        self.takes_large.store(large, Ordering::Release);
    }

    /// Whether the client may send the large packets of `/admin`.
    pub fn takes_large(&self) -> bool {
        self.takes_large.load(Ordering::Acquire)
    }

    /// Pauses or resumes reading. Pausing makes the peer's sends block in time.
    pub fn pause_reading(&self, paused: bool) {
        let mut gate = self.gate.lock();
        gate.paused = paused;
        self.settle(&gate);
    }

    /// Lets `held` decide how much is read, from now on.
    pub fn hold_reads(&self, held: impl ReadGate + 'static) {
        let mut gate = self.gate.lock();
        gate.held = Some(Box::new(held));
        self.settle(&gate);
    }

    /// Ends [`Connection::hold_reads`]: everything is read again.
    pub fn release_reads(&self) {
        if self.gated.load(Ordering::Acquire) {
            let mut gate = self.gate.lock();
            gate.held = None;
            self.settle(&gate);
        }
    }

    /// Like [`Connection::release_reads`], after the engine's next write.
    pub fn release_reads_after_write(&self) {
        if self.gated.load(Ordering::Acquire) {
            self.gate.lock().told = true;
        }
    }

    /// Applies a change of the gate, and wakes the reader.
    fn settle(&self, gate: &ReadState) {
        self.gated.store(gate.paused || gate.held.is_some(), Ordering::Release);
        self.reader.wake();
    }

    /// How many bytes may be read now; `None`: none until woken.
    fn may_read(&self) -> Option<usize> {
        if !self.gated.load(Ordering::Acquire) {
            return Some(usize::MAX);
        }
        let gate = self.gate.lock();
        if gate.paused {
            return None;
        }
        gate.held.as_ref().map_or(Some(usize::MAX), |held| held.may_read())
    }

    fn has_read(&self, bytes: &[u8]) {
        if self.gated.load(Ordering::Acquire) {
            let mut gate = self.gate.lock();
            if gate.held.as_mut().is_some_and(|held| held.has_read(bytes)) {
                gate.held = None;
                self.settle(&gate);
            }
        }
    }

    /// Marks that the engine writes WebSocket frames from now on.
    pub fn become_websocket(&self) {
        self.side.lock().become_websocket();
    }

    /// Writes frames directly, bypassing the engine, without waiting: as many as find room, at most
    /// [`AT_ONCE`]. They never overtake packets sent earlier here or with [`Connection::queue`]. `None`: send
    /// them through the engine, with [`Connection::queue`]; nothing was taken from `frames`.
    pub fn try_send<'a>(self: &Arc<Self>, frames: impl IntoIterator<Item = &'a Bytes>) -> Option<usize> {
        if self.killed.load(Ordering::Acquire) {
            return None;
        }
        let mut side = self.side.try_lock()?;
        let sent = side.offer(frames)?;
        if sent > 0 {
            self.has_moved();
        }
        if side.has_kept() {
            self.flush_later(&mut side);
        }
        if sent == 0 || side.has_kept() {
            self.cannot_write();
        }
        self.refused.store(sent == 0, Ordering::Relaxed);
        Some(sent)
    }

    /// Hands a packet to the engine. If `emit` succeeds, nothing is written directly until the engine has
    /// written it.
    ///
    /// # Errors
    /// The error of `emit`.
    pub fn queue<E>(&self, fingerprint: Fingerprint, emit: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        // Both under the lock, so that the packets of several rooms are awaited in the order they are queued.
        let mut side = self.side.lock();
        side.await_packet(fingerprint);
        let emitted = emit();
        if emitted.is_err() {
            side.take_back();
        }
        emitted
    }

    /// Call this before the engine queues a packet: nothing is written directly until the engine has written
    /// it.
    pub fn await_packet(&self, fingerprint: Fingerprint) {
        self.side.lock().await_packet(fingerprint);
    }

    /// Spawns a task that writes the kept rest of a frame, in case the engine has nothing to write.
    fn flush_later(self: &Arc<Self>, side: &mut WriteSide<W>) {
        if let Some(wire) = side.wire().cloned() {
            let flusher = sync::spawn(self.clone().flush(wire));
            side.flush_by(AbortOnDropHandle::new(flusher));
        }
    }

    async fn flush(self: Arc<Self>, wire: Arc<W>) {
        loop {
            // An error also shows in the write below.
            let _ = wire.writable().await;
            let mut side = self.side.lock();
            if !side.has_kept() {
                // The engine has already written it.
                return;
            }
            match side.flush() {
                Ok(()) => return self.has_moved(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return self.kill(),
            }
        }
    }

    /// Records a successful write. Called under the lock of the write side, like
    /// [`Connection::cannot_write`], so that no later blocked write is missed.
    fn has_moved(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.blocked.store(0, Ordering::Relaxed);
    }

    /// Records that the engine has written something.
    fn has_written(&self) {
        if self.gated.load(Ordering::Acquire) {
            let mut gate = self.gate.lock();
            if gate.told {
                gate.held = None;
                self.settle(&gate);
            }
        }
    }

    fn cannot_write(&self) {
        if self.blocked.load(Ordering::Relaxed) == 0 {
            let since = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
            self.blocked.store(since + 1, Ordering::Relaxed);
        }
    }

    fn check(&self) -> io::Result<()> {
        if self.killed.load(Ordering::Acquire) {
            Err(io::ErrorKind::ConnectionAborted.into())
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
