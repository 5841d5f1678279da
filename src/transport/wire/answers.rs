//! The answers to requests.

use serde::Serialize;
use serde_json::value::RawValue;
use ts_rs::TS;
use utoipa::ToSchema;

use super::Summary;
use crate::domain::crowd::CrowdStats;
use crate::domain::event::{Event, ListPlace};
use crate::domain::id::EventId;
use crate::domain::score::UpdateKind;
use crate::live::crowd::Viewers;
use crate::services::node::{EventStats, NodeStats};
use crate::transport::error::Failure;

/// A successful answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct Ok<T> {
    /// Always true.
    pub ok: bool,
    /// The other fields.
    #[serde(flatten)]
    pub body: T,
}

impl<T> Ok<T> {
    /// A successful answer with this body.
    pub fn with(body: T) -> Self {
        Self { ok: true, body }
    }
}

/// No field besides `ok`.
#[derive(Debug, Serialize)]
pub struct Nothing {}

/// An error answer.
#[derive(Debug, Serialize)]
pub struct NotOk<'a> {
    /// Always false.
    pub ok: bool,
    /// The error.
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
    /// The viewer's id in this event.
    pub viewer_id: String,
    /// Names the event's history.
    pub epoch: &'a str,
    /// The last update's sequence number.
    pub seq: i64,
    /// Whether the missed updates follow, in place of a snapshot.
    pub recovered: bool,
    /// The event.
    pub event: &'a Event,
    /// The viewers, the client included.
    pub viewers: Viewers,
}

/// The answer to `score` of `/`: the snapshot follows.
#[derive(Debug, Serialize)]
pub struct PositionAnswer<'a> {
    /// Names the event's history.
    pub epoch: &'a str,
    /// The last update's sequence number.
    pub seq: i64,
}

/// The answer to `ping`, and the message `pong` if the client asked for no acknowledgement.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Pong {
    /// The server's time, in milliseconds since the Unix epoch.
    pub now: i64,
}

/// The answer to `event:create`, `event:update` and `event:status`.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAnswer {
    /// The event.
    pub event: Event,
}

/// The answer to `message` of `/admin`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageAnswer {
    /// The message.
    #[schema(value_type = String)]
    pub message_id: uuid::Uuid,
}

/// The answer to `event:list`, and to `GET /api/events`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventsAnswer {
    /// The events.
    pub events: Vec<EventSummary>,
    /// The value to pass as `after` for the next page; `null` on the last page.
    #[ts(type = "string | null")]
    #[schema(value_type = Option<String>)]
    pub next: Option<ListPlace>,
}

/// The answer to `events:watch`: an [`EventsAnswer`] whose events are serialised once for all watchers.
#[derive(Debug, Serialize)]
pub struct EventsWatchAnswer<'a> {
    /// The events.
    pub events: &'a RawValue,
    /// The value to pass to `GET /api/events` as `after` for the next page; `null` on the last page.
    pub next: Option<&'a ListPlace>,
}

/// An event in a list.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct EventSummary {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// The last update's sequence number.
    pub seq: i64,
    /// The viewers.
    pub viewers: Viewers,
    /// The `summary` of its state; `null` without one.
    #[ts(as = "Option<Summary>")]
    #[schema(value_type = Option<Summary>)]
    pub summary: Option<Box<RawValue>>,
}

/// The answer to `stats`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct StatsAnswer {
    /// This node's id, new with each start.
    pub node: String,
    /// This node's sockets.
    pub connections: ConnectionStats,
    /// The nodes sharing the database that were heard from recently, this one first.
    pub nodes: Vec<NodeStats>,
    /// The events that have viewers on this node.
    pub events: Vec<EventStats>,
    /// The audience of the requested event. The fields of [`CrowdStats`] are inlined.
    #[serde(flatten)]
    #[ts(skip)]
    pub crowd: Option<CrowdStats>,
}

/// The number of a node's sockets, by transport.
#[derive(Debug, Default, Clone, Copy, Serialize, TS)]
#[ts(export)]
pub struct ConnectionStats {
    /// Over WebSocket.
    pub websocket: usize,
    /// Over polling.
    pub polling: usize,
    /// Of both, the clients of protocol v4 (1.x and 2.x).
    pub v4: usize,
    /// Over a WebSocket without Socket.IO.
    pub plain: usize,
    /// Over server-sent events.
    pub streams: usize,
}

/// The answer to `score` and `score:correct` of `/admin`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreAnswer {
    /// Names the event's history.
    pub epoch: String,
    /// The update's sequence number.
    pub seq: i64,
    /// Whether an earlier attempt had already stored it.
    pub duplicate: bool,
    /// What is wrong with the state's `summary`, for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// The answer to `score`, by its form.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Scored {
    /// One update.
    One(ScoreAnswer),
    /// Several updates.
    Batch(BatchAnswer),
}

/// The answer to `score` with several updates.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// Names the event's history.
    pub epoch: String,
    /// One for each update.
    pub results: Vec<BatchResult>,
    /// What is wrong with the state's `summary`, for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What has become of one update of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// The update's sequence number.
    pub seq: i64,
    /// Whether an earlier attempt had already stored it.
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
    /// The last update's sequence number.
    pub seq: i64,
    /// All updates, merged; `null` before the first.
    #[ts(type = "Record<string, unknown> | null")]
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub snapshot: Option<Box<RawValue>>,
    /// The `summary` of that state; `null` without one.
    #[ts(as = "Option<Summary>")]
    #[schema(value_type = Option<Summary>)]
    pub summary: Option<Box<RawValue>>,
    /// The viewers.
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
    /// The value to pass as `after` for the next page; `null` if there is none yet.
    pub next: Option<i64>,
}

/// One entry of an event's log.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct LoggedUpdate {
    /// Its sequence number.
    pub seq: i64,
    /// An update or a correction.
    pub kind: UpdateKind,
    /// The scorer's own JSON object, unchanged.
    #[ts(type = "Record<string, unknown>")]
    #[schema(value_type = BTreeMap<String, Value>)]
    pub data: std::sync::Arc<RawValue>,
    /// When it happened, in milliseconds since the Unix epoch.
    pub at: i64,
    /// When it arrived, if the scorer said when it happened.
    #[serde(rename = "receivedAt", skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub received_at: Option<i64>,
    /// For a correction: the updates it voids.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "number[]", optional)]
    pub voids: Option<Vec<i64>>,
    /// For a correction: the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}
