//! Rooms write directly, bypassing the engine.

use loom::thread::{self, JoinHandle};

use crate::bench::{Bench, FRAME, Room, of};
use crate::modelled::connection::frame;

/// More bytes than are written.
const ENOUGH: usize = 100;

/// Runs a room in a separate thread. Returns its accepted packets.
fn start(mut room: Room, act: impl FnOnce(&mut Room) + 'static) -> JoinHandle<Vec<&'static str>> {
    thread::spawn(move || {
        act(&mut room);
        std::mem::take(&mut room.accepted)
    })
}

/// The rest of a frame is kept, and no other writer has anything to write.
pub fn alone() {
    let bench = Bench::new(1);
    assert!(bench.room().send("a1"), "a byte of it has left");
    let pipe = bench.pipe.clone();
    let peer = thread::spawn(move || {
        pipe.make_room(1);
        pipe.make_room(ENOUGH);
    });
    peer.join().expect("no panic");
    assert_eq!(bench.finish(), ["a1"]);
}

/// The rest of a frame is kept while the engine and another room want to write.
pub fn rest() {
    let mut bench = Bench::new(1);
    assert!(bench.room().send("a1"), "a byte of it has left");
    bench.queue.push("e1");
    let room = start(bench.room(), |room| _ = room.send("b1"));
    let peer = bench.make_room_later(ENOUGH);
    bench.write(3);
    peer.join().expect("no panic");
    let accepted = room.join().expect("no panic");
    let all = bench.finish();
    assert_eq!(all[0], "a1");
    assert_eq!((of('b', &all), of('e', &all), all.len()), (accepted, vec!["e1"], all.len()));
}

/// A room sends while the engine writes, on a wire that is full in the middle of a frame.
pub fn beside() {
    let mut bench = Bench::new(FRAME + 1);
    bench.queue.push("e1");
    bench.queue.push("e2");
    let room = start(bench.room(), |room| {
        room.send("a1");
        room.send("a2");
    });
    let peer = bench.make_room_later(ENOUGH);
    bench.write(3);
    peer.join().expect("no panic");
    let accepted = room.join().expect("no panic");
    let all = bench.finish();
    assert_eq!((of('a', &all), of('e', &all)), (accepted, vec!["e1", "e2"]));
}

/// Two rooms send while the engine writes.
pub fn two_rooms() {
    let mut bench = Bench::new(FRAME + 2);
    bench.queue.push("e1");
    let pipe = bench.pipe.clone();
    let a = start(bench.room(), |room| _ = room.send("a1"));
    let b = start(bench.room(), move |room| {
        room.send("b1");
        pipe.make_room(ENOUGH);
    });
    bench.write(FRAME);
    let (a, b) = (a.join().expect("no panic"), b.join().expect("no panic"));
    let all = bench.finish();
    assert_eq!((of('a', &all), of('b', &all), of('e', &all)), (a, b, vec!["e1"]));
}

/// A room queues two packets after one that nothing awaits, and sends another directly or through the engine.
pub fn queued() {
    let mut bench = Bench::new(ENOUGH);
    bench.queue.push("e1");
    let room = start(bench.room(), |room| {
        room.queue("a1");
        room.queue("e2");
        assert!(room.send("a2"), "there is room");
    });
    bench.write(3);
    room.join().expect("no panic");
    assert_is_open(&bench);
    assert_eq!(bench.finish(), ["e1", "a1", "e2", "a2", "z1"]);
}

/// Two rooms queue a packet each, and send another directly or through the engine.
pub fn both_queued() {
    let mut bench = Bench::new(ENOUGH);
    let rooms = [["a1", "a2"], ["b1", "b2"]].map(|[first, second]| {
        start(bench.room(), move |room| {
            room.queue(first);
            assert!(room.send(second), "there is room");
        })
    });
    bench.write(FRAME);
    for room in rooms {
        room.join().expect("no panic");
    }
    assert_is_open(&bench);
    let all = bench.finish();
    assert_eq!((of('a', &all), of('b', &all)), (vec!["a1", "a2"], vec!["b1", "b2"]));
}

/// Once all awaited packets are written, rooms write directly again.
fn assert_is_open(bench: &Bench) {
    assert_eq!(bench.connection.try_send([&frame::text(&[b"z1"])]), Some(1));
}
