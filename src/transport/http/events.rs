//! `/api/events`: the events, their state and their log.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::Bearer;
use super::error::HttpFailure;
use super::etag::{self, Tag};
use crate::domain::clock;
use crate::domain::crowd::CrowdStats;
use crate::domain::event::{Position, Status};
use crate::domain::id::EventId;
use crate::live::rooms::Rooms;
use crate::services::Services;
use crate::services::error::ServiceError;
use crate::storage::events::StoredEvent;
use crate::storage::{StorageError, events, updates};
use crate::transport::error::Failure;
use crate::transport::socket::protocol::{
    EventState, EventSummary, EventsAnswer, LoggedUpdate, Ok as Yes, UpdatesAnswer,
};

type Answer<T> = Result<Json<Yes<T>>, HttpFailure>;

/// The query of `GET /api/events`.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    /// Only these.
    status: Option<Status>,
}

/// The query of `GET /api/events/{id}/updates`.
#[derive(Debug, Deserialize)]
pub struct UpdatesQuery {
    /// Only updates after this sequence number.
    #[serde(default)]
    after: i64,
    /// At most so many; 100 where it is left out, 1,000 at most.
    #[serde(default = "default_limit")]
    limit: i64,
}

fn default_limit() -> i64 {
    100
}

/// The events, those of one status or all.
#[utoipa::path(
    get, path = "/api/events", tag = "events",
    params(("status" = Option<Status>, Query, description = "Only these")),
    responses((status = 200, description = "The events", body = Yes<EventsAnswer>,
        example = json!({ "ok": true, "events": [{ "eventId": "IND-AUS:2026", "sport": "cricket",
            "title": "India v Australia", "status": "live", "startsAt": 1_780_000_000_000_i64,
            "competitors": ["India", "Australia"], "actions": [], "messages": true, "seq": 412,
            "viewers": { "total": 3, "users": 1, "guests": 2 } }] })))
)]
pub async fn list(
    State(services): State<Arc<Services>>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Answer<EventsAnswer> {
    let Query(ListQuery { status }) = query?;
    let events = events::list(&services.database, status).await?;
    Ok(Json(Yes::with(EventsAnswer { events: summaries(&services.rooms, events) })))
}

/// One event, and how it stands.
#[utoipa::path(
    get, path = "/api/events/{id}", tag = "events",
    params(("id" = String, Path, description = "The eventId", example = "IND-AUS:2026"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of an answer that is at hand")),
    responses((status = 304, description = "The answer that is at hand is right"),
        (status = 200, description = "The event, and all its updates merged", body = Yes<EventState>,
        example = json!({ "ok": true, "event": { "eventId": "IND-AUS:2026", "sport": "cricket",
            "title": "India v Australia", "status": "live", "startsAt": 1_780_000_000_000_i64,
            "competitors": ["India", "Australia"], "actions": [], "messages": true },
            "epoch": "k3v9q2m7x4np", "seq": 412, "snapshot": { "runs": 214, "wickets": 3 },
            "viewers": { "total": 3, "users": 1, "guests": 2 } })))
)]
pub async fn show(
    State(services): State<Arc<Services>>,
    path: Result<Path<EventId>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    let Path(event_id) = path?;
    let stored = find(&services, &event_id).await?;
    let snapshot = stored.snapshot.map(RawValue::from_string).transpose();
    let state = EventState {
        viewers: services.rooms.viewers(&event_id),
        event: stored.event,
        epoch: stored.position.epoch,
        seq: stored.position.seq,
        snapshot: snapshot.map_err(StorageError::corrupt)?,
    };
    Ok(etag::answer(&headers, &Yes::with(state)))
}

/// Who watched an event: at the peak, on average, and point by point. For operators.
#[utoipa::path(
    get, path = "/api/events/{id}/stats", tag = "events", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "IND-AUS:2026")),
    responses((status = 200, description = "A point for each ten seconds in which somebody watched",
        body = Yes<CrowdStats>,
        example = json!({ "ok": true, "peak": 3, "average": 2.5, "points": [
            { "at": 1_780_000_120_000_i64, "total": 2, "users": 0, "guests": 2, "reactions": 14 },
            { "at": 1_780_000_130_000_i64, "total": 3, "users": 1, "guests": 2, "reactions": 9 } ] })))
)]
pub async fn stats(
    State(services): State<Arc<Services>>,
    path: Result<Path<EventId>, PathRejection>,
    Bearer(operator): Bearer,
) -> Answer<CrowdStats> {
    let Path(event_id) = path?;
    Ok(Json(Yes::with(services.crowd_stats(operator, &event_id).await?)))
}

/// The log of an event, page by page.
#[utoipa::path(
    get, path = "/api/events/{id}/updates", tag = "events",
    params(
        ("id" = String, Path, description = "The eventId", example = "IND-AUS:2026"),
        ("after" = Option<i64>, Query, description = "Only updates after this seq; 0 where it is left out"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000,
            description = "At most so many; 100 where it is left out"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a page that is at hand")
    ),
    responses((status = 304, description = "The page that is at hand is right"),
        (status = 200, description = "Updates in order", body = Yes<UpdatesAnswer>,
        example = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "updates": [{ "seq": 412, "kind": "update",
            "data": { "runs": 214 }, "at": 1_780_000_123_456_i64 }], "next": null })))
)]
pub async fn log(
    State(services): State<Arc<Services>>,
    path: Result<Path<EventId>, PathRejection>,
    query: Result<Query<UpdatesQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Query(UpdatesQuery { after, limit })) = (path?, query?);
    if after < 0 || !(1..=1000).contains(&limit) {
        return Err(Failure::bad_request("after is 0 or more, limit is 1 to 1000").into());
    }
    let Position { epoch, seq } = find(&services, &event_id).await?.position;
    // The log has no gaps, and nothing in it changes: this says all of a page.
    let last = after.saturating_add(limit).min(seq.max(after));
    let next = Some(last).filter(|_| last - after == limit);
    let tag = Tag::new(&format!("{epoch}:{after}:{last}:{}", next.is_some()));
    if tag.is_known(&headers) {
        return Ok(tag.not_modified());
    }
    let mut page = updates::list_after(&services.database, &event_id, after, limit).await?;
    // What was added between the two reads is in the next answer.
    page.retain(|update| update.seq <= last);
    let updates = page.into_iter().map(logged).collect();
    Ok(tag.answer(&Yes::with(UpdatesAnswer { epoch, updates, next })))
}

async fn find(services: &Services, event_id: &EventId) -> Result<StoredEvent, HttpFailure> {
    let stored = events::find(&services.database, event_id).await?;
    Ok(stored.ok_or(ServiceError::NotFound("event"))?)
}

fn logged(update: crate::domain::score::Update) -> LoggedUpdate {
    let kind = update.body.kind();
    let (voids, reason) = update.body.correction.map(|c| (c.voids, c.reason)).unzip();
    LoggedUpdate {
        seq: update.seq,
        kind,
        data: update.body.data,
        at: clock::to_millis(update.at),
        voids,
        reason,
    }
}

/// Events as a list shows them, with who watches.
#[must_use]
pub fn summaries(rooms: &Rooms, events: Vec<StoredEvent>) -> Vec<EventSummary> {
    let summary = |stored: StoredEvent| EventSummary {
        viewers: rooms.viewers(&stored.event.event_id),
        seq: stored.position.seq,
        event: stored.event,
    };
    events.into_iter().map(summary).collect()
}
