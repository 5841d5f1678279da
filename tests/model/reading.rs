//! A waiting task is woken when the connection ends or may be read again.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::join;
use loom::future::block_on;
use loom::thread;
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};

use crate::bench::{Bench, FRAME};
use crate::modelled::connection::ConnectionStream;
use crate::pipe::{Behind, Pipe};
use crate::sync::{self, AtomicBool, Ordering};

/// A masked text frame, `40`, and a byte after it.
const CONNECT: [u8; 9] = [0x81, 0x82, 0, 0, 0, 0, b'4', b'0', b'x'];

/// Reads this many bytes.
async fn read(stream: &RefCell<ConnectionStream<Pipe>>, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut buf = ReadBuf::new(&mut bytes);
    while buf.remaining() > 0 {
        poll_fn(|cx| Pin::new(&mut *stream.borrow_mut()).poll_read(cx, &mut buf)).await?;
    }
    Ok(bytes)
}

async fn write(stream: &RefCell<ConnectionStream<Pipe>>, bytes: &[u8]) -> io::Result<usize> {
    poll_fn(|cx| Pin::new(&mut *stream.borrow_mut()).poll_write(cx, bytes)).await
}

/// The engine's task waits to read and to write, while the rest of a room's frame waits too.
fn assert_all_end(bench: Bench) {
    let stream = RefCell::new(bench.stream);
    let (read, written) = block_on(join(read(&stream, 1), write(&stream, b"x")));
    read.expect_err("there is nothing to read");
    written.expect_err("there is no room");
    drop(stream);
    sync::join_tasks();
}

/// The connection is killed.
pub fn kill() {
    let bench = Bench::new(1);
    assert!(bench.room().send("a1"), "a byte of it has left");
    let connection = bench.connection.clone();
    thread::spawn(move || connection.kill());
    assert_all_end(bench);
}

/// The connection is killed, and nobody reads.
pub fn kill_writer() {
    let bench = Bench::new(0);
    let connection = bench.connection.clone();
    thread::spawn(move || connection.kill());
    block_on(write(&RefCell::new(bench.stream), b"x")).expect_err("there is no room");
}

/// The wire breaks. Either the task that writes the rest notices it, or the engine.
pub fn broken() {
    let bench = Bench::new(1);
    assert!(bench.room().send("a1"), "a byte of it has left");
    let pipe = bench.pipe.clone();
    thread::spawn(move || pipe.break_off());
    assert_all_end(bench);
}

/// Reading is paused and resumed.
pub fn pause() {
    let bench = Bench::new(0);
    let (connection, pipe) = (bench.connection.clone(), bench.pipe.clone());
    thread::spawn(move || {
        connection.pause_reading(true);
        connection.pause_reading(false);
    });
    thread::spawn(move || pipe.send(b"x"));
    block_on(read(&RefCell::new(bench.stream), 1)).expect("a message");
}

/// Bytes after the CONNECT are held back until they are released.
pub fn connect() {
    let bench = Bench::new(0);
    bench.connection.hold_reads(Behind(CONNECT.len() - 1));
    let (connection, pipe) = (bench.connection.clone(), bench.pipe.clone());
    let is_connected = Arc::new(AtomicBool::new(false));
    let connected = is_connected.clone();
    thread::spawn(move || pipe.send(&CONNECT));
    thread::spawn(move || {
        connected.store(true, Ordering::Relaxed);
        connection.release_reads();
    });
    let bytes = block_on(read(&RefCell::new(bench.stream), CONNECT.len())).expect("a message");
    assert_eq!(bytes, CONNECT);
    assert!(is_connected.load(Ordering::Relaxed), "it is read too early");
}

/// Bytes after the CONNECT are held back until the refusal is written.
pub fn refusal() {
    let bench = Bench::new(FRAME);
    bench.connection.hold_reads(Behind(CONNECT.len() - 1));
    bench.pipe.send(&CONNECT);
    let (mut room, connection) = (bench.room(), bench.connection.clone());
    thread::spawn(move || {
        connection.release_reads_after_write();
        room.queue("e1");
    });
    let stream = RefCell::new(bench.stream);
    let reading = async {
        assert_eq!(read(&stream, CONNECT.len()).await.expect("a message"), CONNECT);
        assert_eq!(bench.pipe.written().len(), 2 * FRAME, "it is read too early");
    };
    let writing = async {
        while let Some(part) = bench.queue.first(FRAME).await {
            bench.queue.remove(write(&stream, &part).await.expect("the wire works"));
        }
    };
    block_on(join(reading, writing));
}
