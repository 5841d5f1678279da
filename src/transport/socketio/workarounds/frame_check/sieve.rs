//! Takes a client's bytes as they come, and gives whole frames that keep to the protocol.

use bytes::{Buf as _, BytesMut};
use tokio::io::ReadBuf;

use super::limit::Limit;
use super::rules::{self, Broken, Frame, Message};
use crate::transport::socketio::workarounds::eio3_query::{self, NamespaceQuery};

/// What is watched over.
pub struct Checks {
    /// The largest message.
    pub limit: Limit,
    /// For a client of Engine.IO 3: where the query of a namespace that it connects to is kept.
    pub namespace_query: Option<NamespaceQuery>,
}

/// A mask that changes nothing.
pub(super) const NO_MASK: [u8; 4] = [0; 4];

/// Takes bytes as they come, and gives whole frames.
pub(super) struct Sieve {
    checks: Checks,
    /// Nothing while the client is quiet.
    pub(super) stock: Option<Box<Stock>>,
    /// A close frame has come, or the protocol was broken: nothing more is read.
    pub(super) ended: bool,
}

/// What came and was not read.
#[derive(Default)]
pub(super) struct Stock {
    /// What is not yet a whole frame.
    come: BytesMut,
    /// What may be read.
    pub(super) ready: BytesMut,
    /// The message of which fragments have come.
    message: Option<Message>,
}

impl Stock {
    fn is_empty(&self) -> bool {
        self.come.is_empty() && self.ready.is_empty() && self.message.is_none()
    }
}

impl Sieve {
    pub(super) fn new(checks: Checks) -> Self {
        Self { checks, stock: None, ended: false }
    }

    /// The engine has written something.
    pub(super) fn note_written(&self) {
        self.checks.limit.note_written();
    }

    pub(super) fn take(&mut self, bytes: &[u8]) {
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
    pub(super) fn take_frame(&mut self) -> Option<(Frame, Vec<u8>)> {
        let stock = self.stock.as_mut()?;
        let frame = Frame::read(&stock.ready).ok()??;
        let payload = rules::masked(stock.ready.get(frame.header..frame.header + frame.payload)?, frame.mask);
        stock.ready.advance(frame.header + frame.payload);
        Some((frame, payload))
    }

    /// What may be read.
    pub(super) fn ready(&self) -> &[u8] {
        self.stock.as_ref().map_or(&[], |stock| &stock.ready)
    }

    /// Gives as much as there is and fits.
    pub(super) fn give(&mut self, buf: &mut ReadBuf<'_>) {
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
