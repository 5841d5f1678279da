//! The bodies of the calls, for the description of the API. They are read as the messages of `/admin` in `wire`.
#![expect(dead_code, reason = "only their derives read them")]

use utoipa::ToSchema;

use crate::domain::event::{Action, Competition, Status};

/// A side of an event.
#[derive(ToSchema)]
pub struct Competitor {
    /// Its name.
    name: String,
    /// A short name.
    short: Option<String>,
    /// A colour, as in CSS.
    color: Option<String>,
    /// Its players.
    players: Option<Vec<String>>,
}

/// An event's details.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct EventBody {
    /// The event's id; the server chooses one by default. With an id in the path it must be that one.
    event_id: Option<String>,
    /// The kind of sport. Required for a new event.
    sport: Option<String>,
    /// The title, for people. Required for a new event.
    title: Option<String>,
    /// When it starts, in milliseconds since the Unix epoch.
    starts_at: Option<i64>,
    /// The competitors. Other shapes are kept, too.
    competitors: Option<Vec<Competitor>>,
    /// The actions that earn points.
    actions: Option<Vec<Action>>,
    /// Where it takes place.
    venue: Option<String>,
    /// The competition it belongs to.
    competition: Option<Competition>,
    /// An app's own rules of the sport: any JSON up to 4 KiB.
    #[schema(value_type = Option<Value>)]
    format: Option<()>,
}

/// Changes of an event. `null` clears `startsAt`, `competitors`, `venue`, `competition` and `format`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct EventChanges {
    /// The kind of sport.
    sport: Option<String>,
    /// The title, for people.
    title: Option<String>,
    /// When it starts, in milliseconds since the Unix epoch.
    starts_at: Option<i64>,
    /// The competitors. Other shapes are kept, too.
    competitors: Option<Vec<Competitor>>,
    /// The actions that earn points.
    actions: Option<Vec<Action>>,
    /// Where it takes place.
    venue: Option<String>,
    /// The competition it belongs to.
    competition: Option<Competition>,
    /// An app's own rules of the sport: any JSON up to 4 KiB.
    #[schema(value_type = Option<Value>)]
    format: Option<()>,
    /// Whether viewers may send messages.
    messages: Option<bool>,
}

/// An event's status.
#[derive(ToSchema)]
pub struct StatusBody {
    /// The new status.
    status: Status,
}

/// One update, or several in `updates`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ScoreUpdates {
    /// The merge patch (RFC 7396).
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    data: Option<()>,
    /// Names the attempt; `Idempotency-Key` does the same.
    op_id: Option<String>,
    /// The `seq` that the event must have now.
    base_seq: Option<i64>,
    /// When it happened, in milliseconds since the Unix epoch; now by default.
    at: Option<i64>,
    /// In place of the other fields: 1 to 500 updates, published together.
    updates: Option<Vec<ScoreUpdate>>,
}

/// One update of several.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ScoreUpdate {
    /// The merge patch (RFC 7396).
    #[schema(value_type = BTreeMap<String, Value>)]
    data: (),
    /// Names the attempt.
    op_id: Option<String>,
    /// The `seq` that the event must have before this update.
    base_seq: Option<i64>,
    /// When it happened, in milliseconds since the Unix epoch; now by default.
    at: Option<i64>,
}

/// A correction.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CorrectionBody {
    /// The updates that it voids: 1 to 100.
    voids: Vec<i64>,
    /// The merge patch that repairs the state.
    #[schema(value_type = BTreeMap<String, Value>)]
    data: (),
    /// The reason, for people.
    reason: String,
    /// Names the attempt; `Idempotency-Key` does the same.
    op_id: Option<String>,
    /// The `seq` that the event must have now.
    base_seq: Option<i64>,
    /// When it happened, in milliseconds since the Unix epoch; now by default.
    at: Option<i64>,
}

/// An official message.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct MessageBody {
    /// The text.
    text: String,
    /// Names the attempt; `Idempotency-Key` does the same.
    op_id: Option<String>,
}
