//! What one viewer has seen of an event, and whether that is what the contract promises: each update once, in
//! order, without a gap, or a snapshot in place of what was missed.

use serde_json::{Map, Value, json};

use crate::packet::Packet;
use crate::socket::Client;

/// The most bytes of updates that a returning viewer is sent.
const RECOVERED: usize = 1024 * 1024;
/// The most bytes of an update besides its filling.
const BESIDE: usize = 400;

/// One viewer's view of one event, over all its connections.
#[derive(Debug, Default)]
pub struct History {
    pub epoch: String,
    pub seq: i64,
    pub state: Value,
    /// How many updates and corrections came.
    pub updates: usize,
    /// How many snapshots came.
    pub snapshots: usize,
    /// How many bytes the test has put into an update, where 300 of them may be more than the 1 MiB that is recovered.
    pub filling: Option<fn(i64) -> usize>,
    /// A join was answered with the promise of a snapshot.
    snapshot_is_due: bool,
}

impl History {
    /// The place to go on from; `null` before the first.
    pub fn since(&self) -> Value {
        if self.epoch.is_empty() { Value::Null } else { json!({ "epoch": self.epoch, "seq": self.seq }) }
    }

    /// Takes note of an answer to `join` with this `since`.
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

    /// Takes what a client has been sent.
    pub fn take(&mut self, packet: &Packet) {
        match packet {
            Packet::Message(name, arguments) if name == "score" => self.score(arguments),
            Packet::Message(..) | Packet::Answer(..) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }

    /// Joins with what was seen so far, or with nothing (`null`). Gives the answer; what follows it is not
    /// taken yet.
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

    /// Whether it has seen this update, or what stands for it.
    pub fn has_state_of(&self, seq: i64) -> bool {
        self.seq >= seq && !self.snapshot_is_due
    }

    /// Follows a client until it has seen this update.
    pub async fn follow(&mut self, client: &mut Client, seq: i64) {
        while !self.has_state_of(seq) {
            self.take(&client.next().await);
        }
    }
}

/// A whole number of the server's.
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is not a whole number"))
}

/// JSON Merge Patch, RFC 7396 section 2, written once more: the server's own is what is tested.
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
