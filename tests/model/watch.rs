//! [`Connection::blocked_for`](crate::modelled::connection::Connection::blocked_for) reports blocked writes while the wire
//! accepts nothing more.

use loom::thread;

use crate::bench::{Bench, FRAME};
use crate::modelled::connection::frame;
use crate::sync;

/// The rest of a room's frame is written, and the engine's frame is blocked.
pub fn behind_a_rest() {
    let mut bench = Bench::new(1);
    assert!(bench.room().send("a1"), "a byte of it has left");
    let peer = bench.make_room_later(FRAME - 1);
    bench.has_to_wait("e1");
    peer.join().expect("no panic");
    assert!(bench.has_to_wait("e1"));
    sync::join_tasks();
    assert!(bench.connection.blocked_for().is_some());
}

/// The engine's frame or a room's is written; the wire has no space for both.
pub fn behind_a_write(room: usize) {
    let mut bench = Bench::new(room);
    let mut room = bench.room();
    let room = thread::spawn(move || room.send("a1"));
    let engine_waits = bench.has_to_wait("e1");
    let is_refused = !room.join().expect("no panic");
    let written = bench.pipe.written();
    let has_rest = written[FRAME..].starts_with(&frame::text(&[b"e1"])) && written.len() > 2 * FRAME;
    if engine_waits || is_refused || has_rest {
        assert!(bench.connection.blocked_for().is_some());
    }
}

/// A room's frame is blocked; the engine's then takes the space, and the next one is blocked.
pub fn behind_a_refusal() {
    let mut bench = Bench::new(0);
    assert!(!bench.room().send("a1"), "there is no room");
    let connection = bench.connection.clone();
    let look = thread::spawn(move || _ = connection.blocked_for());
    bench.pipe.make_room(FRAME);
    assert!(!bench.has_to_wait("e1"));
    assert!(bench.has_to_wait("e2"));
    look.join().expect("no panic");
    assert!(bench.connection.blocked_for().is_some());
}
