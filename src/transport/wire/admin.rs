//! What clients of `/admin` send.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::object::{objects, optional_objects};
use super::texts::{Number, given_json, given_number, optional_number, optional_word, word};
use super::viewer::Words;
use crate::domain::event::{Action, Status};
use crate::domain::id::{EventId, OpId};

/// `event:create`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventCreate {
    /// Its name on the wire; the server chooses one if it is left out.
    #[serde(default)]
    pub event_id: Option<EventId>,
    /// The kind of sport.
    pub sport: String,
    /// What people call it.
    pub title: String,
    /// When it starts, in milliseconds since the Unix epoch.
    #[serde(default, deserialize_with = "optional_number")]
    pub starts_at: Option<i64>,
    /// Who competes: any JSON, kept unchanged.
    #[serde(default)]
    pub competitors: Option<Box<RawValue>>,
    /// What players can earn points by.
    #[serde(default, deserialize_with = "objects")]
    pub actions: Vec<Action>,
}

/// `event:update`: what is given is changed; `null` clears `startsAt` and `competitors`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventUpdate {
    /// The event.
    pub event_id: EventId,
    /// The kind of sport.
    #[serde(default)]
    pub sport: Option<String>,
    /// What people call it.
    #[serde(default)]
    pub title: Option<String>,
    /// When it starts, in milliseconds since the Unix epoch.
    #[serde(default, deserialize_with = "given_number")]
    pub starts_at: Option<Option<i64>>,
    /// Who competes.
    #[serde(default, deserialize_with = "given_json")]
    pub competitors: Option<Box<RawValue>>,
    /// What players can earn points by.
    #[serde(default, deserialize_with = "optional_objects")]
    pub actions: Option<Vec<Action>>,
    /// Whether viewers may send messages.
    #[serde(default)]
    pub messages: Option<bool>,
}

/// `event:status`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventStatus {
    /// The event.
    pub event_id: EventId,
    /// Where it stands from now on.
    #[serde(deserialize_with = "word")]
    pub status: Status,
}

/// `event:assign` and `event:unassign`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventAssign {
    /// The event.
    pub event_id: EventId,
    /// The scorer's address.
    pub email: String,
}

/// `event:list`.
#[derive(Debug, Default, Deserialize)]
pub struct EventList {
    /// Only these.
    #[serde(default, deserialize_with = "optional_word")]
    pub status: Option<Status>,
    /// Only those that follow this one in the list.
    #[serde(default)]
    pub after: Option<EventId>,
}

/// `message` of `/admin`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WriteOfficial {
    /// The event.
    pub event_id: EventId,
    /// What it says.
    pub text: Words,
    /// Names the attempt, so that a retry has no second effect.
    #[serde(default)]
    pub op_id: Option<OpId>,
}

/// `message:delete`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageDelete {
    /// The event.
    pub event_id: EventId,
    /// The message.
    pub message_id: uuid::Uuid,
}

/// `stats`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatsOf {
    /// Of this event; otherwise of all that somebody watches.
    #[serde(default)]
    pub event_id: Option<EventId>,
}

/// `score` of `/admin`: a difference.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// The event.
    pub event_id: EventId,
    /// The difference: a JSON object, sent on unchanged.
    pub data: Box<RawValue>,
    /// Names the attempt, so that a retry has no second effect.
    #[serde(default)]
    pub op_id: Option<OpId>,
    /// The sequence number that the event must have now.
    #[serde(default, deserialize_with = "optional_number")]
    pub base_seq: Option<i64>,
}

/// `score:correct`: a difference that repairs earlier updates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoreCorrect {
    /// The event.
    pub event_id: EventId,
    /// The sequence numbers of the updates that do not hold any more.
    pub voids: Voids,
    /// The difference.
    pub data: Box<RawValue>,
    /// Why.
    pub reason: String,
    /// Names the attempt.
    #[serde(default)]
    pub op_id: Option<OpId>,
    /// The sequence number that the event must have now.
    #[serde(default, deserialize_with = "optional_number")]
    pub base_seq: Option<i64>,
}

/// One sequence number, or a list of them.
#[derive(Debug)]
pub struct Voids(pub Vec<i64>);

impl<'de> Deserialize<'de> for Voids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum VoidsInput {
            Many(Vec<Number>),
            One(Number),
        }
        match VoidsInput::deserialize(deserializer) {
            Ok(VoidsInput::Many(numbers)) => {
                Ok(Self(numbers.into_iter().map(|Number(number)| number).collect()))
            }
            Ok(VoidsInput::One(Number(number))) => Ok(Self(vec![number])),
            Err(_) => Err(serde::de::Error::custom("expected a whole number, or a list of them")),
        }
    }
}
