//! What a WebSocket client sends goes through here, frame by frame (RFC 6455 section 5), before the engine reads it.
//! The engine ends a connection that breaks the protocol without saying why. So the first frame that does is kept
//! from it, and in its place it is given a close frame with the code that is due, which it answers with the same.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::eio3_query::{self, NamespaceQuery};
use crate::transport::client::close_reason::CloseReason;
use crate::transport::socketio::engines::Engines;
use crate::transport::socketio::flood;
use crate::transport::socketio::session::Session;
use crate::transport::tcp::connection::Outlet;
use crate::transport::tcp::connection::frame;

mod rules;

use rules::{Broken, Message};

pub use rules::Frame;
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
/// A mask that changes nothing.
const NO_MASK: [u8; 4] = [0; 4];

/// What is watched over.
pub struct Checks {
    /// The largest message.
    pub limit: Limit,
    /// For a client of Engine.IO 3: where the query of a namespace that it connects to is kept.
    pub namespace_query: Option<NamespaceQuery>,
}

/// The largest message.
pub enum Limit {
    /// This many bytes, whoever sends it.
    #[cfg(test)]
    Fixed(usize),
    /// What a session may send over this connection, which changes with the namespaces that it is in.
    Of(Arc<Engines>, Arc<Session>, Arc<Outlet>),
}

impl Limit {
    /// Whether a message of this many bytes may not come now.
    fn is_below(&self, size: usize) -> bool {
        match self {
            #[cfg(test)]
            Self::Fixed(limit) => size > *limit,
            Self::Of(engines, session, _) => size > engines.max_packet_of(session),
        }
    }

    /// Counts and logs that a connection is closed for it.
    fn note(&self) {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => {}
            Self::Of(_, session, _) => session.note_close(CloseReason::TooLarge, session.client()),
        }
    }

    /// Counts a frame that no handler counts. True if the session sends too many: its connection is ended.
    fn is_flooded_by(&self, frame: Frame, payload: &[u8]) -> bool {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => false,
            Self::Of(engines, session, outlet) => {
                let counts = match frame.opcode {
                    rules::CLOSE => false,
                    OpCode::Control(_) => true,
                    OpCode::Data(Data::Continue) => payload.is_empty(),
                    // Otherwise an attachment, of which an event may have a few.
                    OpCode::Data(Data::Binary) => session.reads_msgpack && !flood::is_packed_event(payload),
                    OpCode::Data(_) => !flood::is_event(payload),
                };
                let is_flooded = counts && engines.is_flooding(session);
                if is_flooded {
                    outlet.kill();
                    session.note_close(CloseReason::Flooding, session.client());
                }
                is_flooded
            }
        }
    }
}

/// A WebSocket client's byte stream, of which whole frames that keep to the protocol can be read.
pub struct CheckedStream<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    /// Taken when dropped.
    stream: Option<S>,
    sieve: Sieve,
    /// How many bytes of those that are written next the client has already.
    sent: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> CheckedStream<S> {
    /// Checks a stream that starts with a client's first frame.
    pub fn new(stream: S, checks: Checks) -> Self {
        Self { stream: Some(stream), sieve: Sieve::new(checks), sent: 0 }
    }

    /// The next frame, with its payload; none at the end of the stream. For use before the stream is read otherwise.
    ///
    /// # Errors
    /// Those of the stream.
    pub async fn next_frame(&mut self) -> io::Result<Option<(Frame, Vec<u8>)>> {
        loop {
            if let Some(frame) = self.sieve.take_frame() {
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
        let mut stock = self.sieve.stock.take().unwrap_or_default();
        let probe = [PROBE, SWITCH].map(|packet| rules::write(rules::TEXT, packet, NO_MASK)).concat();
        stock.ready = [&*probe, &*stock.ready].concat().as_slice().into();
        self.sieve.stock = Some(stock);
        self.sent = frame::text(&[PROBE_ANSWER]).len();
    }

    /// Reads more. False at the end of the stream.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut chunk = [0; STEP];
        let mut chunk = ReadBuf::new(&mut chunk);
        ready!(self.stream()?.poll_read(cx, &mut chunk))?;
        self.sieve.take(chunk.filled());
        Poll::Ready(Ok(!chunk.filled().is_empty()))
    }

    fn stream(&mut self) -> io::Result<Pin<&mut S>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Drop for CheckedStream<S> {
    fn drop(&mut self) {
        let runtime = tokio::runtime::Handle::try_current();
        if let (Some(mut stream), true, Ok(runtime)) = (self.stream.take(), self.sieve.ended, runtime) {
            let linger = async move {
                stream.shutdown().await?;
                tokio::io::copy(&mut stream.take(LINGER_BYTES), &mut tokio::io::sink()).await
            };
            runtime.spawn(tokio::time::timeout(LINGER, linger));
        }
    }
}

/// Takes bytes as they come, and gives whole frames.
struct Sieve {
    checks: Checks,
    /// Nothing while the client is quiet.
    stock: Option<Box<Stock>>,
    /// A close frame has come, or the protocol was broken: nothing more is read.
    ended: bool,
}

/// What came and was not read.
#[derive(Default)]
struct Stock {
    /// What is not yet a whole frame.
    come: BytesMut,
    /// What may be read.
    ready: BytesMut,
    /// The message of which fragments have come.
    message: Option<Message>,
}

impl Stock {
    fn is_empty(&self) -> bool {
        self.come.is_empty() && self.ready.is_empty() && self.message.is_none()
    }
}

impl Sieve {
    fn new(checks: Checks) -> Self {
        Self { checks, stock: None, ended: false }
    }

    fn take(&mut self, bytes: &[u8]) {
        if self.ended {
            return;
        }
        let mut stock = self.stock.take().unwrap_or_default();
        stock.come.extend_from_slice(bytes);
        while !self.ended {
            match self.next_frame(&mut stock) {
                Ok(true) => {}
                Ok(false) => break,
                Err(broken) => {
                    if broken == Broken::TooLarge {
                        self.checks.limit.note();
                    }
                    let close = rules::write(rules::CLOSE, &broken.code().to_be_bytes(), NO_MASK);
                    stock.ready.extend_from_slice(&close);
                    self.ended = true;
                }
            }
        }
        if self.ended || stock.come.is_empty() {
            stock.come = BytesMut::new();
        }
        self.stock = Some(stock);
    }

    /// Moves the next frame to what may be read, once it is whole.
    fn next_frame(&mut self, stock: &mut Stock) -> Result<bool, Broken> {
        let Some(frame) = Frame::read(&stock.come)? else { return Ok(false) };
        let begun = stock.message.as_ref();
        frame.may_follow(begun)?;
        let so_far = begun.map_or(0, |message| message.size);
        if !frame.is_control() && self.checks.limit.is_below(so_far.saturating_add(frame.payload)) {
            return Err(Broken::TooLarge);
        }
        let length = frame.header + frame.payload;
        let Some(bytes) = stock.come.get(..length) else { return Ok(false) };
        let payload = rules::masked(&bytes[frame.header..], frame.mask);
        if self.checks.limit.is_flooded_by(frame, &payload) {
            stock.ready = BytesMut::new();
            self.ended = true;
            return Ok(false);
        }
        if frame.opcode == rules::CLOSE {
            rules::check_close(&payload)?;
            self.ended = true;
        }
        if !frame.is_control() {
            let mut message = stock.message.take().unwrap_or_else(|| Message::new(frame.opcode));
            message.add(&payload, frame.is_last)?;
            stock.message = (!frame.is_last).then_some(message);
        }
        let changed = match &self.checks.namespace_query {
            Some(query) if frame.opcode == rules::TEXT && frame.is_last => {
                eio3_query::take_query(&payload, query)
            }
            _ => None,
        };
        match changed {
            Some(packet) => stock.ready.extend_from_slice(&rules::write(rules::TEXT, &packet, frame.mask)),
            None => stock.ready.extend_from_slice(&stock.come[..length]),
        }
        stock.come.advance(length);
        Ok(true)
    }

    /// The first of the frames that may be read.
    fn take_frame(&mut self) -> Option<(Frame, Vec<u8>)> {
        let stock = self.stock.as_mut()?;
        let frame = Frame::read(&stock.ready).ok()??;
        let payload = rules::masked(stock.ready.get(frame.header..frame.header + frame.payload)?, frame.mask);
        stock.ready.advance(frame.header + frame.payload);
        Some((frame, payload))
    }

    /// What may be read.
    fn ready(&self) -> &[u8] {
        self.stock.as_ref().map_or(&[], |stock| &stock.ready)
    }

    /// Gives as much as there is and fits.
    fn give(&mut self, buf: &mut ReadBuf<'_>) {
        let Some(stock) = &mut self.stock else { return };
        let length = stock.ready.len().min(buf.remaining());
        buf.put_slice(&stock.ready[..length]);
        stock.ready.advance(length);
        if stock.ready.is_empty() {
            stock.ready = BytesMut::new();
        }
        if stock.is_empty() {
            self.stock = None;
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncRead for CheckedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.sieve.ready().is_empty() {
            if !ready!(self.poll_fill(cx))? {
                return Poll::Ready(Ok(()));
            }
        }
        self.sieve.give(buf);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncWrite for CheckedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.sent > 0 {
            let sent = self.sent.min(bytes.len());
            self.sent -= sent;
            return Poll::Ready(Ok(sent));
        }
        self.stream()?.poll_write(cx, bytes)
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
