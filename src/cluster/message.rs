//! What nodes tell each other, and how it is written: JSON, shorter than a notification may be.

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
use crate::domain::viewer_summary::ViewerSummary;
use crate::storage::notifications::PAYLOAD_BYTES;

/// Emoji that are told at a time.
const COUNTS_AT_A_TIME: usize = 32;
/// Bytes of a message about crowds that are left for what stands around it.
const ENVELOPE_BYTES: usize = 200;

/// What a node tells the others.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClusterMessage {
    /// An update was committed.
    Update(EventId, Logged),
    /// The same for one that is too long to be told: it is in the log, under this number.
    Log(EventId, i64),
    /// What is known of an event has changed.
    Event(EventId),
    /// A scorer was assigned to an event, or taken off it.
    Scorer(UserId, EventId, bool),
    /// What an account may do has changed.
    Roles(UserId),
    /// A session or a service token has ended.
    Session,
    /// A player's points have changed, and perhaps an event's ten.
    Points(UserId, PointsChange, bool),
    /// Points were held: there is a new review.
    Held(Uuid),
    /// A review was decided.
    Decided(Uuid),
    /// Somebody wrote to an event's room.
    Message(EventId, RoomMessage),
    /// The same for one that is too long to be told: it is in the database.
    Messages(EventId),
    /// A message was deleted.
    Deleted(EventId, Uuid),
    /// What the crowds of this node do.
    Crowds(Vec<CrowdChange>),
    /// The node lives, and has so many sockets.
    Alive(usize),
    /// The node ends.
    Bye,
}

/// An update as it stands in the log.
#[derive(Debug, Serialize, Deserialize)]
pub struct Logged {
    seq: i64,
    #[serde(serialize_with = "clock::as_millis", deserialize_with = "clock::of_millis")]
    at: OffsetDateTime,
    data: Arc<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    correction: Option<(Vec<i64>, String)>,
}

/// What the crowd of one event does on a node.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CrowdChange {
    /// Who watches.
    #[serde(rename = "share")]
    Viewers(EventId, ViewerSummary),
    /// How often this run of the server has counted each of these emoji, from its start on.
    Counts(EventId, Vec<(String, u64)>),
    /// A reaction that is shown.
    Single(EventId, SharedReaction),
}

impl From<&Update> for Logged {
    fn from(update: &Update) -> Self {
        let Update { seq, at, body } = update;
        let correction = body.correction.clone().map(|Correction { voids, reason }| (voids, reason));
        Self { seq: *seq, at: *at, data: body.data.clone(), correction }
    }
}

impl From<Logged> for Update {
    fn from(Logged { seq, at, data, correction }: Logged) -> Self {
        let correction = correction.map(|(voids, reason)| Correction { voids, reason });
        Self { seq, at, body: UpdateBody { data, correction } }
    }
}

/// A message, whose it is, and when it was written.
#[derive(Debug, Serialize, Deserialize)]
struct Envelope<N, T> {
    from: N,
    at: i64,
    #[serde(rename = "note")]
    message: T,
}

/// A message that was heard.
#[derive(Debug)]
pub struct ReceivedMessage {
    /// The name of the node's run.
    pub from: String,
    /// When it was written, by that node's clock: for one that is sent with a commit, just before it.
    pub at: OffsetDateTime,
    /// The message.
    pub message: ClusterMessage,
}

/// A message as it is sent. What is too long is told by where it stands; `None`: it can't be told at all.
#[must_use]
pub fn write(from: &str, at: OffsetDateTime, message: &ClusterMessage) -> Option<String> {
    let at = clock::to_millis(at);
    let write = |message: &ClusterMessage| {
        let text = serde_json::to_string(&Envelope { from, at, message });
        text.expect("messages have text keys, and are written without error")
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

/// Reads what [`write`] has written; `None`: it was no node of this kind.
#[must_use]
pub fn read(text: &str) -> Option<ReceivedMessage> {
    let Envelope { from, at, message } =
        serde_json::from_str::<Envelope<String, ClusterMessage>>(text).ok()?;
    Some(ReceivedMessage { from, at: clock::from_millis(at)?, message })
}

/// What the crowds do, in as many messages as it takes. A reaction too long for one is left out.
#[must_use]
pub fn pack(crowds: Vec<CrowdChange>) -> Vec<ClusterMessage> {
    let (mut messages, mut some, mut bytes) = (Vec::new(), Vec::new(), 0);
    for crowd in crowds.into_iter().flat_map(in_parts) {
        let text = serde_json::to_string(&crowd);
        let length = text.expect("messages have text keys, and are written without error").len() + 1;
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

/// What comes over the bus.
#[derive(Debug)]
pub enum BusEvent {
    /// From now on messages are heard; what was told before may have been missed.
    Connected,
    /// A message, of this node or another.
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
        ClusterMessage::Update(event(), Logged::from(&Update { seq: 7, at: clock::now(), body }))
    }

    #[test]
    fn an_update_arrives_as_it_was_and_a_long_one_by_its_place() {
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
        assert_eq!((logged.seq, logged.at), (7, sent.at));
        assert_eq!(logged.body.data.get(), sent.body.data.get());
        assert_eq!(logged.body.correction, sent.body.correction);

        let long = write("a", now, &update(9_000)).expect("its place fits");
        assert!(
            matches!(read(&long).expect("a message").message, ClusterMessage::Log(id, 7) if id == event())
        );
        assert!(read("{}").is_none() && read("hello").is_none());
    }

    #[test]
    fn a_single_of_a_node_that_does_not_say_from_where_is_read() {
        let text = r#"{"Single":["match",{"id":"ann","emoji":":)","at":7}]}"#.replace("Single", "single");
        let CrowdChange::Single(_, shared) = serde_json::from_str(&text).expect("a crowd") else { panic!() };
        assert_eq!((shared.network, shared.reaction.id.as_str()), (NetworkKey(0), "ann"));
        let text = serde_json::to_string(&CrowdChange::Single(event(), shared)).expect("JSON");
        // Such a node reads what it knows of this one.
        assert!(text.contains(r#"{"id":"ann","emoji":":)","at":7,"network":0}"#), "{text}");
    }

    #[test]
    fn crowds_of_any_size_are_told_in_notes_that_fit() {
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
        assert_eq!(heard, 300 + 1024 / COUNTS_AT_A_TIME + 10, "all but the one too long");
        assert!(messages.len() < 50, "{}", messages.len());
    }
}
