//! `leaderboard`: the top ten, and the client's own rank.

use crate::domain::leaderboard::BoardScope;
use crate::services::leaderboard::Leaderboards;
use crate::transport::client::Identity;
use crate::transport::client::read_budget::READ_COST;
use crate::transport::error::Failure;
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::points::{LeaderboardAnswer, LeaderboardRequest};

/// Answers with the top ten of an event or a competition, or overall.
pub async fn show(call: &mut Call<'_>, leaderboards: &Leaderboards) -> Outcome {
    let scope = if call.payload.is_bare() {
        BoardScope::Event(call.payload.parse_bare()?)
    } else {
        let LeaderboardRequest { event_id, competition } = call.payload.parse_or_default()?;
        let only = || match call.client.joined_events().as_slice() {
            [event_id] => Some(event_id.clone()),
            _ => None,
        };
        match (event_id, competition) {
            (Some(Some(_)), Some(_)) => {
                return Err(Failure::bad_request("set either eventId or competition"));
            }
            (_, Some(competition)) => BoardScope::Competition(competition),
            (event_id, None) => BoardScope::of(event_id.unwrap_or_else(only)),
        }
    };
    let limits = &call.context.limits;
    limits.reads.take(&call.client.sender())?;
    limits.budget.take(call.client.network(), READ_COST).await?;
    let board = leaderboards.board(&scope).await?;
    let you = match &call.client.identity {
        Identity::Account(known) => Some(leaderboards.standing(&scope, known.account.id).await?),
        Identity::Guest => None,
    };
    yes(&LeaderboardAnswer { board, you })
}
