//! Checks a WebSocket client's frames (RFC 6455 section 5) before the engine reads them.
//!
//! - The engine ends a connection that violates the protocol without the required close code (engineioxide
//!   0.17.9, `transport/ws.rs`, `forward_to_handler`). It has one size limit for all sessions, and no limit
//!   on frames.
//! - The engine does not write its answer to a close frame that it reads before its writer has started
//!   (`forward_to_socket`). The answer is written here then.
//! - Clients would not learn what is wrong, a viewer could send packets as large as `/admin` allows, and
//!   control frames would count towards no limit.
//! - This replaces the first invalid frame with a close frame that has the required code; the engine reads
//!   that and answers with the same code. It counts frames that reach no handler. It also reads the frames of
//!   a probe (`upgrade.rs`), and removes namespace queries (`eio3_query.rs`).
//! - Can go when `no_close_code` in `docs/upstream` exits with 0, and the engine has limits per session.

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

/// The bytes read at a time.
const STEP: usize = 1024;
/// How long a closing client is still read, so that it receives the close frame: a connection dropped with
/// unread bytes is reset, and the last bytes sent may be lost.
const LINGER: Duration = Duration::from_secs(5);
/// The most bytes read in that time: the rest of a packet that is far too large.
const LINGER_BYTES: u64 = 16 * 1024 * 1024;

/// The packet with which a client probes a WebSocket, …
pub const PROBE: &[u8] = b"2probe";
/// … the server's answer, …
pub const PROBE_ANSWER: &[u8] = b"3probe";
/// … and the packet with which the client switches to the WebSocket.
pub const SWITCH: &[u8] = b"5";
/// A WebSocket client's byte stream that yields only whole, valid frames.
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

    /// The next frame and its payload; `None` at the end of the stream. Only for use before the stream is
    /// read in any other way.
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

    /// Replays the client's probe for the engine: the engine reads the client's two frames first, and its
    /// answer is discarded.
    pub fn replay_probe(&mut self) {
        let mut buffers = self.filter.buffers.take().unwrap_or_default();
        let probe = [PROBE, SWITCH].map(|packet| rules::write(rules::TEXT, packet, NO_MASK)).concat();
        buffers.ready = [&*probe, &*buffers.ready].concat().as_slice().into();
        buffers.sent = frame::text(&[PROBE_ANSWER]).len();
        self.filter.buffers = Some(buffers);
    }

    /// Reads more. Returns false at the end of the stream.
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
            let unsent_close = self.filter.unsent_close;
            let linger = async move {
                if let Some(code) = unsent_close {
                    stream.write_all(&frame::close(code)).await?;
                }
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
        self.filter.note_written(&bytes[..written]);
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
