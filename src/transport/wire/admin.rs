//! The messages that clients of `/admin` send, except scores.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::object::{given_object, objects, optional_object, optional_objects};
use super::texts::{flag, given, given_json, given_number, optional_number, word, words};
use super::viewer::Words;
use crate::domain::event::{Action, Competition, ListPlace, Status};
use crate::domain::id::{EventId, OpId};

/// `event:create`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventCreate {
    /// The event's id; the server chooses one by default.
    pub event_id: Option<EventId>,
    /// The kind of sport.
    pub sport: String,
    /// The title, for people.
    pub title: String,
    /// When it starts, in milliseconds since the Unix epoch.
    #[serde(default, deserialize_with = "optional_number")]
    pub starts_at: Option<i64>,
    /// The competitors: any JSON, stored unchanged.
    pub competitors: Option<Box<RawValue>>,
    /// The actions that earn points.
    #[serde(default, deserialize_with = "objects")]
    pub actions: Vec<Action>,
    /// Where it takes place.
    pub venue: Option<String>,
    /// The competition it belongs to.
    #[serde(default, deserialize_with = "optional_object")]
    pub competition: Option<Competition>,
    /// An app's own rules of the sport: any JSON, stored unchanged.
    pub format: Option<Box<RawValue>>,
}

/// `event:update`: changes the fields that are present; `null` clears `startsAt`, `competitors`, `venue`,
/// `competition` and `format`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventUpdate {
    /// The event.
    pub event_id: EventId,
    /// The kind of sport.
    pub sport: Option<String>,
    /// The title, for people.
    pub title: Option<String>,
    /// When it starts, in milliseconds since the Unix epoch.
    #[serde(default, deserialize_with = "given_number")]
    pub starts_at: Option<Option<i64>>,
    /// The competitors.
    #[serde(default, deserialize_with = "given_json")]
    pub competitors: Option<Box<RawValue>>,
    /// The actions that earn points.
    #[serde(default, deserialize_with = "optional_objects")]
    pub actions: Option<Vec<Action>>,
    /// Where it takes place.
    #[serde(default, deserialize_with = "given")]
    pub venue: Option<Option<String>>,
    /// The competition it belongs to.
    #[serde(default, deserialize_with = "given_object")]
    pub competition: Option<Option<Competition>>,
    /// An app's own rules of the sport.
    #[serde(default, deserialize_with = "given_json")]
    pub format: Option<Box<RawValue>>,
    /// Whether viewers may send messages.
    pub messages: Option<bool>,
}

/// `event:status`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventStatus {
    /// The event.
    pub event_id: EventId,
    /// The new status.
    #[serde(deserialize_with = "word")]
    pub status: Status,
}

/// `event:archive` and `event:unarchive`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventArchive {
    /// The event.
    pub event_id: EventId,
}

/// `event:delete`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventDelete {
    /// The event.
    pub event_id: EventId,
    /// The same id again: a deletion cannot be undone.
    pub confirm: EventId,
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

/// `event:list`, and the query of `GET /api/events`: which events, and which page of them.
#[derive(Debug, Default, Deserialize)]
pub struct EventList {
    /// Only events with one of these statuses.
    #[serde(default, deserialize_with = "words")]
    pub status: Vec<Status>,
    /// Only events of this sport.
    pub sport: Option<String>,
    /// Only events of this competition.
    pub competition: Option<EventId>,
    /// Only events whose title, sport or competitors contain this text.
    pub q: Option<String>,
    /// Only events that start at this time or later.
    #[serde(default, deserialize_with = "optional_number")]
    pub from: Option<i64>,
    /// Only events that start at this time or earlier.
    #[serde(default, deserialize_with = "optional_number")]
    pub to: Option<i64>,
    /// At most this many.
    #[serde(default, deserialize_with = "optional_number")]
    pub limit: Option<i64>,
    /// Only events after this place in the list.
    pub after: Option<ListPlace>,
    /// Only events that the caller may score.
    #[serde(default, deserialize_with = "flag")]
    pub mine: bool,
}

/// `message` of `/admin`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WriteOfficial {
    /// The event.
    pub event_id: EventId,
    /// The text.
    pub text: Words,
    /// Names the attempt, so that a retry has no second effect.
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
    /// The event to report on; without it, all events that have viewers.
    pub event_id: Option<EventId>,
}
