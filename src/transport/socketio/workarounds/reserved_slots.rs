//! Keeps slots free for the engine in the queue of a polling session.
//!
//! - Before a session upgrades, the engine ends its poll with a packet of its own, and waits for a free slot
//!   for it (engineioxide 0.17.9, `transport/ws.rs`, `upgrade_handshake`). It closes a session that has no
//!   slot for a ping (`socket.rs`), or for the answer to a CONNECT (socketioxide 0.18.9, `ns.rs`).
//! - A polling client that is behind would be closed.
//! - So rooms and answers leave some slots free. The engine does not say how full a queue is: this file finds
//!   out by reserving slots and releasing them.
//! - Can go when `full_queue_at_upgrade` and `ping_into_full_queue` in `docs/upstream` exit with 0.

use std::cell::Cell;

use serde::{Serialize, Serializer, ser};
use socketioxide::extract::SocketRef;

/// How many slots a queue has beyond those that rooms may fill.
pub const SPARE_PLACES: usize = 4;
/// How many of these answers leave for the engine: for the packet that ends a poll, for a ping or its answer,
/// and for the answer to a CONNECT. An answer that finds no slot waits. A client that sends hundreds of
/// messages and then upgrades has stopped polling: without a slot for the engine it would never get the
/// answers.
const ENGINE_PLACES: usize = SPARE_PLACES - 1;

/// Whether a socket's queue can take one more packet and keep its spare slots.
pub fn takes_one_more(socket: &SocketRef) -> bool {
    are_free(socket, SPARE_PLACES + 1)
}

/// Whether a socket's queue can take one more answer and keep the engine's slots.
pub fn takes_an_answer(socket: &SocketRef) -> bool {
    are_free(socket, ENGINE_PLACES + 1)
}

fn are_free(socket: &SocketRef, places: usize) -> bool {
    let probe = CapacityProbe { socket, more: places - 1, are_free: Cell::new(None) };
    // The emit fails by design and sends nothing.
    let _ = socket.emit("", &probe);
    probe.are_free.get() == Some(true)
}

/// An argument that fails to encode. Emitting reserves a slot, encodes, and releases the slot if that fails.
/// While this is being encoded it holds its slot, and probes for more.
struct CapacityProbe<'a> {
    socket: &'a SocketRef,
    more: usize,
    are_free: Cell<Option<bool>>,
}

impl Serialize for CapacityProbe<'_> {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        // Some encoders call this twice.
        if self.are_free.get().is_none() {
            self.are_free.set(Some(self.more == 0 || are_free(self.socket, self.more)));
        }
        Err(ser::Error::custom("a probe is never sent"))
    }
}
