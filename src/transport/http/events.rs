//! `/api/events`: the events, their state and their audience.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;

use super::client::Bearer;
use super::etag;
use crate::domain::crowd::CrowdStats;
use crate::domain::event::Status;
use crate::domain::id::EventId;
use crate::domain::json;
use crate::services::accounts::Credential;
use crate::services::crowd::Crowd;
use crate::services::error::ServiceError;
use crate::services::events::Events;
use crate::transport::client::hello::bearer;
use crate::transport::error::Failure;
use crate::transport::handlers::admin::event;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{EventList, EventState, EventsAnswer, Ok as Yes, parse_error, query};

type JsonAnswer<T> = Result<Json<Yes<T>>, HttpFailure>;

/// Lists events: live and paused ones, then scheduled ones by `startsAt`, then ended ones, the newest first. Archived events
/// are in no list.
#[utoipa::path(
    get, path = "/api/events", tag = "events", security((), ("bearer" = [])),
    params(
        ("status" = Option<Vec<Status>>, Query, description = "Only events with one of these statuses"),
        ("sport" = Option<String>, Query, description = "Only events of this sport"),
        ("competition" = Option<String>, Query, description = "Only events of the competition with this id"),
        ("q" = Option<String>, Query,
            description = "Only events whose title, sport or competitors contain this text, in upper or lower case"),
        ("from" = Option<i64>, Query, description = "Only events whose `startsAt` is this or later"),
        ("to" = Option<i64>, Query, description = "Only events whose `startsAt` is this or earlier"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 500,
            description = "At most this many; without `limit` and `after` 1,000. A page also ends after 1 MiB"),
        ("after" = Option<String>, Query, description = "Only events after this place: the `next` of the previous page"),
        ("mine" = Option<bool>, Query, description = "Only events that the caller may score; needs a token"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of an earlier answer")
    ),
    responses((status = 304, description = "The earlier answer is still current"),
        (status = 200, description = "A page of events", body = Yes<EventsAnswer>,
        example = json!({ "ok": true, "events": [{ "eventId": "IND-AUS:2026", "sport": "cricket",
            "title": "India v Australia", "status": "live", "startsAt": 1_780_000_000_000_i64,
            "competitors": [{ "name": "India", "short": "IND" }, { "name": "Australia", "short": "AUS" }],
            "actions": [], "messages": true, "venue": "Harbour Lane", "competition": { "id": "cup-2026", "title": "Cup" },
            "seq": 412, "viewers": { "total": 3, "users": 1, "guests": 2 },
            "summary": { "sides": [{ "name": "India", "score": "214/3" }, { "name": "Australia" }] } }],
            "next": null })))
)]
pub async fn list(
    State(events): State<Arc<Events>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    let list = list_of(query.as_deref().unwrap_or_default())?;
    let mine = list.mine;
    let query = event::list_query(list)?;
    let page = if mine {
        let token = bearer(&headers).ok_or(ServiceError::Unauthenticated)?;
        events.list_for(Credential::from_token(token), &query, mine).await?
    } else {
        events.list(&query).await?
    };
    Ok(etag::answer(&headers, &Yes::with(EventsAnswer::from(page))))
}

/// Reads the query of a list. `status` may be given several times.
fn list_of(query: &str) -> Result<EventList, Failure> {
    let fields = query::fields(query);
    parse_error::parse(&json::text(&fields), "the query").map_err(Failure::bad_request)
}

/// One event and its state.
#[utoipa::path(
    get, path = "/api/events/{id}", tag = "events",
    params(("id" = String, Path, description = "The eventId", example = "IND-AUS:2026"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of an earlier answer")),
    responses((status = 304, description = "The earlier answer is still current"),
        (status = 200, description = "The event, and all its updates merged", body = Yes<EventState>,
        example = json!({ "ok": true, "event": { "eventId": "IND-AUS:2026", "sport": "cricket",
            "title": "India v Australia", "status": "live", "startsAt": 1_780_000_000_000_i64,
            "competitors": ["India", "Australia"], "actions": [], "messages": true },
            "epoch": "k3v9q2m7x4np", "seq": 412, "snapshot": { "runs": 214, "wickets": 3 },
            "viewers": { "total": 3, "users": 1, "guests": 2 } })))
)]
pub async fn show(
    State(events): State<Arc<Events>>,
    path: Result<Path<EventId>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    let Path(event_id) = path?;
    let state = EventState::from(events.find(&event_id).await?);
    Ok(etag::answer(&headers, &Yes::with(state)))
}

/// The audience of an event: its peak, its average, and its course. For operators.
#[utoipa::path(
    get, path = "/api/events/{id}/stats", tag = "events", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "IND-AUS:2026")),
    responses((status = 200, description = "One point for each ten seconds with viewers",
        body = Yes<CrowdStats>,
        example = json!({ "ok": true, "peak": 3, "average": 2.5, "points": [
            { "at": 1_780_000_120_000_i64, "total": 2, "users": 0, "guests": 2, "reactions": 14 },
            { "at": 1_780_000_130_000_i64, "total": 3, "users": 1, "guests": 2, "reactions": 9 } ] })))
)]
pub async fn stats(
    State(crowd): State<Arc<Crowd>>,
    path: Result<Path<EventId>, PathRejection>,
    Bearer(operator): Bearer,
) -> JsonAnswer<CrowdStats> {
    let Path(event_id) = path?;
    Ok(Json(Yes::with(crowd.stats(operator, &event_id).await?)))
}
