//! Models of the connection's users: the engine with its queue, and rooms.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, Waker};

use loom::future::block_on;
use loom::thread::{self, JoinHandle};
use tokio::io::AsyncWrite as _;

use crate::modelled::connection::{Connection, ConnectionStream, frame};
use crate::pipe::Pipe;
use crate::sync::{self, Mutex};

/// The length of a frame: all payloads are of two bytes, and begin with the letter of who sends them.
pub const FRAME: usize = 4;

/// A WebSocket to which rooms may write directly, bypassing the engine.
pub struct Bench {
    pub pipe: Pipe,
    pub stream: ConnectionStream<Pipe>,
    pub connection: Arc<Connection<Pipe>>,
    pub queue: Arc<Queue>,
}

/// The engine's unwritten frames.
#[derive(Default)]
pub struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    bytes: VecDeque<u8>,
    /// The number of senders that may still add frames.
    rooms: usize,
    engine: Option<Waker>,
}

/// A room and its accepted packets.
pub struct Room {
    connection: Arc<Connection<Pipe>>,
    queue: Arc<Queue>,
    pub accepted: Vec<&'static str>,
}

impl Bench {
    /// A connection whose wire accepts this many more bytes.
    pub fn new(room: usize) -> Self {
        let pipe = Pipe::with_room(FRAME + room);
        let stream = ConnectionStream::new(pipe.clone(), Arc::new(()));
        let connection = stream.connection();
        connection.become_websocket();
        let mut bench = Self { pipe, stream, connection, queue: Arc::default() };
        bench.room().queue("00");
        bench.write(FRAME);
        bench
    }

    pub fn room(&self) -> Room {
        self.queue.change(|waiting| waiting.rooms += 1);
        Room { connection: self.connection.clone(), queue: self.queue.clone(), accepted: Vec::new() }
    }

    /// Runs the engine: it writes its queue, a limited number of bytes at a time, until no sender is left.
    pub fn write(&mut self, most: usize) {
        block_on(async {
            while let Some(part) = self.queue.first(most).await {
                let written = poll_fn(|cx| Pin::new(&mut self.stream).poll_write(cx, &part)).await;
                self.queue.remove(written.expect("the wire works"));
            }
        });
    }

    /// Lets the engine try to write once. Returns whether it must wait.
    pub fn has_to_wait(&mut self, payload: &str) -> bool {
        let frame = frame::text(&[payload.as_bytes()]);
        let tried = poll_fn(|cx| Poll::Ready(Pin::new(&mut self.stream).poll_write(cx, &frame)));
        block_on(tried).is_pending()
    }

    /// Lets the wire accept this many more bytes.
    pub fn make_room_later(&self, room: usize) -> JoinHandle<()> {
        let pipe = self.pipe.clone();
        thread::spawn(move || pipe.make_room(room))
    }

    /// The payloads written, once nothing more happens. A partial frame that nobody finishes is a deadlock.
    pub fn finish(self) -> Vec<String> {
        sync::join_tasks();
        payloads(&self.pipe.written()[FRAME..])
    }
}

impl Queue {
    /// Adds a packet.
    pub fn push(&self, payload: &str) {
        self.change(|waiting| waiting.bytes.extend(&frame::text(&[payload.as_bytes()])));
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let engine = {
            let mut waiting = self.0.lock();
            change(&mut waiting);
            waiting.engine.take()
        };
        engine.into_iter().for_each(Waker::wake);
    }

    /// At most this many bytes, once there are some; `None` if there will never be any.
    pub async fn first(&self, most: usize) -> Option<Vec<u8>> {
        poll_fn(|cx| {
            let mut waiting = self.0.lock();
            if waiting.bytes.is_empty() && waiting.rooms > 0 {
                waiting.engine = Some(cx.waker().clone());
                return Poll::Pending;
            }
            let part: Vec<u8> = waiting.bytes.iter().take(most).copied().collect();
            Poll::Ready((!part.is_empty()).then_some(part))
        })
        .await
    }

    /// Removes written bytes.
    pub fn remove(&self, written: usize) {
        self.0.lock().bytes.drain(..written);
    }
}

impl Room {
    /// Sends a packet directly or through the engine. Returns whether it was accepted.
    pub fn send(&mut self, payload: &'static str) -> bool {
        match self.connection.try_send([&frame::text(&[payload.as_bytes()])]) {
            Some(0) => return false,
            Some(_) => self.accepted.push(payload),
            None => self.queue(payload),
        }
        true
    }

    /// Sends a packet through the engine.
    pub fn queue(&mut self, payload: &'static str) {
        let emit = || {
            self.queue.push(payload);
            Ok::<_, ()>(())
        };
        self.connection
            .queue(frame::fingerprint(&[payload.as_bytes()]), emit)
            .expect("the queue is unbounded");
        self.accepted.push(payload);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.queue.change(|waiting| waiting.rooms -= 1);
    }
}

/// The payloads of whole frames, one after the other.
fn payloads(stream: &[u8]) -> Vec<String> {
    let frames = stream.chunks(FRAME).map(|frame| match frame {
        [0x81, 2, payload @ ..] if payload.len() == 2 => String::from_utf8_lossy(payload).into_owned(),
        _ => panic!("{frame:?} in {stream:?}"),
    });
    frames.collect()
}

/// The payloads of one sender.
pub fn of(sender: char, payloads: &[String]) -> Vec<&str> {
    payloads.iter().map(String::as_str).filter(|payload| payload.starts_with(sender)).collect()
}
