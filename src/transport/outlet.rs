//! What sits between an accepted stream and HTTP: a switch that ends the connection whatever the layers above
//! are waiting for, a gate on reading, and a watch on writes that do not get away.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use first_frame::FirstFrame;

mod first_frame;

/// The handle of one connection.
pub struct Outlet {
    opened: Instant,
    killed: AtomicBool,
    /// Since when a write does not get away, in milliseconds after `opened`, plus one; 0: none.
    blocked: AtomicU64,
    /// How often something has left.
    writes: AtomicU32,
    /// Whether reading may have to wait: the one look that an ordinary read costs.
    gated: AtomicBool,
    gate: Mutex<Gate>,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

/// What reading waits for.
#[derive(Default)]
struct Gate {
    /// The messages of this connection pile up: it is read again when they are handled.
    paused: bool,
    /// The client's CONNECT is to be answered before what follows it is read.
    first_frame: Option<FirstFrame>,
    /// The next write is that answer.
    told: bool,
}

impl Outlet {
    fn new() -> Self {
        Self {
            opened: Instant::now(),
            killed: AtomicBool::new(false),
            blocked: AtomicU64::new(0),
            writes: AtomicU32::new(0),
            gated: AtomicBool::new(false),
            gate: Mutex::default(),
            reader: AtomicWaker::new(),
            writer: AtomicWaker::new(),
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
        Some(self.opened.elapsed().saturating_sub(Duration::from_millis(since)))
    }

    /// How often something has left for the peer. A write that waits does not count.
    #[must_use]
    pub fn writes(&self) -> u32 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Stops reading, which in time stops the peer; or goes on.
    pub fn pause_reading(&self, paused: bool) {
        let mut gate = self.gate.lock();
        gate.paused = paused;
        self.settle(&gate);
    }

    /// From now on the stream is a WebSocket: what the client sends behind its CONNECT is read once it is
    /// connected. The engine would take an early message for one of a client that is not, and close.
    pub fn hold_behind_connect(&self) {
        let mut gate = self.gate.lock();
        gate.first_frame = Some(FirstFrame::default());
        self.settle(&gate);
    }

    /// The client is connected: all that it sends is read.
    pub fn let_go(&self) {
        if self.gated.load(Ordering::Acquire) {
            let mut gate = self.gate.lock();
            gate.first_frame = None;
            self.settle(&gate);
        }
    }

    /// The client is refused, and about to be told: after that, all that it sends is read.
    pub fn let_go_once_told(&self) {
        if self.gated.load(Ordering::Acquire) {
            self.gate.lock().told = true;
        }
    }

    /// After a change of the gate.
    fn settle(&self, gate: &Gate) {
        self.gated.store(gate.paused || gate.first_frame.is_some(), Ordering::Release);
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
        gate.first_frame.as_ref().map_or(Some(usize::MAX), FirstFrame::may_read)
    }

    fn has_read(&self, bytes: &[u8]) {
        if self.gated.load(Ordering::Acquire) {
            let mut gate = self.gate.lock();
            if gate.first_frame.as_mut().is_some_and(|frame| frame.read(bytes).is_done()) {
                gate.first_frame = None;
                self.settle(&gate);
            }
        }
    }

    fn has_written(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.blocked.store(0, Ordering::Relaxed);
        if self.gated.load(Ordering::Acquire) {
            let mut gate = self.gate.lock();
            if gate.told {
                gate.first_frame = None;
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

pin_project_lite::pin_project! {
    /// An accepted stream with its handle.
    pub struct OutletStream<S> {
        #[pin]
        stream: S,
        outlet: Arc<Outlet>,
        // Dropped with the stream, wherever an upgrade has taken it.
        guard: Box<dyn Send>,
    }
}

impl<S> OutletStream<S> {
    /// Wraps a stream; the guard is dropped with it.
    pub fn new(stream: S, guard: impl Send + 'static) -> Self {
        Self { stream, outlet: Arc::new(Outlet::new()), guard: Box::new(guard) }
    }

    /// The stream's handle.
    pub fn outlet(&self) -> Arc<Outlet> {
        self.outlet.clone()
    }
}

impl<S: AsyncRead> AsyncRead for OutletStream<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        let outlet = &**this.outlet;
        // Registered before looking, so that no change is missed.
        outlet.reader.register(cx.waker());
        outlet.check()?;
        let Some(limit) = outlet.may_read() else { return Poll::Pending };
        if limit >= buf.remaining() {
            let before = buf.filled().len();
            ready!(this.stream.poll_read(cx, buf))?;
            outlet.has_read(&buf.filled()[before..]);
            return Poll::Ready(Ok(()));
        }
        let mut part = [0; first_frame::STEP];
        let mut part = ReadBuf::new(&mut part[..limit.min(first_frame::STEP)]);
        ready!(this.stream.poll_read(cx, &mut part))?;
        buf.put_slice(part.filled());
        outlet.has_read(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite> OutletStream<S> {
    /// What every kind of write does.
    fn write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let this = self.project();
        let outlet = &**this.outlet;
        outlet.writer.register(cx.waker());
        outlet.check()?;
        let written = write(this.stream, cx);
        match &written {
            Poll::Ready(Ok(_)) => outlet.has_written(),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => outlet.cannot_write(),
        }
        written
    }
}

impl<S: AsyncWrite> AsyncWrite for OutletStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        this.outlet.check()?;
        this.stream.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().stream.poll_shutdown(cx)
    }
}

#[cfg(test)]
#[path = "outlet_tests.rs"]
mod tests;
