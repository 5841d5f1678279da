//! Checks what a WebSocket client sends, frame by frame (RFC 6455 section 5), before the engine reads it.
//!
//! - The engine ends a connection that breaks the protocol without the close code that is due (engineioxide 0.17.9,
//!   `transport/ws.rs`, `forward_to_handler`). It has one limit of size for all sessions, and none for frames.
//! - Clients would not be told what is wrong, a viewer could send what only a client of `/admin` may, and control frames
//!   would count towards no limit.
//! - This keeps the first wrong frame from the engine, which reads in its place a close frame with the due code, and
//!   answers with the same. It counts frames that reach no handler. It also reads the frames of a probe
//!   (`upgrade.rs`), and takes off queries of namespaces (`eio3_query.rs`).
//! - Can go when `no_close_code` in `docs/upstream` exits with 0, and the engine has limits for each session.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};

use crate::transport::tcp::connection::frame;

mod filter;
mod limit;
mod rules;

use filter::{FrameFilter, NO_MASK};

pub use filter::Checks;
pub use limit::Limit;
pub use rules::ReceivedFrame;
#[cfg(test)]
pub use rules::write as masked_frame;

/// How many bytes are read at a time.
const STEP: usize = 1024;
/// For how long a client that is being closed is still read, so that it sees why: a connection that is dropped with
/// bytes unread is reset, and what was sent to the client last may be lost on the way.
const LINGER: Duration = Duration::from_secs(5);
/// How many bytes are read then at most: the rest of a packet that is much too large.
const LINGER_BYTES: u64 = 16 * 1024 * 1024;

/// What a client sends first to try a WebSocket, …
pub const PROBE: &[u8] = b"2probe";
/// … what it is answered, …
pub const PROBE_ANSWER: &[u8] = b"3probe";
/// … and what it sends when it goes on over the WebSocket.
pub const SWITCH: &[u8] = b"5";
/// A WebSocket client's byte stream, of which whole frames that keep to the protocol can be read.
pub struct CheckedStream<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    /// Taken when dropped.
    stream: Option<S>,
    filter: FrameFilter,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> CheckedStream<S> {
    /// Checks a stream that starts with a client's first frame.
    pub fn new(stream: S, checks: Checks) -> Self {
        Self { stream: Some(stream), filter: FrameFilter::new(checks) }
    }

    /// The next frame, with its payload; none at the end of the stream. For use before the stream is read otherwise.
    ///
    /// # Errors
    /// Those of the stream.
    pub async fn next_frame(&mut self) -> io::Result<Option<(ReceivedFrame, Vec<u8>)>> {
        loop {
            if let Some(frame) = self.filter.take_frame() {
                return Ok(Some(frame));
            }
            if !poll_fn(|cx| self.poll_fill(cx)).await? {
                return Ok(None);
            }
        }
    }

    /// Has the engine do the probe that the client has done: it reads the client's two frames before all others, and
    /// what it answers goes nowhere.
    pub fn replay_probe(&mut self) {
        let mut buffers = self.filter.buffers.take().unwrap_or_default();
        let probe = [PROBE, SWITCH].map(|packet| rules::write(rules::TEXT, packet, NO_MASK)).concat();
        buffers.ready = [&*probe, &*buffers.ready].concat().as_slice().into();
        buffers.sent = frame::text(&[PROBE_ANSWER]).len();
        self.filter.buffers = Some(buffers);
    }

    /// Reads more. False at the end of the stream.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut chunk = [0; STEP];
        let mut chunk = ReadBuf::new(&mut chunk);
        ready!(self.stream()?.poll_read(cx, &mut chunk))?;
        self.filter.take(chunk.filled());
        Poll::Ready(Ok(!chunk.filled().is_empty()))
    }

    fn stream(&mut self) -> io::Result<Pin<&mut S>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Drop for CheckedStream<S> {
    fn drop(&mut self) {
        let runtime = tokio::runtime::Handle::try_current();
        if let (Some(mut stream), true, Ok(runtime)) = (self.stream.take(), self.filter.ended, runtime) {
            let linger = async move {
                stream.shutdown().await?;
                tokio::io::copy(&mut stream.take(LINGER_BYTES), &mut tokio::io::sink()).await
            };
            runtime.spawn(tokio::time::timeout(LINGER, linger));
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncRead for CheckedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.filter.ready().is_empty() {
            if !ready!(self.poll_fill(cx))? {
                return Poll::Ready(Ok(()));
            }
        }
        self.filter.give(buf);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncWrite for CheckedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(buffers) = &mut self.filter.buffers
            && buffers.sent > 0
        {
            let sent = buffers.sent.min(bytes.len());
            buffers.sent -= sent;
            return Poll::Ready(Ok(sent));
        }
        let written = ready!(self.stream()?.poll_write(cx, bytes))?;
        self.filter.note_written();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }
}

#[cfg(test)]
#[path = "frame_check_tests.rs"]
mod tests;
