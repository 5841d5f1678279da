//! One viewer's history of an event, checked against the contract: each update once, in order, without a gap, or a snapshot
//! instead of missed updates.

use serde_json::{Map, Value, json};

use crate::packet::Packet;
use crate::socket::Client;

/// The most bytes of updates that a returning viewer gets.
const RECOVERED: usize = 1024 * 1024;
/// The most bytes of an update besides its padding.
const BESIDE: usize = 400;

/// One viewer's history of one event, across all its connections.
#[derive(Debug, Default)]
pub struct History {
    pub epoch: String,
    pub seq: i64,
    pub state: Value,
    /// Updates and corrections received.
    pub updates: usize,
    /// Snapshots received.
    pub snapshots: usize,
    /// The padding of an update by `seq`, if 300 updates may exceed the 1 MiB that is recovered.
    pub filling: Option<fn(i64) -> usize>,
    /// The answer to a join promised a snapshot that has not arrived yet.
    snapshot_is_due: bool,
}

impl History {
    /// The `since` for the next join; `null` before the first state.
    pub fn since(&self) -> Value {
        if self.epoch.is_empty() { Value::Null } else { json!({ "epoch": self.epoch, "seq": self.seq }) }
    }

    /// Takes the answer to a `join` with this `since`.
    pub fn joined(&mut self, answer: &Value, since: &Value) {
        assert_eq!(answer["ok"], true, "{answer}");
        let epoch = answer["epoch"].as_str().expect("an epoch");
        let seq = number(&answer["seq"]);
        let can_recover =
            since["epoch"] == epoch && (0..=300).contains(&(seq - since["seq"].as_i64().unwrap_or_default()));
        let recovered = answer["recovered"] == true;
        assert!(!recovered || can_recover, "{since}: {answer}");
        if can_recover {
            let missed = since["seq"].as_i64().unwrap_or_default() + 1..=seq;
            let (count, filling) = (missed.clone().count(), self.filling.unwrap_or(|_| 0));
            let bytes: usize = missed.map(filling).sum();
            if recovered {
                assert!(bytes <= RECOVERED, "{bytes} bytes were recovered, {since}: {answer}");
            } else {
                assert!(bytes + count * BESIDE > RECOVERED, "of {bytes} bytes a snapshot, {since}: {answer}");
            }
        }
        epoch.clone_into(&mut self.epoch);
        self.snapshot_is_due = !recovered && seq > 0;
    }

    /// Takes a `score` message.
    pub fn score(&mut self, arguments: &[Value]) {
        let [data, meta] = arguments else { panic!("score has two arguments: {arguments:?}") };
        let (seq, kind) = (number(&meta["seq"]), meta["kind"].as_str().expect("a kind"));
        assert_eq!(meta["epoch"], self.epoch, "{meta}");
        if kind == "snapshot" {
            assert!(self.snapshot_is_due || seq >= self.seq, "back from {} to {meta}", self.seq);
            self.snapshots += 1;
            self.snapshot_is_due = false;
            self.state = data.clone();
        } else {
            assert!(!self.snapshot_is_due, "an update before the snapshot: {meta}");
            assert_eq!(seq, self.seq + 1, "a gap or a repetition");
            self.updates += 1;
            merge(&mut self.state, data);
        }
        self.seq = seq;
    }

    /// Takes a packet from the server.
    pub fn take(&mut self, packet: &Packet) {
        match packet {
            Packet::Message(name, arguments) if name == "score" => self.score(arguments),
            Packet::Message(..) | Packet::Answer(..) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }

    /// Joins with `since`, which may be `null`, and returns the answer. Packets after the answer are not taken yet.
    pub async fn join(&mut self, client: &mut Client, event_id: &str, since: Value) -> Value {
        let mut payload = json!({ "eventId": event_id });
        if !since.is_null() {
            payload["since"] = since.clone();
        }
        let own = client.ask("join", &payload.to_string()).await;
        loop {
            match client.next().await {
                Packet::Answer(id, answer) if id == own => {
                    self.joined(&answer, &since);
                    return answer;
                }
                packet => self.take(&packet),
            }
        }
    }

    /// Whether the history includes this update, or a later snapshot.
    pub fn has_state_of(&self, seq: i64) -> bool {
        self.seq >= seq && !self.snapshot_is_due
    }

    /// Reads from a client until this update.
    pub async fn follow(&mut self, client: &mut Client, seq: i64) {
        while !self.has_state_of(seq) {
            self.take(&client.next().await);
        }
    }
}

/// A whole number in a message.
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is not a whole number"))
}

/// JSON Merge Patch (RFC 7396, section 2): a separate implementation, because the server's is under test.
pub fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    for (name, value) in patch {
        if value.is_null() {
            target.as_object_mut().expect("it is an object").remove(name);
        } else {
            merge(&mut target[name], value);
        }
    }
}
