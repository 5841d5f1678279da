//! Places that are kept for the engine in the queue of a session that polls.
//!
//! - The engine ends a poll, which it must before the session upgrades, by a packet of its own, and waits for a place for it
//!   (engineioxide 0.17.9, `transport/ws.rs`, `upgrade_handshake`). It closes a session that has no place for a ping
//!   (`socket.rs`), and one that has none for the answer to a CONNECT (socketioxide 0.18.9, `ns.rs`).
//! - A polling client that is behind would be closed for it.
//! - So rooms and answers leave some places free. The engine does not say how full a queue is: this finds out by taking
//!   places and giving them back.
//! - Can go when `full_queue_at_upgrade` and `ping_into_full_queue` in `docs/upstream` exit with 0.

use std::cell::Cell;

use serde::{Serialize, Serializer, ser};
use socketioxide::extract::SocketRef;

/// How many places a queue has beyond those that rooms may fill.
pub const SPARE_PLACES: usize = 4;
/// How many of these answers leave to the engine: for the packet that ends a poll, for a ping or its answer, and for the
/// answer to a CONNECT. An answer that finds no place waits. A client that sends hundreds of messages and then upgrades
/// has stopped polling: without a place for the engine it would never get them.
const ENGINE_PLACES: usize = SPARE_PLACES - 1;

/// Whether the spare places are still there once a socket's queue has taken one packet more. The engine does not say
/// how full a queue is.
#[must_use]
pub fn takes_one_more(socket: &SocketRef) -> bool {
    are_free(socket, SPARE_PLACES + 1)
}

/// Whether the places for the engine are still there once a socket's queue has taken one answer more.
#[must_use]
pub fn takes_an_answer(socket: &SocketRef) -> bool {
    are_free(socket, ENGINE_PLACES + 1)
}

fn are_free(socket: &SocketRef, places: usize) -> bool {
    let probe = CapacityProbe { socket, more: places - 1, are_free: Cell::new(None) };
    // Nothing is sent.
    let _ = socket.emit("", &probe);
    probe.are_free.get() == Some(true)
}

/// Something to emit that cannot be encoded. To emit is to take a place, to encode, and to give the place back where
/// that fails: while this is encoded, it has its place, and looks for more.
struct CapacityProbe<'a> {
    socket: &'a SocketRef,
    more: usize,
    are_free: Cell<Option<bool>>,
}

impl Serialize for CapacityProbe<'_> {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        // Some encoders ask twice.
        if self.are_free.get().is_none() {
            self.are_free.set(Some(self.more == 0 || are_free(self.socket, self.more)));
        }
        Err(ser::Error::custom("nothing is to be sent"))
    }
}
