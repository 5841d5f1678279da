//! A member without a network: it records the messages sent to it. A test can fill its queue or disconnect it.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::domain::score::UpdateKind;
use crate::live::member::{Member, Sent};
use crate::live::message::Message;

/// A member with a bounded queue.
#[derive(Default)]
pub struct TestQueue {
    pub state: Mutex<TestQueueState>,
}

/// See [`TestQueue`].
#[derive(Default)]
pub struct TestQueueState {
    free: usize,
    /// Whether messages are written at once rather than queued.
    direct: bool,
    departures: u32,
    pub gone: bool,
    stalled: bool,
    pub closed: usize,
    dismissed: usize,
    pub sent: Vec<String>,
    /// The arguments of each `score`.
    scores: Vec<Value>,
    /// Where each of these messages is in memory.
    places: Vec<usize>,
}

impl TestQueue {
    /// A member that takes `free` messages.
    pub fn with_room_for(free: usize) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(TestQueueState { free, ..TestQueueState::default() }) })
    }

    /// The same, where each message is written directly.
    pub fn direct_with_room_for(free: usize) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(TestQueueState { free, direct: true, ..TestQueueState::default() }),
        })
    }

    /// A member that takes every message at once.
    pub fn endless() -> Arc<Self> {
        Self::direct_with_room_for(usize::MAX)
    }

    /// Makes room for `free` more messages, as if the peer had read.
    pub fn drain(&self, free: usize) {
        let mut state = self.state.lock();
        state.free = free;
        state.departures += 1;
        state.stalled = false;
    }

    /// Takes the messages sent since the last call: `u3` an update, `s3` a snapshot, `event`, `pulse`.
    pub fn sent(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().sent)
    }

    /// How often it has left the room of a deleted event.
    pub fn dismissed(&self) -> usize {
        self.state.lock().dismissed
    }

    /// Takes the arguments of each `score` sent since the last call.
    pub fn scores(&self) -> Vec<Value> {
        std::mem::take(&mut self.state.lock().scores)
    }

    /// Where the messages of the scores sent since the last call are in memory: members share a message.
    pub fn places(&self) -> Vec<usize> {
        std::mem::take(&mut self.state.lock().places)
    }
}

impl Member for TestQueue {
    fn send(&self, message: &Message) -> Sent {
        let mut state = self.state.lock();
        if state.gone {
            return Sent::Gone;
        }
        if state.free == 0 {
            state.stalled = true;
            return Sent::Full;
        }
        state.free -= 1;
        state.sent.push(short(message));
        if message.is_update() {
            state.scores.push(serde_json::to_value(message.args()).expect("arguments are JSON"));
            state.places.push(std::ptr::from_ref(message).addr());
        }
        if !state.direct {
            return Sent::Taken;
        }
        state.departures += 1;
        Sent::Written
    }

    fn show(&self, message: &Message) -> Sent {
        if self.state.lock().free == 0 { Sent::Full } else { self.send(message) }
    }

    fn departures(&self) -> u32 {
        self.state.lock().departures
    }

    fn is_drained(&self) -> bool {
        !self.state.lock().stalled
    }

    fn on_event_deleted(&self) {
        self.state.lock().dismissed += 1;
    }

    fn close_slow(&self) {
        self.state.lock().closed += 1;
    }
}

fn short(message: &Message) -> String {
    if message.is_event() || message.is_pulse() {
        return message.name.to_owned();
    }
    let arguments: Value = serde_json::to_value(message.args()).expect("arguments are JSON");
    let (data, meta) = (&arguments[0], &arguments[1]);
    assert_eq!(meta["seq"], message.seq);
    // Each update sets `n` to its seq, so a state is correct if `n` equals the last one.
    assert_eq!(data["n"], message.seq, "{meta}");
    let kind = if meta["kind"] == json!(UpdateKind::Snapshot) { "s" } else { "u" };
    format!("{kind}{}", message.seq)
}
