//! What requests are answered with.

use serde::Serialize;
use serde_json::value::RawValue;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::domain::crowd::CrowdStats;
use crate::domain::event::Event;
use crate::domain::id::EventId;
use crate::domain::score::UpdateKind;
use crate::live::crowd::Viewers;
use crate::transport::error::Failure;

/// An answer that says yes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct Ok<T> {
    /// Always true.
    pub ok: bool,
    /// What else it says.
    #[serde(flatten)]
    pub body: T,
}

impl<T> Ok<T> {
    /// Yes, and this.
    pub fn with(body: T) -> Self {
        Self { ok: true, body }
    }
}

/// Nothing beside `ok`.
#[derive(Debug, Serialize)]
pub struct Nothing {}

/// An answer that says no.
#[derive(Debug, Serialize)]
pub struct NotOk<'a> {
    /// Always false.
    pub ok: bool,
    /// Why.
    pub error: &'a Failure,
}

/// The answer to `join`.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct JoinAnswer<'a> {
    /// The event.
    #[ts(type = "string")]
    pub event_id: &'a EventId,
    /// Who the server takes the client for, in this event.
    pub viewer_id: String,
    /// Names the event's history.
    pub epoch: &'a str,
    /// The last update's place in it.
    #[ts(type = "number")]
    pub seq: i64,
    /// Whether the client is sent what it missed, rather than a snapshot.
    pub recovered: bool,
    /// The event.
    pub event: &'a Event,
    /// Who watches, the client included.
    pub viewers: Viewers,
}

/// The answer to `score` of `/`: the snapshot follows.
#[derive(Debug, Serialize)]
pub struct PositionAnswer<'a> {
    /// Names the event's history.
    pub epoch: &'a str,
    /// The last update's place in it.
    pub seq: i64,
}

/// The answer to `ping`, and the message `pong` where no acknowledgement was asked for.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Pong {
    /// The server's time, in milliseconds since the Unix epoch.
    pub now: i64,
}

/// The answer to `event:create`, `event:update` and `event:status`.
#[derive(Debug, Serialize)]
pub struct EventAnswer {
    /// The event.
    pub event: Event,
}

/// The answer to `event:list`, and to `GET /api/events`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventsAnswer {
    /// The events.
    pub events: Vec<EventSummary>,
    /// The event after which the next page begins; null where this is the last one.
    #[ts(type = "string | null")]
    #[schema(value_type = Option<String>)]
    pub next: Option<EventId>,
}

/// An event in a list.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventSummary {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// The last update's place in its history.
    #[ts(type = "number")]
    pub seq: i64,
    /// Who watches.
    pub viewers: Viewers,
}

/// The answer to `stats`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct StatsAnswer {
    /// Names this run of this node.
    pub node: String,
    /// Its sockets.
    pub connections: ConnectionStats,
    /// The nodes that share the database, this one first, as far as they were heard of lately.
    pub nodes: Vec<NodeStats>,
    /// The events that somebody watches on this node.
    pub events: Vec<EventStats>,
    /// Who watched the event that was asked for: the fields of [`CrowdStats`] stand beside the others.
    #[serde(flatten)]
    #[ts(skip)]
    pub crowd: Option<CrowdStats>,
}

/// A node, by the last that was heard of it.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NodeStats {
    /// Names this run of it.
    pub id: String,
    /// Its sockets.
    #[ts(type = "number")]
    pub connections: usize,
    /// When it was last heard of, in milliseconds since the Unix epoch. After ten seconds it is not listed.
    #[ts(type = "number")]
    pub last_heard: i64,
}

/// How many sockets a node has, by what they came over.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[ts(export)]
pub struct ConnectionStats {
    /// Over WebSocket.
    #[ts(type = "number")]
    pub websocket: usize,
    /// Over polling.
    #[ts(type = "number")]
    pub polling: usize,
    /// Of these, clients of protocol v4 (1.x and 2.x).
    #[ts(type = "number")]
    pub v4: usize,
    /// Over a WebSocket without Socket.IO.
    #[ts(type = "number")]
    pub plain: usize,
    /// Over server-sent events.
    #[ts(type = "number")]
    pub streams: usize,
}

/// An event that somebody watches.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EventStats {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// Who watches.
    pub viewers: Viewers,
    /// Sockets in its room.
    #[ts(type = "number")]
    pub members: usize,
    /// Of these, those that are not up to date just now.
    #[ts(type = "number")]
    pub behind: usize,
}

/// The answer to `score` and `score:correct` of `/admin`.
#[derive(Debug, Serialize)]
pub struct ScoreAnswer {
    /// Names the event's history.
    pub epoch: String,
    /// The update's place in it.
    pub seq: i64,
    /// Whether an earlier attempt had put it there.
    pub duplicate: bool,
}

/// The answer to `GET /api/events/{id}`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventState {
    /// The event.
    pub event: Event,
    /// Names its history.
    pub epoch: String,
    /// The last update's place in it.
    #[ts(type = "number")]
    pub seq: i64,
    /// All updates, merged; `null` before the first.
    #[ts(type = "Record<string, unknown> | null")]
    #[schema(value_type = Option<Object>)]
    pub snapshot: Option<Box<RawValue>>,
    /// Who watches.
    pub viewers: Viewers,
}

/// The answer to `GET /api/events/{id}/updates`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct UpdatesAnswer {
    /// Names the event's history.
    pub epoch: String,
    /// Updates in order.
    pub updates: Vec<LoggedUpdate>,
    /// What to pass as `after` for the next page; `null` where there is none yet.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
}

/// One entry of an event's log.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct LoggedUpdate {
    /// Its place.
    #[ts(type = "number")]
    pub seq: i64,
    /// An update or a correction.
    pub kind: UpdateKind,
    /// The scorer's own JSON object, unchanged.
    #[ts(type = "Record<string, unknown>")]
    #[schema(value_type = Object)]
    pub data: std::sync::Arc<RawValue>,
    /// When it was taken, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at: i64,
    /// Of a correction: the updates that do not hold any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "number[]", optional)]
    pub voids: Option<Vec<i64>>,
    /// Of a correction: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}
