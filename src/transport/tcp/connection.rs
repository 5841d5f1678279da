//! What sits between an accepted stream and HTTP, or WebSocket: a switch that ends the connection whatever the
//! layers above are waiting for, a gate on reading, a watch on writes that do not get away, and a way for rooms
//! and answers to write their frames between those of the engine.

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

// Between two deliveries to a connection, those to all others displace it from the processor's caches. Two measures
// together save 1 µs of the 11 µs of CPU that a delivery cost with 1,000 viewers:
//
// - `repr(C)` keeps the fields that a delivery touches side by side, from `killed` to `gated`.
// - Before a room writes to the next 64 members, it reads the first and the last of these fields of each
//   (`Member::prefetch`), so that the processor fetches their memory at the same time instead of one after the other.
//   `black_box` keeps the compiler from removing the reads.

/// The handle of one connection.
#[repr(C)]
pub struct Connection<W = TcpStream> {
    killed: AtomicBool,
    /// Whether what does not get away is a room's frame, which is not tried again by itself.
    refused: AtomicBool,
    /// How often something has left.
    writes: AtomicU32,
    /// Since when a write does not get away, in milliseconds after `opened`, plus one; 0: none.
    blocked: AtomicU64,
    side: Mutex<WriteSide<W>>,
    /// Whether reading may have to wait: the one look that an ordinary read costs.
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

/// What reading waits for.
#[derive(Default)]
struct ReadState {
    /// The messages of this connection pile up: it is read again when they are handled.
    paused: bool,
    /// What holds back what follows.
    held: Option<Box<dyn ReadGate>>,
    /// The next write ends that.
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

    /// Ends the connection: every read and write fails from now on, those that wait included.
    pub fn kill(&self) {
        self.killed.store(true, Ordering::Release);
        self.reader.wake();
        self.writer.wake();
    }

    /// For how long the peer has taken nothing of what is to be written.
    #[must_use]
    pub fn blocked_for(&self) -> Option<Duration> {
        let since = self.blocked.load(Ordering::Relaxed).checked_sub(1)?;
        if self.refused.load(Ordering::Relaxed)
            && let Some(side) = self.side.try_lock()
            && side.is_writable()
        {
            // While nobody can find that nothing gets away.
            self.refused.store(false, Ordering::Relaxed);
            self.blocked.store(0, Ordering::Relaxed);
            return None;
        }
        Some(self.opened.elapsed().saturating_sub(Duration::from_millis(since)))
    }

    /// How often something has left for the peer. A write that waits does not count.
    #[must_use]
    pub fn writes(&self) -> u32 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Allows the client to send the large packets of `/admin`, or forbids it again.
    pub fn take_large(&self, large: bool) {
        self.takes_large.store(large, Ordering::Release);
    }

    /// Whether the client may send the large packets of `/admin`.
    #[must_use]
    pub fn takes_large(&self) -> bool {
        self.takes_large.load(Ordering::Acquire)
    }

    /// Stops reading, which in time stops the peer; or goes on.
    pub fn pause_reading(&self, paused: bool) {
        let mut gate = self.gate.lock();
        gate.paused = paused;
        self.settle(&gate);
    }

    /// From now on `gate` decides how much is read.
    pub fn hold_reads(&self, held: impl ReadGate + 'static) {
        let mut gate = self.gate.lock();
        gate.held = Some(Box::new(held));
        self.settle(&gate);
    }

    /// Ends what [`Connection::hold_reads`] began: all that comes is read.
    pub fn release_reads(&self) {
        if self.gated.load(Ordering::Acquire) {
            let mut gate = self.gate.lock();
            gate.held = None;
            self.settle(&gate);
        }
    }

    /// The same, once something more has been written.
    pub fn release_reads_after_write(&self) {
        if self.gated.load(Ordering::Acquire) {
            self.gate.lock().told = true;
        }
    }

    /// After a change of the gate.
    fn settle(&self, gate: &ReadState) {
        self.gated.store(gate.paused || gate.held.is_some(), Ordering::Release);
        self.reader.wake();
    }

    /// How many bytes may be read now: as many as come, some, or none until woken.
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

    /// From now on the engine writes WebSocket frames.
    pub fn become_websocket(&self) {
        self.side.lock().become_websocket();
    }

    /// Writes frames beside the engine, without waiting: the first of them that find room, of [`AT_ONCE`] at most. No
    /// packet that was sent here or with [`Connection::queue`] before is overtaken. `None`: the engine has to take
    /// them, with [`Connection::queue`]; `frames` was not asked for any.
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

    /// Hands a packet to the engine, if `emit` succeeds: until it is written, nothing goes beside the engine.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn queue<E>(&self, fingerprint: Fingerprint, emit: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        // Both under the lock: the packets of several rooms are awaited in the order in which they are queued.
        let mut side = self.side.lock();
        side.await_packet(fingerprint);
        let emitted = emit();
        if emitted.is_err() {
            side.take_back();
        }
        emitted
    }

    /// The engine is about to queue a packet: until it is written, nothing goes beside the engine.
    pub fn await_packet(&self, fingerprint: Fingerprint) {
        self.side.lock().await_packet(fingerprint);
    }

    /// Sees to it that what is kept is written, though the engine may have nothing to write.
    fn flush_later(self: &Arc<Self>, side: &mut WriteSide<W>) {
        if let Some(wire) = side.wire().cloned() {
            let flusher = sync::spawn(self.clone().flush(wire));
            side.flush_by(AbortOnDropHandle::new(flusher));
        }
    }

    async fn flush(self: Arc<Self>, wire: Arc<W>) {
        loop {
            // An error shows in the writing, too.
            let _ = wire.writable().await;
            let mut side = self.side.lock();
            if !side.has_kept() {
                // The engine was quicker, and may wait again.
                return;
            }
            match side.flush() {
                Ok(()) => return self.has_moved(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return self.kill(),
            }
        }
    }

    /// Something has left. Said under the lock of the writing side, as [`Connection::cannot_write`] is: who waits since
    /// is not overlooked.
    fn has_moved(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.blocked.store(0, Ordering::Relaxed);
    }

    /// The engine has written something.
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
