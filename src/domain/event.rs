//! An event: a sporting contest that scorers write to and viewers watch.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use ts_rs::TS;
use utoipa::ToSchema;

use super::clock;
use super::id::EventId;
use super::json;

mod filter;
mod list_key;
mod list_place;

pub use filter::{Candidate, EventFilter};
pub use list_key::{KeyRange, search_text};
pub use list_place::ListPlace;

/// An event's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Status {
    /// Announced. Scorers may already publish data, such as a line-up.
    Scheduled,
    /// In progress.
    Live,
    /// Interrupted, and will resume.
    Paused,
    /// Over. Accepts only corrections.
    Ended,
}

impl Status {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// Parses a status.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Scheduled, Self::Live, Self::Paused, Self::Ended].into_iter().find(|s| s.as_str() == word)
    }
}

/// An action that earns points, as configured on an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Action {
    /// Its name, unique within the event.
    pub name: String,
    /// The points that it earns.
    pub points: u32,
    /// The minimum time from start to completion, in milliseconds.
    #[serde(default)]
    pub min_ms: u32,
    /// The minimum time between two completions by one player, in milliseconds.
    #[serde(default)]
    pub cooldown_ms: u32,
    /// How often one player may complete it in a UTC day.
    pub daily_cap: u32,
}

/// A competition that groups events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Competition {
    /// Its id, with the characters of an event's id.
    #[ts(type = "string")]
    #[schema(value_type = String, example = "cup-2026")]
    pub id: EventId,
    /// Its title.
    pub title: String,
}

/// An event's public details.
#[derive(Debug, Clone, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Event {
    /// The event's id.
    #[ts(type = "string")]
    #[schema(value_type = String, example = "IND-AUS:2026")]
    pub event_id: EventId,
    /// The kind of sport, such as `cricket`; frontends use it to choose a scoreboard.
    pub sport: String,
    /// The title.
    pub title: String,
    /// The status.
    pub status: Status,
    /// When it starts, if known.
    #[serde(serialize_with = "clock::as_optional_millis")]
    #[ts(type = "number | null")]
    #[schema(value_type = Option<i64>, example = 1_780_000_000_000_i64)]
    pub starts_at: Option<OffsetDateTime>,
    /// The competitors: the creator's JSON, unchanged.
    #[ts(type = "unknown")]
    #[schema(value_type = Value)]
    pub competitors: Option<Box<RawValue>>,
    /// The actions that earn points.
    pub actions: Vec<Action>,
    /// Whether viewers may send messages.
    pub messages: bool,
    /// Where it takes place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub venue: Option<String>,
    /// The competition it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub competition: Option<Competition>,
    /// When its status became `ended`.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "clock::as_optional_millis")]
    #[ts(type = "number", optional)]
    #[schema(value_type = Option<i64>, example = 1_780_007_200_000_i64)]
    pub ended_at: Option<OffsetDateTime>,
    /// When it was archived.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "clock::as_optional_millis")]
    #[ts(type = "number", optional)]
    #[schema(value_type = Option<i64>, example = 1_780_093_600_000_i64)]
    pub archived_at: Option<OffsetDateTime>,
    /// An app's own rules of the sport: the creator's JSON, unchanged. Lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "unknown", optional)]
    #[schema(value_type = Value)]
    pub format: Option<Box<RawValue>>,
}

impl Event {
    /// A scheduled event with the required details only.
    pub fn new(event_id: EventId, sport: String, title: String) -> Self {
        Self {
            event_id,
            sport,
            title,
            status: Status::Scheduled,
            starts_at: None,
            competitors: None,
            actions: Vec::new(),
            messages: true,
            venue: None,
            competition: None,
            ended_at: None,
            archived_at: None,
            format: None,
        }
    }

    /// Whether both have the same content.
    pub fn is_same_as(&self, other: &Self) -> bool {
        json::text(self) == json::text(other)
    }
}

/// The news that an event was deleted.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EventDeleted {
    /// The event's id.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// Always true.
    #[ts(type = "true")]
    pub deleted: bool,
}

/// A position in an event's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Identifies the history; a new epoch starts a new history.
    pub epoch: String,
    /// The last update's sequence number; 0 before the first.
    pub seq: i64,
}

/// Changes to an event; a `None` leaves the field unchanged.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The kind of sport.
    pub sport: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The status.
    pub status: Option<Status>,
    /// When it starts; `Some(None)` clears it.
    pub starts_at: Option<Option<OffsetDateTime>>,
    /// The competitors; `Some(None)` clears them.
    pub competitors: Option<Option<Box<RawValue>>>,
    /// The actions that earn points.
    pub actions: Option<Vec<Action>>,
    /// Whether viewers may send messages.
    pub messages: Option<bool>,
    /// Where it takes place; `Some(None)` clears it.
    pub venue: Option<Option<String>>,
    /// The competition it belongs to; `Some(None)` removes it from its competition.
    pub competition: Option<Option<Competition>>,
    /// An app's own rules of the sport; `Some(None)` clears them.
    pub format: Option<Option<Box<RawValue>>>,
}

impl Changes {
    /// Changes to the status alone.
    pub fn of_status(status: Status) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// Whether only the status changes, which scorers may do too.
    pub fn is_status_alone(&self) -> bool {
        let Self {
            sport,
            title,
            status,
            starts_at,
            competitors,
            actions,
            messages,
            venue,
            competition,
            format,
        } = self;
        let others = sport.is_some()
            || title.is_some()
            || starts_at.is_some()
            || competitors.is_some()
            || actions.is_some()
            || messages.is_some()
            || venue.is_some()
            || competition.is_some()
            || format.is_some();
        status.is_some() && !others
    }

    /// Applies the changes to an event, now.
    pub fn apply(self, event: &mut Event, now: OffsetDateTime) {
        let Self {
            sport,
            title,
            status,
            starts_at,
            competitors,
            actions,
            messages,
            venue,
            competition,
            format,
        } = self;
        replace(&mut event.sport, sport);
        replace(&mut event.title, title);
        replace(&mut event.starts_at, starts_at);
        replace(&mut event.competitors, competitors);
        replace(&mut event.actions, actions);
        replace(&mut event.messages, messages);
        replace(&mut event.venue, venue);
        replace(&mut event.competition, competition);
        replace(&mut event.format, format);
        if let Some(status) = status {
            event.ended_at = (status == Status::Ended).then(|| event.ended_at.unwrap_or(now));
            event.status = status;
        }
    }
}

fn replace<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}
