//! Turns a client's bytes into whole, valid frames.

use bytes::{Buf as _, BytesMut};
use tokio::io::ReadBuf;

use super::limit::Limit;
use super::rules::{self, FrameError, PartialMessage, ReceivedFrame};
use crate::transport::socketio::workarounds::eio3_query::{self, NamespaceQuery};
use crate::transport::tcp::connection::frame;

/// The checks on a stream.
pub struct Checks {
    /// The largest message.
    pub limit: Limit,
    /// For an Engine.IO 3 client: keeps the query of the namespace it connects to.
    pub namespace_query: Option<NamespaceQuery>,
}

/// A mask of zeros, which changes nothing.
pub(super) const NO_MASK: [u8; 4] = [0; 4];

/// Collects bytes and yields whole frames.
pub(super) struct FrameFilter {
    checks: Checks,
    /// `None` while the client is idle.
    pub(super) buffers: Option<Box<FrameBuffers>>,
    /// Set by a close frame or a protocol violation: nothing more is read.
    pub(super) ended: bool,
    /// The close code that the client is still to be sent.
    pub(super) unsent_close: Option<u16>,
}

/// Received bytes that were not read yet.
#[derive(Default)]
pub(super) struct FrameBuffers {
    /// The start of a frame that is not complete.
    come: BytesMut,
    /// Valid frames, ready to be read.
    pub(super) ready: BytesMut,
    /// The message whose fragments are arriving.
    message: Option<PartialMessage>,
    /// How many of the next written bytes to discard, because the client has already received them.
    pub(super) sent: usize,
}

impl FrameBuffers {
    fn is_empty(&self) -> bool {
        self.come.is_empty() && self.ready.is_empty() && self.message.is_none() && self.sent == 0
    }
}

impl FrameFilter {
    pub(super) fn new(checks: Checks) -> Self {
        Self { checks, buffers: None, ended: false, unsent_close: None }
    }

    /// Records that the engine has written this.
    pub(super) fn note_written(&mut self, bytes: &[u8]) {
        self.checks.limit.note_written();
        self.unsent_close.take_if(|code| bytes.ends_with(&frame::close(*code)));
    }

    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.ended {
            return;
        }
        let mut buffers = self.buffers.take().unwrap_or_default();
        buffers.come.extend_from_slice(bytes);
        while !self.ended {
            match self.next_frame(&mut buffers) {
                Ok(true) => {}
                Ok(false) => break,
                Err(broken) => {
                    if broken == FrameError::TooLarge {
                        self.checks.limit.note();
                    }
                    let close = rules::write(rules::CLOSE, &broken.code().to_be_bytes(), NO_MASK);
                    buffers.ready.extend_from_slice(&close);
                    self.ended = true;
                    self.unsent_close = Some(broken.code());
                }
            }
        }
        if self.ended || buffers.come.is_empty() {
            buffers.come = BytesMut::new();
        }
        self.buffers = Some(buffers);
    }

    /// Moves the next frame to the ready bytes once it is complete. Returns false if it is not.
    fn next_frame(&mut self, buffers: &mut FrameBuffers) -> Result<bool, FrameError> {
        let Some(frame) = ReceivedFrame::read(&buffers.come)? else { return Ok(false) };
        let begun = buffers.message.as_ref();
        frame.may_follow(begun)?;
        let so_far = begun.map_or(0, |message| message.size);
        if !frame.is_control() && self.checks.limit.is_below(so_far.saturating_add(frame.payload)) {
            return Err(FrameError::TooLarge);
        }
        let length = frame.header + frame.payload;
        let Some(bytes) = buffers.come.get(..length) else { return Ok(false) };
        let payload = rules::masked(&bytes[frame.header..], frame.mask);
        if self.checks.limit.is_flooded_by(frame, &payload) {
            buffers.ready = BytesMut::new();
            self.ended = true;
            return Ok(false);
        }
        if frame.opcode == rules::CLOSE {
            rules::check_close(&payload)?;
            self.ended = true;
            // With a reason, the engine's answer has it too.
            self.unsent_close = payload.as_slice().try_into().ok().map(u16::from_be_bytes);
        }
        if !frame.is_control() {
            let mut message = buffers.message.take().unwrap_or_else(|| PartialMessage::new(frame.opcode));
            message.add(&payload, frame.is_last)?;
            buffers.message = (!frame.is_last).then_some(message);
        }
        let changed = match &self.checks.namespace_query {
            Some(query) if frame.opcode == rules::TEXT && frame.is_last => {
                eio3_query::take_query(&payload, query)
            }
            _ => None,
        };
        match changed {
            Some(packet) => buffers.ready.extend_from_slice(&rules::write(rules::TEXT, &packet, frame.mask)),
            None => buffers.ready.extend_from_slice(&buffers.come[..length]),
        }
        buffers.come.advance(length);
        Ok(true)
    }

    /// Takes the first ready frame.
    pub(super) fn take_frame(&mut self) -> Option<(ReceivedFrame, Vec<u8>)> {
        let buffers = self.buffers.as_mut()?;
        let frame = ReceivedFrame::read(&buffers.ready).ok()??;
        let payload =
            rules::masked(buffers.ready.get(frame.header..frame.header + frame.payload)?, frame.mask);
        buffers.ready.advance(frame.header + frame.payload);
        Some((frame, payload))
    }

    /// The ready bytes.
    pub(super) fn ready(&self) -> &[u8] {
        self.buffers.as_ref().map_or(&[], |buffers| &buffers.ready)
    }

    /// Moves as many ready bytes as fit into `buf`.
    pub(super) fn give(&mut self, buf: &mut ReadBuf<'_>) {
        let Some(buffers) = &mut self.buffers else { return };
        let length = buffers.ready.len().min(buf.remaining());
        buf.put_slice(&buffers.ready[..length]);
        buffers.ready.advance(length);
        if buffers.ready.is_empty() {
            buffers.ready = BytesMut::new();
        }
        if buffers.is_empty() {
            self.buffers = None;
        }
    }
}
