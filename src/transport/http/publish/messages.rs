//! Official messages.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::schemas::MessageBody;
use super::{Body, IdempotencyKey, Writer, made};
use crate::domain::id::EventId;
use crate::services::crowd::Crowd;
use crate::transport::error::Failure;
use crate::transport::handlers::admin::message;
use crate::transport::handlers::context::Context;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{MessageAnswer, Ok as Yes};

/// Posts an official message to the viewers of an event. A retry with the same `Idempotency-Key` and text, within a minute
/// and at the same node, gets the first answer, with 200.
#[utoipa::path(
    post, path = "/api/events/{id}/messages", tag = "publishing", security(("bearer" = [])),
    request_body(content = MessageBody, example = json!({ "text": "Rain has stopped play." })),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the attempt: 1 to 128 bytes")),
    responses(
        (status = 201, description = "Posted", body = Yes<MessageAnswer>,
            example = json!({ "ok": true, "messageId": "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90" })),
        (status = 200, description = "An earlier attempt posted it", body = Yes<MessageAnswer>,
            example = json!({ "ok": true, "messageId": "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90" })))
)]
pub async fn write(
    State((context, crowd)): State<(Arc<Context>, Arc<Crowd>)>,
    writer: Writer,
    path: Result<Path<EventId>, PathRejection>,
    key: IdempotencyKey,
    body: Body,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Json(fields)) = (path?, body?);
    let message = fields.of_event(&event_id)?.named(key)?.read()?;
    let writer = (writer.credential, writer.sender);
    let (message_id, is_duplicate) = message::post(&context, &crowd, writer, message).await?;
    Ok(made(!is_duplicate, MessageAnswer { message_id }))
}

/// Deletes a message of an event, a viewer's or an official one.
#[utoipa::path(
    delete, path = "/api/events/{id}/messages/{messageId}", operation_id = "delete_message", tag = "publishing", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7"),
        ("messageId" = String, Path, description = "The message", example = "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90")),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete(
    State(crowd): State<Arc<Crowd>>,
    writer: Writer,
    path: Result<Path<(EventId, String)>, PathRejection>,
) -> Result<StatusCode, HttpFailure> {
    let Path((event_id, message_id)) = path?;
    let message_id =
        Uuid::try_parse(&message_id).map_err(|_| Failure::bad_request("messageId must be a UUID"))?;
    crowd.delete_message(writer.credential, event_id, message_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
