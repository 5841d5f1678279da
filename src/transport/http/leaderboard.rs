//! The leaderboard endpoints: the top ten, overall and of an event.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};

use super::client::Bearer;
use crate::domain::id::EventId;
use crate::services::accounts::Accounts;
use crate::services::leaderboard::Leaderboards;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::Ok as Yes;
use crate::transport::wire::points::LeaderboardAnswer;

type LeaderboardJson = Result<Json<Yes<LeaderboardAnswer>>, HttpFailure>;

/// The top ten overall; with a token, also the player's own rank.
#[utoipa::path(
    get, path = "/api/leaderboard", tag = "points", security((), ("bearer" = [])),
    responses((status = 200, description = "The ten", body = Yes<LeaderboardAnswer>,
        example = json!({ "ok": true, "eventId": null, "version": 7, "top": [
            { "rank": 1, "name": "Ann", "points": 120 }, { "rank": 2, "name": "Bob", "points": 90 } ],
            "you": { "rank": 2, "points": 90 } })))
)]
pub async fn overall(
    State(leaderboards): State<Arc<Leaderboards>>,
    State(accounts): State<Arc<Accounts>>,
    bearer: Option<Bearer>,
) -> LeaderboardJson {
    answer(&leaderboards, &accounts, None, bearer).await
}

/// The top ten of an event; with a token, also the player's own rank.
#[utoipa::path(
    get, path = "/api/events/{id}/leaderboard", tag = "points", security((), ("bearer" = [])),
    params(("id" = String, Path, description = "The eventId", example = "IND-AUS:2026")),
    responses((status = 200, description = "The ten", body = Yes<LeaderboardAnswer>,
        example = json!({ "ok": true, "eventId": "IND-AUS:2026", "version": 7, "top": [
            { "rank": 1, "name": "Ann", "points": 120 }, { "rank": 2, "name": "Bob", "points": 90 } ] })))
)]
pub async fn of_event(
    State(leaderboards): State<Arc<Leaderboards>>,
    State(accounts): State<Arc<Accounts>>,
    path: Result<Path<EventId>, PathRejection>,
    bearer: Option<Bearer>,
) -> LeaderboardJson {
    let Path(event_id) = path?;
    answer(&leaderboards, &accounts, Some(event_id), bearer).await
}

async fn answer(
    leaderboards: &Leaderboards,
    accounts: &Accounts,
    event_id: Option<EventId>,
    bearer: Option<Bearer>,
) -> LeaderboardJson {
    let board = leaderboards.board(event_id.clone()).await?;
    let you = match bearer {
        Some(Bearer(credential)) => {
            let user = accounts.authenticate_call(credential).await?.id;
            Some(leaderboards.standing(event_id, user).await?)
        }
        None => None,
    };
    Ok(Json(Yes::with(LeaderboardAnswer { board, you })))
}
