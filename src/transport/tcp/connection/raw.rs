//! What a connection needs of the stream under it: to be read and written through a shared reference, for a room
//! writes beside the engine.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::ReadBuf;
use tokio::net::TcpStream;

/// A stream of bytes both ways. Each of the two `poll` functions wakes the task that asked last.
pub trait Wire: Send + Sync + 'static {
    /// Waits until something may be read.
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Reads what is there, or fails with `WouldBlock`.
    ///
    /// # Errors
    /// Those of reading.
    fn try_read(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize>;

    /// Waits until something may be written.
    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Writes what fits, or fails with `WouldBlock` if nothing does.
    ///
    /// # Errors
    /// Those of writing.
    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize>;

    /// The same as [`Wire::poll_write_ready`], for any number of tasks beside the one that polls.
    fn writable(&self) -> impl Future<Output = io::Result<()>> + Send;

    /// Tells the peer that nothing more is written.
    ///
    /// # Errors
    /// Those of the system.
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
        // Without tokio's look at whether it is ready: that costs a line of memory for each delivery.
        let sent = match slices {
            [one] => socket.send(one),
            several => socket.send_vectored(several),
        };
        match sent {
            // Now tokio is to know that it is not.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.try_write_vectored(slices),
            sent => sent,
        }
    }

    fn writable(&self) -> impl Future<Output = io::Result<()>> + Send {
        self.writable()
    }

    fn shut_down(&self) -> io::Result<()> {
        match SockRef::from(self).shutdown(Shutdown::Write) {
            // The peer was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            done => done,
        }
    }
}
