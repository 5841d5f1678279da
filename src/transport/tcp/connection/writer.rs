//! The writing side of a connection, which the engine and the rooms share: whole frames of both, one after the
//! other. All of it is under the connection's lock.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use futures_util::FutureExt as _;
use smallvec::SmallVec;

use super::frame::{Fingerprint, FrameTracker};
use super::raw::Wire;
use super::sync::AbortOnDropHandle;

/// Frames that leave in one system call at most. More are offered again.
pub const AT_ONCE: usize = 32;
/// So many packets may be waited for. Beyond it the engine writes elsewhere, or far too much.
const AWAITED_LIMIT: usize = 4096;
/// No payload's fingerprint: what the engine had to write before anything was awaited.
const BARRIER: Fingerprint = 0;

/// See the module.
pub struct WriteSide<W> {
    /// Gone once the stream was dropped, which closes the connection.
    wire: Option<Arc<W>>,
    /// From when on frames are written; before that it is HTTP.
    is_websocket: bool,
    tracker: FrameTracker,
    awaited: VecDeque<Fingerprint>,
    /// Whether too much was waited for: the rooms go by the engine for good.
    is_given_up: bool,
    kept: Option<Box<PartialFrame>>,
}

/// The rest of a frame whose beginning was written.
struct PartialFrame {
    rest: Bytes,
    /// Writes the rest as soon as it can; ended when that is done.
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

    /// From now on the engine writes frames. Others write beside it once a packet that was awaited has gone by it.
    pub fn become_websocket(&mut self) {
        self.is_websocket = true;
        self.await_packet(BARRIER);
    }

    /// The stream was dropped.
    pub fn close(&mut self) {
        self.wire = None;
        self.kept = None;
        self.awaited = VecDeque::new();
    }

    /// The stream, while it is there.
    pub fn wire(&self) -> Option<&Arc<W>> {
        self.wire.as_ref()
    }

    /// A packet is about to enter the engine's queue. Nothing goes beside the engine until it is
    /// written. [`WriteSide::take_back`] if it does not.
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

    /// The packet that was last announced has not entered the queue.
    pub fn take_back(&mut self) {
        self.awaited.pop_back();
    }

    /// Writes the first [`AT_ONCE`] frames of a room, if nothing stands before them: how many have left. What is
    /// written of a frame's beginning is kept to be completed. `None`: they are the engine's.
    pub fn offer<'a>(&mut self, frames: impl IntoIterator<Item = &'a Bytes>) -> Option<usize> {
        let wire = self.wire.as_ref()?;
        let is_free = self.awaited.is_empty() && self.kept.is_none() && self.tracker.is_between_messages();
        if !self.is_websocket || self.is_given_up || !is_free {
            return None;
        }
        // Mostly one.
        let frames: SmallVec<[&Bytes; 4]> = frames.into_iter().take(AT_ONCE).collect();
        let slices: SmallVec<[IoSlice<'_>; 4]> = frames.iter().map(|frame| IoSlice::new(frame)).collect();
        match wire.try_write(&slices) {
            Ok(written) => Some(self.keep_rest(&frames, written)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Some(0),
            // The engine will find out.
            Err(_) => None,
        }
    }

    /// After so many bytes were written: how many frames have left, one that has left in part included.
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

    /// Whether the peer takes something, as far as is known; nothing of a frame waits.
    pub fn is_writable(&self) -> bool {
        let takes = |wire: &Arc<W>| wire.writable().now_or_never().is_some();
        self.kept.is_none() && self.wire.as_ref().is_some_and(takes)
    }

    /// Whether the rest of a frame is to be written.
    pub fn has_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Somebody does now.
    pub fn flush_by(&mut self, flusher: AbortOnDropHandle<()>) {
        if let Some(kept) = &mut self.kept {
            kept.flusher = Some(flusher);
        }
    }

    /// Writes what is kept. The error `WouldBlock`: there is more; else those of writing.
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

    /// Writes for the engine. The error `WouldBlock`: nothing was written; else those of writing.
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

/// A payload has left. What was to leave before it has left too, if it was not taken another way.
fn has_left(awaited: &mut VecDeque<Fingerprint>, fingerprint: Fingerprint) {
    if let Some(place) = awaited.iter().position(|awaited| *awaited == fingerprint) {
        awaited.drain(..=place);
        if awaited.is_empty() {
            // Its memory too.
            *awaited = VecDeque::new();
        }
    }
}
