//! An accepted stream and its handle, which HTTP and the engine read and write.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::raw::Wire;
use super::writer::WriteSide;
use super::{Connection, STEP};

/// See the module. Dropping it closes the connection, even if others hold its handle.
pub struct ConnectionStream<W: Wire = TcpStream> {
    connection: Arc<Connection<W>>,
    wire: Arc<W>,
    /// Bytes that HTTP read beyond its request, if any.
    unread: Option<Box<Bytes>>,
    // Dropped with the stream, also after an upgrade.
    _guard: Arc<dyn Send + Sync>,
}

impl<W: Wire> ConnectionStream<W> {
    /// Wraps a stream; the guard is dropped with it.
    pub fn new(wire: W, guard: Arc<dyn Send + Sync>) -> Self {
        let wire = Arc::new(wire);
        let connection = Arc::new(Connection::new(wire.clone()));
        Self { connection, wire, unread: None, _guard: guard }
    }

    /// The stream's handle.
    pub fn connection(&self) -> Arc<Connection<W>> {
        self.connection.clone()
    }

    /// Puts back bytes that were read from the stream, to be read again.
    #[must_use]
    pub fn with_unread(mut self, bytes: Bytes) -> Self {
        self.unread = (!bytes.is_empty()).then(|| Box::new(bytes));
        self
    }

    /// Reads the available bytes.
    fn poll_fill(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(unread) = &mut self.unread {
            let part = unread.len().min(buf.remaining());
            buf.put_slice(&unread[..part]);
            unread.advance(part);
            if unread.is_empty() {
                self.unread = None;
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

    /// Runs `work` on the write side, and waits while that would block.
    fn poll_side<T>(
        &self,
        cx: &mut Context<'_>,
        mut work: impl FnMut(&mut WriteSide<W>) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        let connection = &*self.connection;
        // Register before checking, so that a kill is not missed.
        connection.writer.register(cx.waker());
        connection.check()?;
        let mut side = connection.side.lock();
        loop {
            match work(&mut side) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
            if self.wire.poll_write_ready(cx)?.is_pending() {
                connection.cannot_write();
                return Poll::Pending;
            }
        }
    }

    fn poll_slices(&self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let connection = &*self.connection;
        let written = self.poll_side(cx, |side| side.write(slices).inspect(|_| connection.has_moved()));
        if let Poll::Ready(Ok(_)) = written {
            connection.has_written();
        }
        written
    }
}

impl<W: Wire> Drop for ConnectionStream<W> {
    fn drop(&mut self) {
        self.connection.side.lock().close();
    }
}

impl<W: Wire> AsyncRead for ConnectionStream<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        // Register before checking, so that no change is missed.
        this.connection.reader.register(cx.waker());
        this.connection.check()?;
        let Some(limit) = this.connection.may_read() else { return Poll::Pending };
        if limit >= buf.remaining() {
            let before = buf.filled().len();
            ready!(this.poll_fill(cx, buf))?;
            this.connection.has_read(&buf.filled()[before..]);
            return Poll::Ready(Ok(()));
        }
        let mut part = [0; STEP];
        let mut part = ReadBuf::new(&mut part[..limit.min(STEP)]);
        ready!(this.poll_fill(cx, &mut part))?;
        buf.put_slice(part.filled());
        this.connection.has_read(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl<W: Wire> AsyncWrite for ConnectionStream<W> {
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
        if self.connection.check().is_ok() {
            ready!(self.poll_side(cx, WriteSide::flush))?;
        }
        Poll::Ready(self.wire.shut_down())
    }
}
