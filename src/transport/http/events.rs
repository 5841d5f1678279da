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
use super::etag;
use crate::domain::crowd::CrowdStats;
use crate::domain::event::Status;
use crate::domain::id::EventId;
use crate::live::rooms::Rooms;
use crate::services::Services;
use crate::services::error::ServiceError;
use crate::storage::events::{Listed, StoredEvent};
use crate::storage::{StorageError, events};
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{EventState, EventSummary, EventsAnswer, Ok as Yes};

type Answer<T> = Result<Json<Yes<T>>, HttpFailure>;

/// The query of `GET /api/events`.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    /// Only these.
    status: Option<Status>,
    /// Only those that follow this one in the list.
    after: Option<EventId>,
}

/// The events, those of one status or all.
#[utoipa::path(
    get, path = "/api/events", tag = "events",
    params(
        ("status" = Option<Status>, Query, description = "Only these"),
        ("after" = Option<String>, Query, description = "Only those that follow this eventId: the `next` of a page")
    ),
    responses((status = 200, description = "The events", body = Yes<EventsAnswer>,
        example = json!({ "ok": true, "events": [{ "eventId": "IND-AUS:2026", "sport": "cricket",
            "title": "India v Australia", "status": "live", "startsAt": 1_780_000_000_000_i64,
            "competitors": ["India", "Australia"], "actions": [], "messages": true, "seq": 412,
            "viewers": { "total": 3, "users": 1, "guests": 2 } }], "next": null })))
)]
pub async fn list(
    State(services): State<Arc<Services>>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Answer<EventsAnswer> {
    let Query(ListQuery { status, after }) = query?;
    let listed = events::list(&services.database, status, after.as_ref()).await?;
    Ok(Json(Yes::with(page(&services.rooms, listed))))
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

/// An event, which has to be there.
pub(super) async fn find(services: &Services, event_id: &EventId) -> Result<StoredEvent, HttpFailure> {
    let stored = events::find(&services.database, event_id).await?;
    Ok(stored.ok_or(ServiceError::NotFound("event"))?)
}

/// A page of events as a list shows them, with who watches.
#[must_use]
pub fn page(rooms: &Rooms, Listed { events, next }: Listed) -> EventsAnswer {
    let summary = |stored: StoredEvent| EventSummary {
        viewers: rooms.viewers(&stored.event.event_id),
        seq: stored.position.seq,
        event: stored.event,
    };
    EventsAnswer { events: events.into_iter().map(summary).collect(), next }
}
