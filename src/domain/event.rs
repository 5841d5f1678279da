//! An event: a sporting contest that scorers write to and viewers watch.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use ts_rs::TS;
use utoipa::ToSchema;

use super::clock;
use super::id::EventId;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Status {
    /// Announced; a scorer may already publish, such as a line-up.
    Scheduled,
    /// Under way.
    Live,
    /// Interrupted, to be resumed.
    Paused,
    /// Over: takes corrections, and nothing else.
    Ended,
}

impl Status {
    /// The word for it, on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// The status that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Scheduled, Self::Live, Self::Paused, Self::Ended].into_iter().find(|s| s.as_str() == word)
    }
}

/// What a player can earn points by, as configured on an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Action {
    /// What clients call it; unique within the event.
    pub name: String,
    /// What it is worth.
    pub points: u32,
    /// The least time from start to completion, in milliseconds.
    #[serde(default)]
    pub min_ms: u32,
    /// The least time between two completions by one player, in milliseconds.
    #[serde(default)]
    pub cooldown_ms: u32,
    /// How often one player may complete it in a UTC day.
    pub daily_cap: u32,
}

/// An event as everybody may see it.
#[derive(Debug, Clone, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Event {
    /// Its name on the wire.
    #[ts(type = "string")]
    #[schema(value_type = String, example = "IND-AUS:2026")]
    pub event_id: EventId,
    /// The kind of sport, such as `cricket`; a frontend chooses its scoreboard by it.
    pub sport: String,
    /// What people call the event.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// When it starts, if that is known.
    #[serde(serialize_with = "optional_millis")]
    #[ts(type = "number | null")]
    #[schema(value_type = Option<i64>, example = 1_780_000_000_000_i64)]
    pub starts_at: Option<OffsetDateTime>,
    /// Who competes: the creator's own JSON, unchanged.
    #[ts(type = "unknown")]
    #[schema(value_type = Value)]
    pub competitors: Option<Box<RawValue>>,
    /// What players can earn points by.
    pub actions: Vec<Action>,
    /// Whether viewers may send messages.
    pub messages: bool,
}

impl Event {
    /// Whether both say the same.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let json = |event: &Self| event.competitors.as_ref().map(|json| json.get().to_owned());
        let Self { event_id, sport, title, status, starts_at, competitors: _, actions, messages } = self;
        (event_id, sport, title, status, starts_at, actions, messages)
            == (
                &other.event_id,
                &other.sport,
                &other.title,
                &other.status,
                &other.starts_at,
                &other.actions,
                &other.messages,
            )
            && json(self) == json(other)
    }
}

/// The place in an event's history up to which somebody has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Names the history; another epoch is another history.
    pub epoch: String,
    /// The last update's sequence number; 0 before the first.
    pub seq: i64,
}

/// Writes an optional time as milliseconds.
#[expect(clippy::ref_option, reason = "the form that serde calls")]
fn optional_millis<S: serde::Serializer>(
    time: &Option<OffsetDateTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(clock::to_millis).serialize(serializer)
}

/// What to change of an event; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The kind of sport.
    pub sport: Option<String>,
    /// What people call it.
    pub title: Option<String>,
    /// Where it stands.
    pub status: Option<Status>,
    /// When it starts; `Some(None)`: not known any more.
    pub starts_at: Option<Option<OffsetDateTime>>,
    /// Who competes; `Some(None)`: not known any more.
    pub competitors: Option<Option<Box<RawValue>>>,
    /// What players can earn points by.
    pub actions: Option<Vec<Action>>,
    /// Whether viewers may send messages.
    pub messages: Option<bool>,
}

impl Changes {
    /// Whether nothing but the status changes: what a scorer may do too.
    #[must_use]
    pub fn is_status_alone(&self) -> bool {
        let Self { sport, title, status, starts_at, competitors, actions, messages } = self;
        let others = sport.is_some()
            || title.is_some()
            || starts_at.is_some()
            || competitors.is_some()
            || actions.is_some()
            || messages.is_some();
        status.is_some() && !others
    }
}
