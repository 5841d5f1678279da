//! `/api/events`: the events, their state and their audience.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Map, Value};

use super::client::Bearer;
use super::etag;
use crate::domain::crowd::CrowdStats;
use crate::domain::event::Status;
use crate::domain::id::EventId;
use crate::domain::json;
use crate::services::crowd::Crowd;
use crate::services::events::Events;
use crate::transport::error::Failure;
use crate::transport::handlers::admin::event;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{EventList, EventState, EventsAnswer, Ok as Yes, parse_error};

type JsonAnswer<T> = Result<Json<Yes<T>>, HttpFailure>;

/// Lists the events, all or those with one status.
#[utoipa::path(
    get, path = "/api/events", tag = "events",
    params(
        ("status" = Option<Status>, Query, description = "Only events with this status"),
        ("after" = Option<String>, Query, description = "Only events after this eventId: the `next` of the previous page")
    ),
    responses((status = 200, description = "The events", body = Yes<EventsAnswer>,
        example = json!({ "ok": true, "events": [{ "eventId": "IND-AUS:2026", "sport": "cricket",
            "title": "India v Australia", "status": "live", "startsAt": 1_780_000_000_000_i64,
            "competitors": ["India", "Australia"], "actions": [], "messages": true, "seq": 412,
            "viewers": { "total": 3, "users": 1, "guests": 2 } }], "next": null })))
)]
pub async fn list(State(events): State<Arc<Events>>, RawQuery(query): RawQuery) -> JsonAnswer<EventsAnswer> {
    let list = event::list_query(list_of(query.as_deref().unwrap_or_default())?)?;
    Ok(Json(Yes::with(events.list(&list).await?.into())))
}

/// Reads the query of a list. `status` may be given several times.
fn list_of(query: &str) -> Result<EventList, Failure> {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::String(value.into_owned());
        match fields.entry(name.into_owned()).or_insert(Value::Null) {
            Value::Array(values) => values.push(value),
            single @ Value::Null => *single = value,
            first => *first = Value::Array(vec![first.take(), value]),
        }
    }
    fields.remove("mine");
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
