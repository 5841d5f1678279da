//! The stream beneath a connection, read and written through a shared reference, because rooms write
//! alongside the engine.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::ReadBuf;
use tokio::net::TcpStream;

/// A bidirectional byte stream. Each of the two `poll` functions wakes the last task that called it.
pub trait Wire: Send + Sync + 'static {
    /// Waits until the stream may be readable.
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Reads the available bytes, or fails with `WouldBlock`.
    fn try_read(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize>;

    /// Waits until the stream may be writable.
    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Writes as much as fits, or fails with `WouldBlock` if nothing does.
    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize>;

    /// Like [`Wire::poll_write_ready`], for any number of tasks in addition to the polling one.
    fn writable(&self) -> impl Future<Output = io::Result<()>> + Send;

    /// Tells the peer that nothing more will be written.
    fn shut_down(&self) -> io::Result<()>;
}

impl Wire for TcpStream {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_read_ready(cx)
    }

    fn try_read(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize> {
        self.try_read_buf(buf)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write_ready(cx)
    }

    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let socket = SockRef::from(self);
        // Bypasses tokio's readiness check, which costs one cache line per delivery.
        let sent = match slices {
            [one] => socket.send(one),
            several => socket.send_vectored(several),
        };
        match sent {
            // Lets tokio learn that the socket is not ready.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.try_write_vectored(slices),
            sent => sent,
        }
    }

    fn writable(&self) -> impl Future<Output = io::Result<()>> + Send {
        self.writable()
    }

    fn shut_down(&self) -> io::Result<()> {
        match SockRef::from(self).shutdown(Shutdown::Write) {
            // The peer closed first.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            done => done,
        }
    }
}
