//! Counts points: adds them to the totals, the tree of counts and the board's version.

use time::OffsetDateTime;

use super::{points_in, rank_in, ten_in};
use crate::domain::id::{EventId, UserId};
use crate::domain::leaderboard::{BoardScope, TOP, moves, shard};
use crate::storage::values::At;
use crate::storage::{StorageError, Transaction};

/// When a total was reached that was added without points.
pub(super) const ABSENT: At = At(OffsetDateTime::UNIX_EPOCH);

/// Adds points to a player's totals: overall, in the event's competition, and in the event. Returns the new total in the
/// event. The caller has locked the player and read the competition by [`find_offer`](crate::storage::events::find_offer)
/// or [`hold_in_competition`](crate::storage::events::hold_in_competition), so that it does not change, and does nothing
/// else before the commit: rows that many writers share are touched last, and in a fixed order.
pub async fn count(
    tx: &mut Transaction,
    event_id: &EventId,
    competition: Option<&EventId>,
    user: UserId,
    points: i64,
    earned_at: OffsetDateTime,
) -> Result<CountedTotal, StorageError> {
    let mut counted = CountedTotal { total: 0, rank: 0, in_ten: false };
    let mut changes = Vec::new();
    let mut boards = Vec::new();
    let competition = competition.cloned().map(BoardScope::Competition);
    for scope in [Some(BoardScope::Overall), competition, Some(BoardScope::Event(event_id.clone()))] {
        let Some(scope) = scope else { continue };
        let before = match &scope {
            BoardScope::Competition(_) => hold(tx, &scope, user).await?,
            BoardScope::Overall | BoardScope::Event(_) => points_in(tx, &scope, user).await?,
        };
        let total = add(tx, &scope, user, points, earned_at).await?;
        let rank = rank_in(tx, &scope, total).await?;
        let in_ten = rank <= i64::try_from(TOP).unwrap_or(i64::MAX)
            && ten_in(tx, &scope).await?.iter().any(|total| total.user == user);
        counted = CountedTotal { total, rank, in_ten };
        changes.extend(moves(before, total).into_iter().map(|(node, change)| (scope.clone(), node, change)));
        boards.extend(in_ten.then_some(scope));
    }
    for (scope, node, change) in changes {
        shift(tx, &scope, node, shard(user), change).await?;
    }
    for scope in boards {
        renew(tx, &scope).await?;
    }
    Ok(counted)
}

/// A player's total in an event after new points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedTotal {
    /// The total.
    pub total: i64,
    /// Its rank.
    pub rank: i64,
    /// Whether the player is in the top ten.
    pub in_ten: bool,
}

/// A player's total in a competition, held until the transaction ends: its events may move at any time. Adds a row without
/// points if there is none, which the caller adds the points to.
async fn hold(tx: &mut Transaction, scope: &BoardScope, user: UserId) -> Result<Option<i64>, StorageError> {
    let (points, is_new): (i64, bool) = fetch_one!(
        tx,
        "insert into totals (scope, user_id, points, reached_at) values ($1, $2, 0, $3)
         on conflict (scope, user_id) do update set points = totals.points
         returning points, reached_at = $3",
        [scope.key(), user.0, ABSENT]
    )?;
    Ok((!is_new).then_some(points))
}

async fn add(
    tx: &mut Transaction,
    scope: &BoardScope,
    user: UserId,
    points: i64,
    earned_at: OffsetDateTime,
) -> Result<i64, StorageError> {
    let (total,): (i64,) = fetch_one!(
        tx,
        "insert into totals (scope, user_id, points, reached_at) values ($1, $2, $3, $4)
         on conflict (scope, user_id) do update set points = totals.points + excluded.points,
            reached_at = case when excluded.reached_at > totals.reached_at then excluded.reached_at
                else totals.reached_at end
         returning points",
        [scope.key(), user.0, points, At(earned_at)]
    )?;
    Ok(total)
}

async fn shift(
    tx: &mut Transaction,
    scope: &BoardScope,
    node: i64,
    shard: i64,
    change: i64,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into standings (scope, node, shard, players) values ($1, $2, $3, $4)
         on conflict (scope, node, shard) do update set players = standings.players + excluded.players",
        [scope.key(), node, shard, change]
    )
    .map(|_| ())
}

pub(super) async fn renew(tx: &mut Transaction, scope: &BoardScope) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into boards (scope, version) values ($1, 1)
         on conflict (scope) do update set version = boards.version + 1",
        [scope.key()]
    )
    .map(|_| ())
}
