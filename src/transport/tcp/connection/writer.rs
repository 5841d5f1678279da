//! The write side of a connection, shared by the engine and the rooms: it writes whole frames of both, one
//! after the other. All of it is under the connection's lock.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use futures_util::FutureExt as _;
use smallvec::SmallVec;

use super::frame::{Fingerprint, FrameTracker};
use super::raw::Wire;
use super::sync::AbortOnDropHandle;

/// The most frames written in one system call. The caller offers the rest again.
pub const AT_ONCE: usize = 32;
/// The most packets awaited. Above this, the engine is writing elsewhere, or far too much.
const AWAITED_LIMIT: usize = 4096;
/// Matches no payload. It stands for what the engine had to write before the first awaited packet.
const BARRIER: Fingerprint = 0;

/// See the module.
pub struct WriteSide<W> {
    /// `None` once the stream was dropped, which closes the connection.
    wire: Option<Arc<W>>,
    /// Whether frames are written; before the upgrade it is HTTP.
    is_websocket: bool,
    tracker: FrameTracker,
    awaited: VecDeque<Fingerprint>,
    /// Set once the awaited queue overflows; from then on, rooms send through the engine.
    is_given_up: bool,
    kept: Option<Box<PartialFrame>>,
}

/// The rest of a frame whose beginning was written.
struct PartialFrame {
    rest: Bytes,
    /// Writes the rest as soon as possible; aborted once that is done.
    flusher: Option<AbortOnDropHandle<()>>,
}

impl<W: Wire> WriteSide<W> {
    pub fn new(wire: Arc<W>) -> Self {
        Self {
            wire: Some(wire),
            is_websocket: false,
            tracker: FrameTracker::default(),
            awaited: VecDeque::new(),
            is_given_up: false,
            kept: None,
        }
    }

    /// Marks that the engine writes frames from now on. Direct writes begin once the engine has written an
    /// awaited packet.
    pub fn become_websocket(&mut self) {
        self.is_websocket = true;
        self.await_packet(BARRIER);
    }

    /// Drops the wire and everything queued.
    pub fn close(&mut self) {
        self.wire = None;
        self.kept = None;
        self.awaited = VecDeque::new();
    }

    /// The stream, until it is dropped.
    pub fn wire(&self) -> Option<&Arc<W>> {
        self.wire.as_ref()
    }

    /// Announces a packet that is about to enter the engine's queue. Nothing is written directly until the
    /// engine has written it. Call [`WriteSide::take_back`] if it does not enter the queue.
    pub fn await_packet(&mut self, fingerprint: Fingerprint) {
        if !self.is_websocket || self.is_given_up {
            return;
        }
        if self.awaited.len() == AWAITED_LIMIT {
            self.is_given_up = true;
            self.awaited = VecDeque::new();
            return;
        }
        self.awaited.push_back(fingerprint);
    }

    /// Withdraws the last announced packet, which did not enter the queue.
    pub fn take_back(&mut self) {
        self.awaited.pop_back();
    }

    /// Writes up to [`AT_ONCE`] frames of a room, if nothing is ahead of them, and returns how many were
    /// written. The rest of a partly written frame is kept and written later. `None`: send them through the
    /// engine.
    pub fn offer<'a>(&mut self, frames: impl IntoIterator<Item = &'a Bytes>) -> Option<usize> {
        let wire = self.wire.as_ref()?;
        let is_free = self.awaited.is_empty() && self.kept.is_none() && self.tracker.is_between_messages();
        if !self.is_websocket || self.is_given_up || !is_free {
            return None;
        }
        // Usually one.
        let frames: SmallVec<[&Bytes; 4]> = frames.into_iter().take(AT_ONCE).collect();
        let slices: SmallVec<[IoSlice<'_>; 4]> = frames.iter().map(|frame| IoSlice::new(frame)).collect();
        match wire.try_write(&slices) {
            Ok(written) => Some(self.keep_rest(&frames, written)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Some(0),
            // The engine will see the error.
            Err(_) => None,
        }
    }

    /// Keeps the rest of a partly written frame. Returns how many frames were written, the partial one
    /// included.
    fn keep_rest(&mut self, frames: &[&Bytes], mut written: usize) -> usize {
        for (sent, frame) in frames.iter().enumerate() {
            if written == 0 {
                return sent;
            }
            if written < frame.len() {
                self.kept = Some(Box::new(PartialFrame { rest: frame.slice(written..), flusher: None }));
                return sent + 1;
            }
            written -= frame.len();
        }
        frames.len()
    }

    /// Whether the stream is writable, as far as is known, and no partial frame waits.
    pub fn is_writable(&self) -> bool {
        let takes = |wire: &Arc<W>| wire.writable().now_or_never().is_some();
        self.kept.is_none() && self.wire.as_ref().is_some_and(takes)
    }

    /// Whether the rest of a frame is waiting to be written.
    pub fn has_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Sets the task that writes the rest.
    pub fn flush_by(&mut self, flusher: AbortOnDropHandle<()>) {
        if let Some(kept) = &mut self.kept {
            kept.flusher = Some(flusher);
        }
    }

    /// Writes the kept rest of a frame. Fails with `WouldBlock` if some of it is left, or with the write's
    /// I/O errors.
    pub fn flush(&mut self) -> io::Result<()> {
        let (Some(wire), Some(kept)) = (&self.wire, &mut self.kept) else { return Ok(()) };
        while !kept.rest.is_empty() {
            match wire.try_write(&[IoSlice::new(&kept.rest)])? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                written => kept.rest.advance(written),
            }
        }
        self.kept = None;
        Ok(())
    }

    /// Writes for the engine. Fails with `WouldBlock` if nothing was written, or with the write's I/O errors.
    pub fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.flush()?;
        let Some(wire) = &self.wire else { return Err(io::ErrorKind::NotConnected.into()) };
        let written = wire.try_write(slices)?;
        if self.is_websocket {
            let mut rest = written;
            for slice in slices {
                let part = &slice[..rest.min(slice.len())];
                self.tracker.follow(part, &mut self.awaited, |awaited| !awaited.is_empty(), has_left);
                rest -= part.len();
            }
        }
        Ok(written)
    }
}

/// Removes a written payload from the awaited ones, and all before it: those were written earlier, or
/// dropped.
fn has_left(awaited: &mut VecDeque<Fingerprint>, fingerprint: Fingerprint) {
    if let Some(place) = awaited.iter().position(|awaited| *awaited == fingerprint) {
        awaited.drain(..=place);
        if awaited.is_empty() {
            // Free its memory too.
            *awaited = VecDeque::new();
        }
    }
}
