//! Shared by the peers: the event and its messages.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

/// The watched event, in memory only.
#[derive(Default)]
pub struct Event {
    /// All updates, merged.
    pub state: Value,
    /// The number of the last update.
    pub seq: u64,
}

impl Event {
    /// Merges an update.
    pub fn apply(&mut self, update: &Value) {
        self.seq += 1;
        merge(&mut self.state, update);
    }

    /// The metadata of an update or a snapshot.
    #[must_use]
    pub fn meta(&self, kind: &str) -> Value {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        json!({ "eventId": "the-match", "epoch": "0", "seq": self.seq, "kind": kind, "at": at as u64 })
    }

    /// The answer to a join.
    #[must_use]
    pub fn joined(&self) -> Value {
        static VIEWERS: AtomicU64 = AtomicU64::new(0);
        let total = VIEWERS.fetch_add(1, Ordering::Relaxed) + 1;
        let viewers = json!({ "total": total, "users": 0, "guests": total });
        let event = json!({ "eventId": "the-match", "sport": "cricket", "title": "Home v Away" });
        json!({ "ok": true, "eventId": "the-match", "viewerId": total.to_string(), "epoch": "0",
            "seq": self.seq, "recovered": false, "event": event, "viewers": viewers })
    }
}

/// JSON Merge Patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(target) = target.as_object_mut() else { return };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// Prints where the server listens, in the format that the benchmark expects.
pub fn listening(address: std::net::SocketAddr) {
    println!("The peer is listening on http://{address}");
}
