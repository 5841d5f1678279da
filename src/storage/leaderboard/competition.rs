//! The totals of a competition: those of its events, added up.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::count::{ABSENT, renew};
use crate::domain::event::Event;
use crate::domain::id::{EventId, UserId};
use crate::domain::json;
use crate::domain::leaderboard::{BoardScope, nodes, shard};
use crate::storage::{StorageError, Transaction};

/// The key of the advisory lock on Postgres under which events change their competition.
const MOVES: i64 = 0x746f_7563_686c_696e;
/// Rows of counts that one statement adds.
const ROWS_AT_ONCE: usize = 2_000;

/// Locks out everything that counts points in an event, if it is not in that competition yet, until the transaction ends:
/// see [`count`](super::count()). Returns whether it moves. Call it before anything else is locked.
pub async fn lock(
    tx: &mut Transaction,
    event_id: &EventId,
    to: Option<&EventId>,
) -> Result<bool, StorageError> {
    // One move at a time: two of them would lock players in each other's way.
    let alone = tx.dialect("select pg_advisory_xact_lock($1)", "select $1");
    execute!(tx, alone, [MOVES])?;
    let event = tx.dialect(
        "select competition_id from events where id = $1 for update",
        "select competition_id from events where id = $1",
    );
    let from: Option<(Option<String>,)> = fetch_optional!(tx, event, [event_id.as_str()])?;
    Ok(from.is_some_and(|(from,)| from.as_deref() != to.map(EventId::as_str)))
}

/// Takes the points of an event that has changed its competition along. The caller holds [`lock`], and has changed the
/// event. Points that other events of the competitions count at the same time wait only if they are of the same players.
pub async fn regroup(tx: &mut Transaction, before: &Event, after: &Event) -> Result<(), StorageError> {
    let event_id = &after.event_id;
    let scope = |event: &Event| event.competition.as_ref().map(|to| BoardScope::Competition(to.id.clone()));
    let (from, to) = (scope(before), scope(after));
    let mut moves: Vec<_> =
        from.map(|scope| (scope, false)).into_iter().chain(to.map(|scope| (scope, true))).collect();
    // In a fixed order, to avoid deadlocks with writers that count points in one of them.
    moves.sort_by_key(|(scope, _)| scope.key().into_owned());
    for (scope, joins) in moves {
        let players =
            if joins { join(tx, event_id, &scope).await? } else { leave(tx, event_id, &scope).await? };
        if !players.is_empty() {
            count_players_again(tx, event_id, &scope, &players).await?;
            renew(tx, &scope).await?;
        }
    }
    Ok(())
}

/// A player of an event, with their total in a competition before the event moved.
type Before = (UserId, Option<i64>);

/// Adds the event's totals to the competition's.
async fn join(
    tx: &mut Transaction,
    event_id: &EventId,
    scope: &BoardScope,
) -> Result<Vec<Before>, StorageError> {
    // Adds the missing rows, and locks the others.
    let players: Vec<(Uuid, i64, bool)> = fetch_all!(
        tx,
        "insert into totals (scope, user_id, points, reached_at)
         select cast($1 as text), user_id, 0, $3 from totals where scope = $2 order by user_id
         on conflict (scope, user_id) do update set points = totals.points
         returning user_id, points, reached_at = $3",
        [scope.key(), event_id.as_str(), ABSENT]
    )?;
    execute!(
        tx,
        "update totals set points = totals.points + added.points,
            reached_at = case when added.reached_at > totals.reached_at then added.reached_at else totals.reached_at end
         from (select user_id, points, reached_at from totals where scope = $2) as added
         where totals.scope = $1 and totals.user_id = added.user_id",
        [scope.key(), event_id.as_str()]
    )?;
    let before = |(user, points, is_new): (Uuid, i64, bool)| (UserId(user), (!is_new).then_some(points));
    Ok(players.into_iter().map(before).collect())
}

/// Takes the event's totals out of the competition's.
async fn leave(
    tx: &mut Transaction,
    event_id: &EventId,
    scope: &BoardScope,
) -> Result<Vec<Before>, StorageError> {
    let locked = tx.dialect(
        "select user_id, points from totals
         where scope = $1 and user_id in (select user_id from totals where scope = $2) order by user_id for update",
        "select user_id, points from totals
         where scope = $1 and user_id in (select user_id from totals where scope = $2)",
    );
    let players: Vec<(Uuid, i64)> = fetch_all!(tx, locked, [scope.key(), event_id.as_str()])?;
    // When a total was reached follows from the other events only.
    execute!(
        tx,
        "delete from totals where scope = $1 and user_id in (select user_id from totals where scope = $2)",
        [scope.key(), event_id.as_str()]
    )?;
    let BoardScope::Competition(competition) = scope else { return Ok(Vec::new()) };
    execute!(
        tx,
        "insert into totals (scope, user_id, points, reached_at)
         select cast($1 as text), user_id, cast(sum(points) as bigint), max(reached_at) from totals
         where scope in (select id from events where competition_id = $3)
            and user_id in (select user_id from totals where scope = $2)
         group by user_id order by user_id",
        [scope.key(), event_id.as_str(), competition.as_str()]
    )?;
    Ok(players.into_iter().map(|(user, points)| (UserId(user), Some(points))).collect())
}

/// Corrects the tree of counts after the totals of these players have changed.
async fn count_players_again(
    tx: &mut Transaction,
    event_id: &EventId,
    scope: &BoardScope,
    players: &[Before],
) -> Result<(), StorageError> {
    let totals: Vec<(Uuid, i64)> = fetch_all!(
        tx,
        "select user_id, points from totals
         where scope = $1 and user_id in (select user_id from totals where scope = $2)",
        [scope.key(), event_id.as_str()]
    )?;
    let after = totals.into_iter().map(|(user, points)| (UserId(user), points, 1));
    let before = players.iter().filter_map(|&(user, points)| Some((user, points?, -1)));
    let mut changes: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (user, points, change) in before.chain(after) {
        for node in nodes(points) {
            *changes.entry((node, shard(user))).or_default() += change;
        }
    }
    changes.retain(|_, change| *change != 0);
    let rows: Vec<_> = changes.into_iter().map(|((node, shard), change)| [node, shard, change]).collect();
    // The rows are passed as JSON, because SQLite has no arrays. They come in the order in which others lock them.
    let statement = tx.dialect(
        "insert into standings (scope, node, shard, players)
         select $1, cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), cast(value ->> 2 as bigint)
         from json_array_elements(cast($2 as json)) as rows (value)
         on conflict (scope, node, shard) do update set players = standings.players + excluded.players",
        "insert into standings (scope, node, shard, players)
         select $1, value ->> 0, value ->> 1, value ->> 2 from json_each($2) where true
         on conflict (scope, node, shard) do update set players = standings.players + excluded.players",
    );
    for rows in rows.chunks(ROWS_AT_ONCE) {
        execute!(tx, statement, [scope.key(), json::text(rows)])?;
    }
    Ok(())
}
