//! A connection with random writes of the engine, split anywhere, and random frames of rooms, over a wire
//! that accepts them in random parts.

use std::cell::Cell;
use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::io::AsyncWrite as _;

use super::*;

/// One random step.
#[derive(Debug, Clone)]
enum RandomStep {
    /// The engine queues a packet of this many bytes that is not a room's.
    Other(usize),
    /// A room sends a packet of this many bytes, directly or through the engine.
    Room(usize),
    /// A room sends several packets together.
    Together(Vec<usize>),
    /// The server sends an answer, directly or through the engine; the room's next packets come after it.
    Answer(usize),
    /// The engine writes at most this many bytes of its queue.
    Write(usize),
    /// The peer reads this many more bytes.
    Read(usize),
}

fn step() -> impl Strategy<Value = RandomStep> {
    let length = prop_oneof![8 => 0..40_usize, 2 => 100..300_usize, 1 => 65_500..65_600_usize];
    prop_oneof![
        2 => length.clone().prop_map(RandomStep::Other),
        6 => length.clone().prop_map(RandomStep::Room),
        2 => vec(length.clone(), 0..40).prop_map(RandomStep::Together),
        1 => length.prop_map(RandomStep::Answer),
        6 => prop_oneof![1..20_usize, 100..100_000_usize].prop_map(RandomStep::Write),
        6 => prop_oneof![1..20_usize, 100..100_000_usize].prop_map(RandomStep::Read),
    ]
}

/// The connection and the layers above it.
struct Bench {
    pipe: Pipe,
    stream: ConnectionStream<Pipe>,
    connection: Arc<Connection<Pipe>>,
    /// The engine's frames that are not written yet.
    queue: VecDeque<u8>,
    /// The accepted payloads of the room and of the engine, in order.
    room: Vec<Vec<u8>>,
    others: Vec<Vec<u8>>,
    /// The answers, and how many of the room's payloads were accepted before each.
    answers: Vec<(Vec<u8>, usize)>,
    direct: usize,
    next: u32,
}

impl Bench {
    fn new() -> Self {
        let pipe = Pipe::default();
        let stream = ConnectionStream::new(pipe.clone(), Arc::new(()));
        let connection = stream.connection();
        connection.become_websocket();
        let (room, others, answers) = (Vec::new(), Vec::new(), Vec::new());
        Self { pipe, stream, connection, queue: VecDeque::new(), room, others, answers, direct: 0, next: 0 }
    }

    /// A payload that names its sender. Some of the room's are equal.
    fn payload(&mut self, kind: char, length: usize) -> Vec<u8> {
        self.next += 1;
        let number = if kind == 'r' && length.is_multiple_of(4) { 0 } else { self.next };
        format!("{kind}{number}:{}", "x".repeat(length)).into_bytes()
    }

    /// Sends the room's packets directly, as far as there is room, or through the engine if they must.
    fn send(&mut self, lengths: &[usize]) {
        let payloads: Vec<_> = lengths.iter().map(|length| self.payload('r', *length)).collect();
        let frames: Vec<Bytes> = payloads.iter().map(|payload| frame::text(&[payload])).collect();
        match self.connection.try_send(&frames) {
            Some(sent) => {
                self.direct += sent;
                self.room.extend(payloads.into_iter().take(sent));
            }
            None => {
                for (payload, frame) in payloads.into_iter().zip(frames) {
                    self.queue(&payload, &frame);
                    self.room.push(payload);
                }
            }
        }
    }

    /// Queues an awaited packet with the engine.
    fn queue(&mut self, payload: &[u8], frame: &[u8]) {
        let queue = &mut self.queue;
        let emit = || {
            queue.extend(frame);
            Ok::<_, ()>(())
        };
        self.connection.queue(frame::fingerprint(&[payload]), emit).expect("the queue is unlimited");
    }

    fn take(&mut self, step: RandomStep) {
        match step {
            RandomStep::Other(length) => {
                let payload = self.payload('o', length);
                self.queue.extend(&frame::text(&[&payload]));
                self.others.push(payload);
            }
            RandomStep::Room(length) => self.send(&[length]),
            RandomStep::Together(lengths) => self.send(&lengths),
            RandomStep::Answer(length) => {
                let payload = self.payload('a', length);
                let frame = frame::text(&[&payload]);
                if self.connection.try_send([&frame]) != Some(1) {
                    self.queue(&payload, &frame);
                }
                self.answers.push((payload, self.room.len()));
            }
            RandomStep::Write(most) => self.write(most),
            RandomStep::Read(room) => self.pipe.make_room(room),
        }
    }

    /// The engine writes once, if the wire has room.
    fn write(&mut self, most: usize) {
        let bytes: Vec<u8> = self.queue.iter().take(most).copied().collect();
        let mut cx = Context::from_waker(Waker::noop());
        if bytes.is_empty() {
            return;
        }
        if let Poll::Ready(written) = pin!(&mut self.stream).poll_write(&mut cx, &bytes) {
            self.queue.drain(..written.expect("the wire is not broken"));
        }
    }

    /// Writes everything that was accepted.
    fn finish(&mut self) {
        self.pipe.make_room(usize::MAX);
        while !self.queue.is_empty() {
            self.write(usize::MAX);
        }
        let mut cx = Context::from_waker(Waker::noop());
        assert!(pin!(&mut self.stream).poll_shutdown(&mut cx).is_ready());
    }
}

/// The payloads of a stream of whole frames.
fn payloads(mut stream: &[u8]) -> Vec<Vec<u8>> {
    let mut payloads = Vec::new();
    while let [first, length, ..] = stream {
        assert_eq!(*first, 0x81, "it begins with a text frame");
        let (header, length) = match length {
            126 => (4, u64::from(u16::from_be_bytes([stream[2], stream[3]]))),
            127 => (10, u64::from_be_bytes(stream[2..10].try_into().expect("eight bytes"))),
            length => (2, u64::from(*length)),
        };
        let end = header + usize::try_from(length).expect("small");
        payloads.push(stream[header..end].to_vec());
        stream = &stream[end..];
    }
    assert_eq!(stream, [0_u8; 0], "the stream ends after a whole frame");
    payloads
}

async fn play(steps: Vec<RandomStep>) -> usize {
    let mut bench = Bench::new();
    for step in steps {
        bench.take(step);
        // Lets the task that writes the rest of a frame run.
        tokio::task::yield_now().await;
    }
    bench.finish();
    let all = payloads(&bench.pipe.written());
    let of =
        |kind: u8| -> Vec<Vec<u8>> { all.iter().filter(|payload| payload[0] == kind).cloned().collect() };
    assert_eq!(of(b'r'), bench.room);
    assert_eq!(of(b'o'), bench.others);
    assert_eq!(of(b'a'), bench.answers.iter().map(|(answer, _)| answer.clone()).collect::<Vec<_>>());
    for (answer, before) in &bench.answers {
        let place = all.iter().position(|payload| payload == answer).expect("it was written");
        let earlier = all[..place].iter().filter(|payload| payload[0] == b'r').count();
        assert_eq!(earlier, *before, "the room's packets keep their order around the answer");
    }
    bench.direct
}

#[test]
fn frames_are_whole_and_each_source_keeps_its_order_and_loses_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    let direct = Cell::new(0);
    let done = TestRunner::new(config).run(&vec(step(), 0..120), |steps| {
        direct.set(direct.get() + runtime.block_on(play(steps)));
        Ok(())
    });
    done.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(direct.get() > 300, "only {} frames were written directly", direct.get());
}
