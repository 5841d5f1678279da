//! The scorers of an event.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use http::StatusCode;

use super::Writer;
use crate::domain::email::EmailAddress;
use crate::domain::id::EventId;
use crate::services::events::Events;
use crate::transport::error::Failure;
use crate::transport::http_error::HttpFailure;

type Scorer = Result<Path<(EventId, String)>, PathRejection>;

/// Assigns an account to an event, and makes it a scorer. The account is created if there is none.
#[utoipa::path(
    put, path = "/api/events/{id}/scorers/{email}", tag = "publishing", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7"),
        ("email" = String, Path, description = "The scorer's address", example = "ann@example.org")),
    responses((status = 204, description = "Assigned"))
)]
pub async fn assign(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Scorer,
) -> Result<StatusCode, HttpFailure> {
    set(&events, writer, path, true).await
}

/// Unassigns an account from an event. It keeps its role.
#[utoipa::path(
    delete, path = "/api/events/{id}/scorers/{email}", tag = "publishing", security(("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "cup-2026:7"),
        ("email" = String, Path, description = "The scorer's address", example = "ann@example.org")),
    responses((status = 204, description = "Unassigned"))
)]
pub async fn unassign(
    State(events): State<Arc<Events>>,
    writer: Writer,
    path: Scorer,
) -> Result<StatusCode, HttpFailure> {
    set(&events, writer, path, false).await
}

async fn set(
    events: &Arc<Events>,
    writer: Writer,
    path: Scorer,
    assigned: bool,
) -> Result<StatusCode, HttpFailure> {
    let Path((event_id, email)) = path?;
    let email = EmailAddress::parse(&email).map_err(|error| Failure::bad_request(error.to_string()))?;
    events.assign(writer.credential, event_id, email, assigned).await?;
    Ok(StatusCode::NO_CONTENT)
}
