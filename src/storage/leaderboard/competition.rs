//! The totals of a competition: those of its events, added up.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::count::renew;
use crate::domain::event::Event;
use crate::domain::id::{EventId, UserId};
use crate::domain::json;
use crate::domain::leaderboard::{BoardScope, nodes, shard};
use crate::storage::{StorageError, Transaction};

/// The key of the advisory lock on Postgres under which events change their competition.
const MOVES: i64 = 0x746f_7563_686c_696e;
/// Rows of counts that one statement adds.
const ROWS_AT_ONCE: usize = 2_000;

/// Locks out everything that counts points in an event's competition, or in another one, until the transaction ends: see
/// [`count`](super::count()). Does nothing and returns false if the event is in that competition already. Call it before
/// anything else is locked.
pub async fn lock(
    tx: &mut Transaction,
    event_id: &EventId,
    to: Option<&EventId>,
) -> Result<bool, StorageError> {
    // One move at a time: two of them would not see each other's events.
    let alone = tx.dialect("select pg_advisory_xact_lock($1)", "select $1");
    execute!(tx, alone, [MOVES])?;
    let (event_id, to) = (event_id.as_str(), to.map(EventId::as_str));
    let from: Option<(Option<String>,)> =
        fetch_optional!(tx, "select competition_id from events where id = $1", [event_id])?;
    if from.is_none_or(|(from,)| from.as_deref() == to) {
        return Ok(false);
    }
    // In the order in which others lock several events, to avoid deadlocks.
    let events = tx.dialect(
        "select 1 from events
         where id = $1 or competition_id = $2 or competition_id = (select competition_id from events where id = $1)
         order by id collate \"C\" for update",
        "select $1, $2",
    );
    execute!(tx, events, [event_id, to])?;
    Ok(true)
}

/// Takes the points of an event that has changed its competition along. The caller holds [`lock`], and has changed the
/// event.
pub async fn regroup(tx: &mut Transaction, before: &Event, after: &Event) -> Result<(), StorageError> {
    let has_points = "select exists (select 1 from totals where scope = $1)";
    let (has_points,): (bool,) = fetch_one!(tx, has_points, [after.event_id.as_str()])?;
    if has_points {
        for competition in [before, after].into_iter().filter_map(|event| event.competition.as_ref()) {
            rebuild(tx, &competition.id).await?;
        }
    }
    Ok(())
}

/// Adds the totals of a competition up again.
async fn rebuild(tx: &mut Transaction, competition: &EventId) -> Result<(), StorageError> {
    let scope = BoardScope::Competition(competition.clone());
    execute!(tx, "delete from totals where scope = $1", [scope.key()])?;
    execute!(tx, "delete from standings where scope = $1", [scope.key()])?;
    execute!(
        tx,
        "insert into totals (scope, user_id, points, reached_at)
         select cast($1 as text), user_id, cast(sum(points) as bigint), max(reached_at) from totals
         where scope in (select id from events where competition_id = $2) group by user_id",
        [scope.key(), competition.as_str()]
    )?;
    let totals: Vec<(Uuid, i64)> =
        fetch_all!(tx, "select user_id, points from totals where scope = $1", [scope.key()])?;
    let mut counts: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (user, points) in totals {
        for node in nodes(points) {
            *counts.entry((node, shard(UserId(user)))).or_default() += 1;
        }
    }
    let rows: Vec<_> = counts.into_iter().map(|((node, shard), players)| [node, shard, players]).collect();
    // The rows are passed as JSON, because SQLite has no arrays.
    let statement = tx.dialect(
        "insert into standings (scope, node, shard, players)
         select $1, cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), cast(value ->> 2 as bigint)
         from json_array_elements(cast($2 as json)) as rows (value)",
        "insert into standings (scope, node, shard, players)
         select $1, value ->> 0, value ->> 1, value ->> 2 from json_each($2)",
    );
    for rows in rows.chunks(ROWS_AT_ONCE) {
        execute!(tx, statement, [scope.key(), json::text(rows)])?;
    }
    renew(tx, &scope).await
}
