//! Creating, changing and deleting events.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::value::RawValue;

use super::schemas::{EventBody, EventChanges, StatusBody};
use super::{Body, IdempotencyKey, Writer, made};
use crate::domain::event::Changes;
use crate::domain::id::EventId;
use crate::services::events::{Created, CreationKey, Events};
use crate::transport::error::Failure;
use crate::transport::handlers::admin::event;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{EventAnswer, EventStatus, Ok as Yes};

type Id = Result<Path<EventId>, PathRejection>;

/// The answer to an earlier attempt.
#[derive(serde::Serialize)]
struct EarlierAnswer {
    event: Box<RawValue>,
}

/// Creates an event. A retry with the same `Idempotency-Key` within a day gets the first answer, with 200.
#[utoipa::path(
    post, path = "/api/events", tag = "publishing", security(("bearer" = [])), request_body(content = EventBody,
        example = json!({ "sport": "cricket", "title": "Harbour Lane v Meadow Bank", "startsAt": 1_780_000_000_000_i64,
            "venue": "Harbour Lane", "competition": { "id": "cup-2026", "title": "Cup" },
            "competitors": [{ "name": "Harbour Lane", "short": "HAR" }, { "name": "Meadow Bank", "short": "MEA" }] })),
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the attempt: 1 to 128 bytes")),
    responses(
        (status = 201, description = "Created", body = Yes<EventAnswer>, example = json!({ "ok": true, "event": {
            "eventId": "k3v9q2m7x4", "sport": "cricket", "title": "Harbour Lane v Meadow Bank", "status": "scheduled",
            "startsAt": 1_780_000_000_000_i64, "competitors": null, "actions": [], "messages": true } })),
        (status = 200, description = "An earlier attempt created it", body = Yes<EventAnswer>, example = json!({ "ok": true,
            "event": { "eventId": "k3v9q2m7x4", "sport": "cricket", "title": "Harbour Lane v Meadow Bank",
                "status": "scheduled", "startsAt": 1_780_000_000_000_i64, "competitors": null, "actions": [],
                "messages": true } })))
)]
pub async fn create(
    State(events): State<Arc<Events>>,
    writer: Writer,
    IdempotencyKey(key): IdempotencyKey,
    body: Body,
) -> Result<Response, HttpFailure> {
    let Json(fields) = body?;
    let event = event::new_event(fields.read()?)?;
    let Some(op_id) = key else {
        let event = events.create(writer.credential, event).await?;
        return Ok(made(true, EventAnswer { event }));
    };
    let key = CreationKey { op_id, hash: fields.hash() };
    Ok(match events.create_once(writer.credential, event, key).await? {
        Created::Now(event) => made(true, EventAnswer { event: *event }),
        Created::Before(event) => made(false, EarlierAnswer { event }),
    })
}

/// Makes an event, or changes it: fields that the body leaves out stay as they are, and so does the status.
#[utoipa::path(
    put, path = "/api/events/{id}", tag = "publishing", security(("bearer" = [])), request_body(content = EventBody,
        example = json!({ "sport": "football", "title": "Harbour Lane v Meadow Bank",
            "startsAt": 1_780_000_000_000_i64 })),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7")),
    responses(
        (status = 201, description = "Created", body = Yes<EventAnswer>, example = json!({ "ok": true, "event": {
            "eventId": "cup-2026:7", "sport": "football", "title": "Harbour Lane v Meadow Bank", "status": "scheduled",
            "startsAt": 1_780_000_000_000_i64, "competitors": null, "actions": [], "messages": true } })),
        (status = 200, description = "Changed", body = Yes<EventAnswer>, example = json!({ "ok": true, "event": {
            "eventId": "cup-2026:7", "sport": "football", "title": "Harbour Lane v Meadow Bank", "status": "live",
            "startsAt": 1_780_000_000_000_i64, "competitors": null, "actions": [], "messages": true } })))
)]
pub async fn put(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Id,
    body: Body,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Json(fields)) = (path?, body?);
    event::check_event_id(&event_id)?;
    let changes = event::changes(fields.of_event(&event_id)?.read()?)?;
    let (event, is_new) = events.put(writer.credential, event_id, changes).await?;
    Ok(made(is_new, EventAnswer { event }))
}

/// Changes the fields of an event that the body has.
#[utoipa::path(
    patch, path = "/api/events/{id}", tag = "publishing", security(("bearer" = [])), request_body(content = EventChanges,
        example = json!({ "venue": "Meadow Bank", "messages": false })),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7")),
    responses((status = 200, description = "Changed", body = Yes<EventAnswer>, example = json!({ "ok": true, "event": {
        "eventId": "cup-2026:7", "sport": "football", "title": "Harbour Lane v Meadow Bank", "status": "live",
        "startsAt": 1_780_000_000_000_i64, "competitors": null, "actions": [], "messages": false,
        "venue": "Meadow Bank" } })))
)]
pub async fn change(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Id,
    body: Body,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Json(fields)) = (path?, body?);
    let changes = event::changes(fields.of_event(&event_id)?.read()?)?;
    let event = events.change(writer.credential, event_id, changes).await?;
    Ok(made(false, EventAnswer { event }))
}

/// Sets the status of an event.
#[utoipa::path(
    put, path = "/api/events/{id}/status", tag = "publishing", security(("bearer" = [])),
    request_body(content = StatusBody, example = json!({ "status": "live" })),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7")),
    responses((status = 200, description = "Changed", body = Yes<EventAnswer>, example = json!({ "ok": true, "event": {
        "eventId": "cup-2026:7", "sport": "football", "title": "Harbour Lane v Meadow Bank", "status": "live",
        "startsAt": 1_780_000_000_000_i64, "competitors": null, "actions": [], "messages": true } })))
)]
pub async fn set_status(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Id,
    body: Body,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Json(fields)) = (path?, body?);
    let EventStatus { event_id, status } = fields.of_event(&event_id)?.read()?;
    let event = events.change(writer.credential, event_id, Changes::of_status(status)).await?;
    Ok(made(false, EventAnswer { event }))
}

/// Takes an event out of all lists. It can still be read by its id.
#[utoipa::path(
    put, path = "/api/events/{id}/archive", tag = "publishing", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7")),
    responses((status = 204, description = "Archived"))
)]
pub async fn archive(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Id,
) -> Result<Response, HttpFailure> {
    let Path(event_id) = path?;
    events.archive(writer.credential, event_id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Puts an archived event back into the lists.
#[utoipa::path(
    delete, path = "/api/events/{id}/archive", operation_id = "unarchive", tag = "publishing", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7")),
    responses((status = 204, description = "In the lists again"))
)]
pub async fn unarchive(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Id,
) -> Result<Response, HttpFailure> {
    let Path(event_id) = path?;
    events.archive(writer.credential, event_id, false).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The query of a deletion.
#[derive(Debug, serde::Deserialize)]
pub struct Confirmation {
    /// The event's id again.
    confirm: EventId,
}

/// Deletes an event that is not in progress, with its log. The id cannot be used again.
#[utoipa::path(
    delete, path = "/api/events/{id}", operation_id = "delete_event", tag = "publishing", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7"),
        ("confirm" = String, Query, description = "The eventId again", example = "cup-2026:7")),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Id,
    query: Result<Query<Confirmation>, QueryRejection>,
) -> Result<StatusCode, HttpFailure> {
    let (Path(event_id), Query(Confirmation { confirm })) = (path?, query?);
    if confirm != event_id {
        return Err(Failure::bad_request("confirm must be the same as eventId").into());
    }
    events.delete(writer.credential, event_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
