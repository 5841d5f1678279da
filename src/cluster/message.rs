//! Messages between nodes and their encoding: JSON that fits in a Postgres notification.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::clock;
use crate::domain::id::{EventId, UserId};
use crate::domain::message::RoomMessage;
use crate::domain::points::PointsChange;
use crate::domain::reaction::SharedReaction;
use crate::domain::score::{Correction, Update, UpdateBody};
use crate::domain::update_time::UpdateTime;
use crate::domain::viewer_summary::ViewerSummary;
use crate::storage::notifications::PAYLOAD_BYTES;

/// Emoji counts per message.
const COUNTS_AT_A_TIME: usize = 32;
/// Bytes reserved for the envelope around a message about crowds.
const ENVELOPE_BYTES: usize = 200;

/// A message from one node to the others.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClusterMessage {
    /// An update was committed.
    Update(EventId, Logged),
    /// Updates were committed that are too long for a notification. Read them from the log, from this sequence number on.
    Log(EventId, i64),
    /// An event's details changed.
    Event(EventId),
    /// A scorer was assigned to an event, or removed from it.
    Scorer(UserId, EventId, bool),
    /// An account's roles changed.
    Roles(UserId),
    /// A session or a service token ended.
    Session,
    /// A player's points changed, and perhaps an event's top ten.
    Points(UserId, PointsChange, bool),
    /// Points were held: there is a new review.
    Held(Uuid),
    /// A review was decided.
    Decided(Uuid),
    /// A message was posted in an event's room.
    Message(EventId, RoomMessage),
    /// A message was posted that is too long for a notification. Read it from the database.
    Messages(EventId),
    /// A message was deleted.
    Deleted(EventId, Uuid),
    /// Viewers and reactions on this node.
    Crowds(Vec<CrowdChange>),
    /// The node is alive; the number of its sockets.
    Alive(usize),
    /// The node is shutting down.
    Bye,
}

/// An update as stored in the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Logged {
    seq: i64,
    #[serde(serialize_with = "clock::as_millis", deserialize_with = "clock::of_millis")]
    at: OffsetDateTime,
    /// In milliseconds since the Unix epoch. Older nodes ignore it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    received_at: Option<i64>,
    data: Arc<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    correction: Option<(Vec<i64>, String)>,
}

/// What one event's crowd does on a node.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CrowdChange {
    /// The viewers.
    #[serde(rename = "share")]
    Viewers(EventId, ViewerSummary),
    /// How often each emoji was counted since this run of the server started.
    Counts(EventId, Vec<(String, u64)>),
    /// A reaction that is shown individually.
    Single(EventId, SharedReaction),
}

impl From<&Update> for Logged {
    fn from(update: &Update) -> Self {
        let Update { seq, time: UpdateTime { at, received_at }, body } = update;
        let correction = body.correction.clone().map(|Correction { voids, reason }| (voids, reason));
        let received_at = received_at.map(clock::to_millis);
        Self { seq: *seq, at: *at, received_at, data: body.data.clone(), correction }
    }
}

impl From<Logged> for Update {
    fn from(Logged { seq, at, received_at, data, correction }: Logged) -> Self {
        let correction = correction.map(|(voids, reason)| Correction { voids, reason });
        let time = UpdateTime { at, received_at: received_at.and_then(clock::from_millis) };
        Self { seq, time, body: UpdateBody { data, correction } }
    }
}

/// A message with its sender and time.
#[derive(Debug, Serialize, Deserialize)]
struct Envelope<N, T> {
    from: N,
    at: i64,
    #[serde(rename = "note")]
    message: T,
}

/// A received message.
#[derive(Debug)]
pub struct ReceivedMessage {
    /// The name of the sender's run.
    pub from: String,
    /// When it was written, by the sender's clock. For a message sent with a commit, this is just before the commit.
    pub at: OffsetDateTime,
    /// The message.
    pub message: ClusterMessage,
}

/// Encodes a message. An update or post that is too long becomes a reference to where it is stored. Returns `None` if
/// the message does not fit at all.
pub fn write(from: &str, at: OffsetDateTime, message: &ClusterMessage) -> Option<String> {
    let at = clock::to_millis(at);
    let write = |message: &ClusterMessage| {
        let text = serde_json::to_string(&Envelope { from, at, message });
        text.expect("messages have string keys, so they serialize without error")
    };
    let fits = |text: &String| text.len() < PAYLOAD_BYTES;
    Some(write(message)).filter(fits).or_else(|| {
        let shorter = match message {
            ClusterMessage::Update(event_id, logged) => ClusterMessage::Log(event_id.clone(), logged.seq),
            ClusterMessage::Message(event_id, _) => ClusterMessage::Messages(event_id.clone()),
            _ => return None,
        };
        Some(write(&shorter)).filter(fits)
    })
}

/// Parses what [`write`] wrote. Returns `None` for anything else.
pub fn read(text: &str) -> Option<ReceivedMessage> {
    let Envelope { from, at, message } =
        serde_json::from_str::<Envelope<String, ClusterMessage>>(text).ok()?;
    Some(ReceivedMessage { from, at: clock::from_millis(at)?, message })
}

/// Packs crowd changes into as few messages as fit. Skips a reaction that is too long for a message.
pub fn pack(crowds: Vec<CrowdChange>) -> Vec<ClusterMessage> {
    let (mut messages, mut some, mut bytes) = (Vec::new(), Vec::new(), 0);
    for crowd in crowds.into_iter().flat_map(in_parts) {
        let text = serde_json::to_string(&crowd);
        let length = text.expect("messages have string keys, so they serialize without error").len() + 1;
        if length >= PAYLOAD_BYTES - ENVELOPE_BYTES {
            continue;
        }
        if bytes + length >= PAYLOAD_BYTES - ENVELOPE_BYTES {
            messages.push(ClusterMessage::Crowds(std::mem::take(&mut some)));
            bytes = 0;
        }
        bytes += length;
        some.push(crowd);
    }
    if !some.is_empty() {
        messages.push(ClusterMessage::Crowds(some));
    }
    messages
}

fn in_parts(crowd: CrowdChange) -> Vec<CrowdChange> {
    match crowd {
        CrowdChange::Counts(event_id, counts) => {
            let part = |counts: &[_]| CrowdChange::Counts(event_id.clone(), counts.to_vec());
            counts.chunks(COUNTS_AT_A_TIME).map(part).collect()
        }
        other => vec![other],
    }
}

/// An event on the bus.
#[derive(Debug)]
pub enum BusEvent {
    /// The listener is connected. Messages sent before may have been missed.
    Connected,
    /// A message from this node or another.
    Message(ReceivedMessage),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::emoji::Emoji;
    use crate::domain::network::NetworkKey;
    use crate::domain::reaction::Reaction;

    fn event() -> EventId {
        EventId::parse(&"x".repeat(64)).expect("an id")
    }

    fn update(bytes: usize) -> ClusterMessage {
        let data = serde_json::value::to_raw_value(&serde_json::json!({ "a": "é".repeat(bytes / 2) }));
        let correction = Some(Correction { voids: vec![3, 4], reason: "no ball".to_owned() });
        let body = UpdateBody { data: data.expect("JSON").into(), correction };
        let at = clock::now();
        let time = UpdateTime { at, received_at: Some(at + time::Duration::SECOND) };
        ClusterMessage::Update(event(), Logged::from(&Update { seq: 7, time, body }))
    }

    #[test]
    fn an_update_arrives_unchanged_and_a_long_one_as_a_reference() {
        let (now, short) = (clock::now(), update(100));
        let heard = read(&write("a", now, &short).expect("it fits")).expect("a message");
        assert_eq!((heard.from.as_str(), heard.at), ("a", now));
        let (ClusterMessage::Update(_, sent), ClusterMessage::Update(event_id, logged)) =
            (short, heard.message)
        else {
            panic!()
        };
        assert_eq!(event_id, event());
        let (sent, logged) = (Update::from(sent), Update::from(logged));
        assert_eq!((logged.seq, logged.time), (7, sent.time));
        assert_eq!(logged.body.data.get(), sent.body.data.get());
        assert_eq!(logged.body.correction, sent.body.correction);

        let long = write("a", now, &update(9_000)).expect("its reference fits");
        assert!(
            matches!(read(&long).expect("a message").message, ClusterMessage::Log(id, 7) if id == event())
        );
        assert!(read("{}").is_none() && read("hello").is_none());
    }

    #[test]
    fn a_single_without_a_network_is_read() {
        let text = r#"{"Single":["match",{"id":"ann","emoji":":)","at":7}]}"#.replace("Single", "single");
        let CrowdChange::Single(_, shared) = serde_json::from_str(&text).expect("a crowd") else { panic!() };
        assert_eq!((shared.network, shared.reaction.id.as_str()), (NetworkKey(0), "ann"));
        let text = serde_json::to_string(&CrowdChange::Single(event(), shared)).expect("JSON");
        // Such a node ignores the fields that it does not know.
        assert!(text.contains(r#"{"id":"ann","emoji":":)","at":7,"network":0}"#), "{text}");
    }

    #[test]
    fn crowds_of_any_size_are_packed_into_messages_that_fit() {
        let long = "\u{1}".repeat(1_000);
        let single = |comment: &str| SharedReaction {
            reaction: Reaction {
                id: "ann".to_owned(),
                name: None,
                emoji: Emoji::parse(":)").expect("an emoji"),
                comment: Some(comment.to_owned()),
                at: clock::now(),
            },
            network: NetworkKey(u64::MAX),
        };
        let mut crowds: Vec<_> =
            (0..300).map(|_| CrowdChange::Viewers(event(), ViewerSummary::default())).collect();
        crowds.push(CrowdChange::Counts(event(), (0..1024).map(|n| ("e".repeat(64), n)).collect()));
        crowds.extend((0..10).map(|_| CrowdChange::Single(event(), single(&long))));
        crowds.push(CrowdChange::Single(event(), single(&long.repeat(2))));
        let messages = pack(crowds);
        let mut heard = 0;
        for message in &messages {
            let text = write("abcdefghijkl", clock::now(), message).expect("it fits");
            let ClusterMessage::Crowds(some) = read(&text).expect("a message").message else {
                panic!("{text}")
            };
            heard += some.len();
        }
        assert_eq!(heard, 300 + 1024 / COUNTS_AT_A_TIME + 10, "all except the one that is too long");
        assert!(messages.len() < 50, "{}", messages.len());
    }
}
