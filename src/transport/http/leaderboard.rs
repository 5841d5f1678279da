//! The leaderboard endpoints: the top ten, overall, of a competition and of an event.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::client::Bearer;
use crate::domain::id::EventId;
use crate::domain::leaderboard::BoardScope;
use crate::services::accounts::Accounts;
use crate::services::leaderboard::Leaderboards;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::Ok as Yes;
use crate::transport::wire::points::LeaderboardAnswer;

type LeaderboardJson = Result<Json<Yes<LeaderboardAnswer>>, HttpFailure>;

/// Which leaderboard.
#[derive(Debug, Deserialize)]
pub struct LeaderboardQuery {
    competition: Option<EventId>,
}

/// The top ten overall or of a competition; with a token, also the player's own rank.
#[utoipa::path(
    get, path = "/api/leaderboard", tag = "points", security((), ("bearer" = [])),
    params(("competition" = Option<String>, Query, description = "The id of a competition: counts its events only")),
    responses((status = 200, description = "The ten", body = Yes<LeaderboardAnswer>,
        example = json!({ "ok": true, "eventId": null, "version": 7, "top": [
            { "rank": 1, "name": "Ann", "points": 120 }, { "rank": 2, "name": "Bob", "points": 90 } ],
            "you": { "rank": 2, "points": 90 } })))
)]
pub async fn overall(
    State(leaderboards): State<Arc<Leaderboards>>,
    State(accounts): State<Arc<Accounts>>,
    query: Result<Query<LeaderboardQuery>, QueryRejection>,
    bearer: Option<Bearer>,
) -> LeaderboardJson {
    let Query(LeaderboardQuery { competition }) = query?;
    let scope = competition.map_or(BoardScope::Overall, BoardScope::Competition);
    answer(&leaderboards, &accounts, &scope, bearer).await
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
    answer(&leaderboards, &accounts, &BoardScope::Event(event_id), bearer).await
}

async fn answer(
    leaderboards: &Leaderboards,
    accounts: &Accounts,
    scope: &BoardScope,
    bearer: Option<Bearer>,
) -> LeaderboardJson {
    let board = leaderboards.board(scope).await?;
    let you = match bearer {
        Some(Bearer(credential)) => {
            let user = accounts.authenticate_call(credential).await?.id;
            Some(leaderboards.standing(scope, user).await?)
        }
        None => None,
    };
    Ok(Json(Yes::with(LeaderboardAnswer { board, you })))
}
