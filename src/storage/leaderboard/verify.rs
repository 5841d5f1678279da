//! Compares the stored figures with the ledger.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::TryStreamExt as _;
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::id::UserId;
use crate::domain::leaderboard::{COMPETITION_MARK, nodes, shard};
use crate::storage::{Database, StorageError};

/// The totals according to the ledger, per event, per competition and overall: see
/// [`BoardScope::key`](crate::domain::leaderboard::BoardScope::key). Entries count if they were not held, or if a reviewer
/// approved them.
macro_rules! recomputed {
    () => {
        "with counted as (
            select points.event_id, points.user_id, points.points, points.at
            from points left join reviews on reviews.entry_id = points.id
            where not points.held or reviews.status = 'approved'
        ), sums (scope, user_id, points, reached_at) as (
            select event_id, user_id, cast(sum(points) as bigint), max(at) from counted group by event_id, user_id
            union all
            select '/' || events.competition_id, user_id, cast(sum(points) as bigint), max(at)
            from counted join events on events.id = counted.event_id
            where events.competition_id is not null group by events.competition_id, user_id
            union all
            select '', user_id, cast(sum(points) as bigint), max(at) from counted group by user_id
        ) "
    };
}

/// A stored figure that differs from the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A player's total.
    Total {
        /// The scope: [`BoardScope::key`](crate::domain::leaderboard::BoardScope::key).
        scope: String,
        /// The player.
        user: UserId,
        /// The stored value: points, and when they were reached.
        kept: Option<(i64, OffsetDateTime)>,
        /// The value according to the ledger.
        ledger: Option<(i64, OffsetDateTime)>,
    },
    /// A count in the tree that gives ranks.
    Standing {
        /// The scope: [`BoardScope::key`](crate::domain::leaderboard::BoardScope::key).
        scope: String,
        /// The node, and its shard.
        node: (i64, i64),
        /// The stored value.
        kept: i64,
        /// The value according to the totals.
        totals: i64,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |scope: &str| match scope.strip_prefix(COMPETITION_MARK) {
            Some(competition) => format!("competition {competition}"),
            None if scope.is_empty() => "overall".to_owned(),
            None => format!("event {scope}"),
        };
        let total = |total: &Option<(i64, OffsetDateTime)>| match total {
            Some((points, reached_at)) => format!("{points} points, reached {reached_at}"),
            None => "nothing".to_owned(),
        };
        match self {
            Self::Total { scope, user, kept, ledger } => {
                write!(f, "{}, player {user}: kept {}; ledger {}", named(scope), total(kept), total(ledger))
            }
            Self::Standing { scope, node: (node, shard), kept, totals } => {
                write!(f, "{}, node {node}/{shard}: kept {kept} players; totals {totals}", named(scope))
            }
        }
    }
}

#[derive(FromRow)]
struct TotalRow {
    scope: String,
    user_id: Uuid,
    kept: Option<i64>,
    kept_at: Option<OffsetDateTime>,
    ledger: Option<i64>,
    ledger_at: Option<OffsetDateTime>,
}

/// Recomputes every total and every count from a consistent snapshot. Returns the number of totals, and the
/// differences.
pub async fn verify(db: &Database) -> Result<(i64, Vec<Difference>), StorageError> {
    let mut tx = db.begin_reading().await?;
    let rows = on!(tx, |tx| {
        sqlx::query_as::<_, TotalRow>(concat!(
        recomputed!(),
        "select coalesce(sums.scope, totals.scope) as scope, coalesce(sums.user_id, totals.user_id) as user_id,
            totals.points as kept, totals.reached_at as kept_at, sums.points as ledger,
            sums.reached_at as ledger_at
         from sums full join totals on totals.scope = sums.scope and totals.user_id = sums.user_id
         where totals.points is null or sums.points is null or totals.points <> sums.points
            or totals.reached_at <> sums.reached_at"
    ))
    .fetch_all(tx)
    .await
    })?;
    let mut differences: Vec<_> = rows.into_iter().map(TotalRow::difference).collect();

    let mut count = 0;
    let mut counts: BTreeMap<(String, i64, i64), (i64, i64)> = BTreeMap::new();
    on!(tx, |tx| {
        let mut totals =
            sqlx::query_as::<_, (String, Uuid, i64)>("select scope, user_id, points from totals").fetch(tx);
        async {
            while let Some((scope, user, points)) = totals.try_next().await? {
                count += 1;
                for node in nodes(points) {
                    counts.entry((scope.clone(), node, shard(UserId(user)))).or_default().1 += 1;
                }
            }
            Ok::<_, sqlx::Error>(())
        }
        .await
    })?;
    on!(tx, |tx| {
        let mut kept =
            sqlx::query_as::<_, (String, i64, i64, i64)>("select scope, node, shard, players from standings")
                .fetch(tx);
        async {
            while let Some((scope, node, shard, players)) = kept.try_next().await? {
                counts.entry((scope, node, shard)).or_default().0 = players;
            }
            Ok::<_, sqlx::Error>(())
        }
        .await
    })?;
    let wrong = counts.into_iter().filter(|(_, (kept, totals))| kept != totals);
    differences.extend(wrong.map(|((scope, node, shard), (kept, totals))| Difference::Standing {
        scope,
        node: (node, shard),
        kept,
        totals,
    }));
    Ok((count, differences))
}

impl TotalRow {
    fn difference(self) -> Difference {
        Difference::Total {
            scope: self.scope,
            user: UserId(self.user_id),
            kept: self.kept.zip(self.kept_at),
            ledger: self.ledger.zip(self.ledger_at),
        }
    }
}
