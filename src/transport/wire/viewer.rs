//! The messages that clients of `/` send.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::object::Object;
use super::texts::{flag, number, optional_text, words};
use crate::domain::emoji::Emoji;
use crate::domain::event::{Position, Status};
use crate::domain::id::{EventId, OpId};

/// `join`: opens an event. A bare `eventId` works too.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Join {
    /// The event.
    pub event_id: EventId,
    /// A guest's chosen name: a string, or a number as a string.
    #[serde(default, deserialize_with = "optional_text")]
    pub id: Option<String>,
    /// The last position the client has seen.
    pub since: Option<Since>,
    /// Whether to send the whole state in place of each update.
    #[serde(default, deserialize_with = "flag")]
    pub full: bool,
}

/// `leave` and `score` of `/`: the event, which may be omitted if the client is in exactly one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRef {
    /// The event.
    pub event_id: Option<EventId>,
}

/// `events:watch`: which list of events.
#[derive(Debug, Default, Deserialize)]
pub struct EventsWatch {
    /// Only events with one of these statuses.
    #[serde(default, deserialize_with = "words")]
    pub status: Vec<Status>,
    /// Only events of this sport.
    pub sport: Option<String>,
    /// Only events of this competition.
    pub competition: Option<EventId>,
    /// Only events whose title, sport or competitors contain this text.
    pub q: Option<String>,
}

/// Detects a scorer's `score` sent to `/` by mistake: it belongs in `/admin`.
#[derive(Debug, Default, Deserialize)]
pub struct Misplaced {
    /// Whether it has the `data` of an update.
    #[serde(default, rename = "data", deserialize_with = "is_given")]
    pub has_data: bool,
}

fn is_given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// `reaction`. The socket identifies the sender: an `id` is ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct React {
    /// The emoji.
    pub emoji: Emoji,
    /// A comment sent with it.
    #[serde(default, deserialize_with = "optional_text")]
    pub comment: Option<String>,
    /// The event; may be omitted if the client is in exactly one.
    pub event_id: Option<EventId>,
    /// Names the attempt, so that a retry has no second effect.
    pub op_id: Option<OpId>,
}

/// `message` of `/`. A bare string works too.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Write {
    /// The text.
    pub text: Words,
    /// The event; may be omitted if the client is in exactly one.
    pub event_id: Option<EventId>,
    /// Names the attempt, so that a retry has no second effect.
    pub op_id: Option<OpId>,
}

/// A string, or a number as a string.
#[derive(Debug)]
pub struct Words(pub String);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        optional_text(deserializer)?
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected a string or a number"))
    }
}

/// A position in an event's history: `{epoch, seq}`, or the string `epoch:seq`.
#[derive(Debug)]
pub struct Since(pub Position);

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct SinceObject {
            epoch: String,
            #[serde(deserialize_with = "number")]
            seq: i64,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum SinceInput {
            Text(String),
            Object(Object<SinceObject>),
        }
        let place = match SinceInput::deserialize(deserializer) {
            Ok(SinceInput::Object(Object(SinceObject { epoch, seq }))) => Some((epoch, seq)),
            Ok(SinceInput::Text(text)) => {
                text.rsplit_once(':').and_then(|(epoch, seq)| Some((epoch.to_owned(), seq.parse().ok()?)))
            }
            Err(_) => None,
        };
        let expected = || serde::de::Error::custom("expected {epoch, seq} or epoch:seq, with a seq from 0");
        let (epoch, seq) = place.filter(|(_, seq)| *seq >= 0).ok_or_else(expected)?;
        Ok(Self(Position { epoch, seq }))
    }
}
