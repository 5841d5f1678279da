//! Publishing updates and corrections.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::schemas::{CorrectionBody, ScoreUpdates};
use super::{Body, Fields, IdempotencyKey, Writer, made};
use crate::domain::id::{EventId, OpId};
use crate::domain::json;
use crate::services::error::ServiceError;
use crate::services::scoring::{BATCH_LIMIT, Scoring};
use crate::transport::error::Failure;
use crate::transport::handlers::admin::score;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::{Ok as Yes, ScoreAnswer, Scored};

type Id = Result<Path<EventId>, PathRejection>;

/// Publishes an update, or up to 500 in one transaction, all or none. A retry with the same `Idempotency-Key` has no second
/// effect, and gets the first answer with 200. In a batch, the update with the index n has the opId `KEY#n`.
#[utoipa::path(
    post, path = "/api/events/{id}/updates", tag = "publishing", security(("bearer" = [])),
    request_body(content = ScoreUpdates, examples(
        ("one" = (value = json!({ "data": { "runs": 214, "wickets": 3 } }))),
        ("several" = (value = json!({ "updates": [{ "data": { "runs": 215 }, "at": 1_780_000_123_456_i64 },
            { "data": { "runs": 219 }, "opId": "ball-87" }] })))
    )),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the attempt: 1 to 128 bytes")),
    responses(
        (status = 201, description = "On disk, and sent to the viewers", body = Yes<Scored>, examples(
            ("one" = (value = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "seq": 412, "duplicate": false }))),
            ("several" = (value = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "results": [
                { "seq": 413, "duplicate": false }, { "seq": 414, "duplicate": false }] })))
        )),
        (status = 200, description = "An earlier attempt published it, or all of them", body = Yes<Scored>,
            example = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "seq": 412, "duplicate": true })))
)]
pub async fn publish(
    State(scoring): State<Arc<Scoring>>,
    writer: Writer,
    path: Id,
    key: IdempotencyKey,
    body: Body,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Json(fields)) = (path?, body?);
    let fields = fields.of_event(&event_id)?;
    let fields =
        if fields.given("updates").is_some() { name_each(fields, key)? } else { fields.named(key)? };
    let published = score::publish_score(writer.credential, &scoring, fields.read()?).await?;
    let is_new = match &published {
        Scored::One(one) => !one.duplicate,
        Scored::Batch(batch) => batch.results.iter().any(|result| !result.duplicate),
    };
    Ok(made(is_new, published))
}

/// Corrects earlier updates of an event.
#[utoipa::path(
    post, path = "/api/events/{id}/corrections", tag = "publishing", security(("bearer" = [])),
    request_body(content = CorrectionBody,
        example = json!({ "voids": [411, 412], "data": { "runs": 210 }, "reason": "No ball, not counted" })),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the attempt: 1 to 128 bytes")),
    responses(
        (status = 201, description = "On disk, and sent to the viewers", body = Yes<ScoreAnswer>,
            example = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "seq": 413, "duplicate": false })),
        (status = 200, description = "An earlier attempt published it", body = Yes<ScoreAnswer>,
            example = json!({ "ok": true, "epoch": "k3v9q2m7x4np", "seq": 413, "duplicate": true })))
)]
pub async fn correct(
    State(scoring): State<Arc<Scoring>>,
    writer: Writer,
    path: Id,
    key: IdempotencyKey,
    body: Body,
) -> Result<Response, HttpFailure> {
    let (Path(event_id), Json(fields)) = (path?, body?);
    let correction = fields.of_event(&event_id)?.named(key)?.read()?;
    let published = score::publish_correction(writer.credential, &scoring, correction).await?;
    Ok(made(!published.duplicate, published))
}

/// Names each update of a batch after the key of the request.
fn name_each(mut fields: Fields, IdempotencyKey(key): IdempotencyKey) -> Result<Fields, Failure> {
    let Some(key) = key else { return Ok(fields) };
    let updates = fields.given("updates").map(RawValue::get).unwrap_or_default();
    // An entry of a few bytes would take many times its size in memory.
    if serde_json::from_str::<Vec<IgnoredAny>>(updates).is_ok_and(|all| all.len() > BATCH_LIMIT) {
        return Err(ServiceError::TooManyUpdates(BATCH_LIMIT).into());
    }
    // What is no array of objects is refused by what reads it next.
    let Ok(updates) = serde_json::from_str::<Vec<Fields>>(updates) else { return Ok(fields) };
    let named = updates.into_iter().enumerate().map(|(index, update)| {
        let name = OpId::parse(&format!("{}#{index}", key.as_str()));
        let name = name.map_err(|_| Failure::bad_request("Idempotency-Key is too long for a batch"))?;
        update.named(IdempotencyKey(Some(name)))
    });
    let named = named.collect::<Result<Vec<_>, _>>()?;
    fields.set("updates", json::raw(&named));
    Ok(fields)
}
