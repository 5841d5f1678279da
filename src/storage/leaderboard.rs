//! Totals, their order, and the tree of counts that gives a player's rank (docs/decisions/leaderboard.md).

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::broken;
use super::{Database, StorageError, Transaction};
use crate::domain::id::{EventId, UserId};
use crate::domain::json;
use crate::domain::leaderboard::{BoardScope, LEVELS, PlayerTotal, TOP, nodes_above};

mod competition;
mod count;
mod verify;

pub use competition::{lock, regroup};
pub use count::{CountedTotal, count};
pub use verify::{Difference, verify};

#[derive(FromRow)]
struct LeaderboardRow {
    user_id: Uuid,
    name: String,
    created_at: OffsetDateTime,
    points: i64,
    reached_at: OffsetDateTime,
    version: Option<i64>,
    is_deleted: bool,
}

impl LeaderboardRow {
    fn total(self) -> PlayerTotal {
        PlayerTotal {
            user: UserId(self.user_id),
            name: self.name,
            joined_at: self.created_at,
            points: self.points,
            reached_at: self.reached_at,
        }
    }
}

/// The top ten in order: by points, then by who reached them first. `$1` is the scope.
const TEN: &str = "select totals.user_id, users.name, users.created_at, totals.points, totals.reached_at,
        (select version from boards where boards.scope = $1) as version,
        exists (select 1 from events where id = $1 and deleted_at is not null) as is_deleted
     from totals join users on users.id = totals.user_id where totals.scope = $1
     order by totals.points desc, totals.reached_at, totals.user_id limit $2";

/// A player's points in a scope.
const POINTS: &str = "select points from totals where scope = $1 and user_id = $2";

/// How many players have more than some points, summed from a few rows. `$1` is the scope; the node ranges follow,
/// one per level.
const ABOVE: &str = "with ranges (low, high) as (values ($2, $3), ($4, $5), ($6, $7), ($8, $9), ($10, $11),
        ($12, $13), ($14, $15), ($16, $17), ($18, $19), ($20, $21), ($22, $23), ($24, $25), ($26, $27), ($28, $29))
     select cast(coalesce(sum(standings.players), 0) as bigint) from ranges join standings
         on standings.scope = $1 and standings.node between ranges.low and ranges.high";
const _: () = assert!(LEVELS == 14, "the statement above has one range per level");

/// The version of a scope's top ten, and the ten in order. The version is 0 before the first points, and of a deleted
/// event, which has no ten.
pub async fn ten(db: &Database, scope: &BoardScope) -> Result<(i64, Vec<PlayerTotal>), StorageError> {
    let rows: Vec<LeaderboardRow> =
        fetch_all!(db, TEN, [scope.key(), i64::try_from(TOP).unwrap_or(i64::MAX)])?;
    if rows.first().is_some_and(|row| row.is_deleted) {
        return Ok((0, Vec::new()));
    }
    let version = rows.first().and_then(|row| row.version).unwrap_or(0);
    Ok((version, rows.into_iter().map(LeaderboardRow::total).collect()))
}

/// Like [`ten`], without the version and in a transaction.
pub async fn ten_in(tx: &mut Transaction, scope: &BoardScope) -> Result<Vec<PlayerTotal>, StorageError> {
    let rows: Vec<LeaderboardRow> =
        fetch_all!(tx, TEN, [scope.key(), i64::try_from(TOP).unwrap_or(i64::MAX)])?;
    Ok(rows.into_iter().map(LeaderboardRow::total).collect())
}

/// The top-ten versions of these events. Events without points are left out.
pub async fn versions(db: &Database, events: &[EventId]) -> Result<Vec<(EventId, i64)>, StorageError> {
    // The list is passed as JSON, because SQLite has no arrays.
    let statement = db.dialect(
        "select scope, version from boards
            where scope in (select value from json_array_elements_text(cast($1 as json)) as scopes (value))",
        "select scope, version from boards where scope in (select value from json_each($1))",
    );
    let events = json::text(events);
    let rows: Vec<(String, i64)> = fetch_all!(db, statement, [&events])?;
    let version = |(scope, version): (String, i64)| {
        Ok((EventId::parse(&scope).map_err(|_| broken("scope of a board"))?, version))
    };
    rows.into_iter().map(version).collect()
}

/// The rank of a number of points in a scope: one more than the number of players with more.
pub async fn rank(db: &Database, scope: &BoardScope, points: i64) -> Result<i64, StorageError> {
    let above: i64 = on!(db, |db| {
        let mut query = sqlx::query_scalar(ABOVE).bind(scope.key());
        for (low, high) in nodes_above(points) {
            query = query.bind(low).bind(high);
        }
        query.fetch_one(db).await
    })?;
    Ok(above + 1)
}

/// Like [`rank`], in a transaction.
pub async fn rank_in(tx: &mut Transaction, scope: &BoardScope, points: i64) -> Result<i64, StorageError> {
    let above: i64 = on!(tx, |tx| {
        let mut query = sqlx::query_scalar(ABOVE).bind(scope.key());
        for (low, high) in nodes_above(points) {
            query = query.bind(low).bind(high);
        }
        query.fetch_one(tx).await
    })?;
    Ok(above + 1)
}

/// A player's points in a scope; `None` before the first counted points.
pub async fn points(db: &Database, scope: &BoardScope, user: UserId) -> Result<Option<i64>, StorageError> {
    let found: Option<(i64,)> = fetch_optional!(db, POINTS, [scope.key(), user.0])?;
    Ok(found.map(|(points,)| points))
}

/// Like [`points`], in a transaction.
pub async fn points_in(
    tx: &mut Transaction,
    scope: &BoardScope,
    user: UserId,
) -> Result<Option<i64>, StorageError> {
    let found: Option<(i64,)> = fetch_optional!(tx, POINTS, [scope.key(), user.0])?;
    Ok(found.map(|(points,)| points))
}

/// The number of players in a scope, counted up to `limit`.
pub async fn count_players(
    tx: &mut Transaction,
    scope: &BoardScope,
    limit: i64,
) -> Result<i64, StorageError> {
    let (players,): (i64,) = fetch_one!(
        tx,
        "select count(*) from (select 1 from totals where scope = $1 limit $2) as players",
        [scope.key(), limit]
    )?;
    Ok(players)
}
