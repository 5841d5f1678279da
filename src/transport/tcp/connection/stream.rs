//! An accepted stream with its handle, as HTTP and the engine read and write it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::raw::Wire;
use super::writer::WriteSide;
use super::{Outlet, STEP};

/// See the module. Dropped, it closes the connection, whoever holds its handle.
pub struct OutletStream<W: Wire = TcpStream> {
    outlet: Arc<Outlet<W>>,
    wire: Arc<W>,
    /// What HTTP has read beyond its request.
    unread: Bytes,
    // Dropped with the stream, wherever an upgrade has taken it.
    _guard: Box<dyn Send>,
}

impl<W: Wire> OutletStream<W> {
    /// Wraps a stream; the guard is dropped with it.
    pub fn new(wire: W, guard: impl Send + 'static) -> Self {
        let wire = Arc::new(wire);
        let outlet = Arc::new(Outlet::new(wire.clone()));
        Self { outlet, wire, unread: Bytes::new(), _guard: Box::new(guard) }
    }

    /// The stream's handle.
    pub fn outlet(&self) -> Arc<Outlet<W>> {
        self.outlet.clone()
    }

    /// Has bytes that were read from the stream read again.
    #[must_use]
    pub fn with_unread(mut self, bytes: Bytes) -> Self {
        // Bytes that are none may hold HTTP's whole buffer.
        self.unread = if bytes.is_empty() { Bytes::new() } else { bytes };
        self
    }

    /// Reads what is there.
    fn poll_fill(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.unread.is_empty() {
            let part = self.unread.len().min(buf.remaining());
            buf.put_slice(&self.unread[..part]);
            self.unread.advance(part);
            if self.unread.is_empty() {
                self.unread = Bytes::new();
            }
            return Poll::Ready(Ok(()));
        }
        loop {
            ready!(self.wire.poll_read_ready(cx))?;
            match self.wire.try_read(buf) {
                Ok(_) => return Poll::Ready(Ok(())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Does something with the writing side, and waits where it cannot be done now.
    fn poll_side<T>(
        &self,
        cx: &mut Context<'_>,
        mut work: impl FnMut(&mut WriteSide<W>) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        let outlet = &*self.outlet;
        // Registered before looking, so that the kill switch is not missed.
        outlet.writer.register(cx.waker());
        outlet.check()?;
        let mut side = outlet.side.lock();
        loop {
            match work(&mut side) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
            if self.wire.poll_write_ready(cx)?.is_pending() {
                outlet.cannot_write();
                return Poll::Pending;
            }
        }
    }

    fn poll_slices(&self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let outlet = &*self.outlet;
        let written = self.poll_side(cx, |side| side.write(slices).inspect(|_| outlet.has_moved()));
        if let Poll::Ready(Ok(_)) = written {
            outlet.has_written();
        }
        written
    }
}

impl<W: Wire> Drop for OutletStream<W> {
    fn drop(&mut self) {
        self.outlet.side.lock().close();
    }
}

impl<W: Wire> AsyncRead for OutletStream<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        // Registered before looking, so that no change is missed.
        this.outlet.reader.register(cx.waker());
        this.outlet.check()?;
        let Some(limit) = this.outlet.may_read() else { return Poll::Pending };
        if limit >= buf.remaining() {
            let before = buf.filled().len();
            ready!(this.poll_fill(cx, buf))?;
            this.outlet.has_read(&buf.filled()[before..]);
            return Poll::Ready(Ok(()));
        }
        let mut part = [0; STEP];
        let mut part = ReadBuf::new(&mut part[..limit.min(STEP)]);
        ready!(this.poll_fill(cx, &mut part))?;
        buf.put_slice(part.filled());
        this.outlet.has_read(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl<W: Wire> AsyncWrite for OutletStream<W> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_slices(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_slices(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_side(cx, WriteSide::flush)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.outlet.check().is_ok() {
            ready!(self.poll_side(cx, WriteSide::flush))?;
        }
        Poll::Ready(self.wire.shut_down())
    }
}
