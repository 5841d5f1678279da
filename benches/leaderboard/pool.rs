//! Direct access to the database, to fill it and to measure statements that the program does not use.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use sqlx::{PgPool, SqlitePool};
use touchline::domain::id::UserId;
use touchline::domain::leaderboard::{nodes, shard};
use uuid::Uuid;

/// Points with many small totals, few large ones, and ties.
macro_rules! points {
    () => {
        "((n % 1000) * (n % 1000) * (n % 1000) / 10000 + (n * 7919 % 97)) * 5"
    };
}

const POSTGRES: [&str; 4] = [
    "insert into users (id, email, email_key, name, created_at)
        select gen_random_uuid(), n || '@example.org', n || '@example.org', 'player ' || n, now()
        from generate_series(1, $1) as n",
    concat!(
        "insert into totals (scope, user_id, points, reached_at)
            select $2, id, ",
        points!(),
        ", now() from (select id, row_number() over () as n from users limit $1) as numbered"
    ),
    "vacuum analyze",
    // Flush the filled data now, so that it is not written during the measurement.
    "checkpoint",
];

const SQLITE: [&str; 2] = [
    "insert into users (id, email, email_key, name, created_at)
        with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < $1)
        select randomblob(16), n || '@example.org', n || '@example.org', 'player ' || n, '2026-01-01T00:00:00.000Z'
        from numbers",
    concat!(
        "insert into totals (scope, user_id, points, reached_at)
            select $2, id, ",
        points!(),
        ", '2026-01-01T00:00:00.000Z' from (select id, rowid as n from users limit $1)"
    ),
];

const STANDING: &str = "insert into standings (scope, node, shard, players) values ($1, $2, $3, $4)";
const COUNT: &str = "select count(*) from totals where scope = $1 and points > $2";

/// A database of either engine.
pub enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

impl Pool {
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        Ok(if url.starts_with("sqlite") {
            Self::Sqlite(SqlitePool::connect(url).await?)
        } else {
            Self::Postgres(PgPool::connect(url).await?)
        })
    }

    /// The number of players with more points.
    pub async fn count_above(&self, scope: &str, points: i64) -> Result<i64, sqlx::Error> {
        match self {
            Self::Postgres(pool) => sqlx::query_scalar(COUNT).bind(scope).bind(points).fetch_one(pool).await,
            Self::Sqlite(pool) => sqlx::query_scalar(COUNT).bind(scope).bind(points).fetch_one(pool).await,
        }
    }

    /// Adds this many players with their totals and the tree over them. Returns the players.
    pub async fn fill(&self, scope: &str, players: i64) -> Result<Vec<(UserId, i64)>, sqlx::Error> {
        match self {
            Self::Postgres(pool) => {
                sqlx::query(POSTGRES[0]).bind(players).execute(pool).await?;
                sqlx::query(POSTGRES[1]).bind(players).bind(scope).execute(pool).await?;
            }
            Self::Sqlite(pool) => {
                sqlx::query(SQLITE[0]).bind(players).execute(pool).await?;
                sqlx::query(SQLITE[1]).bind(players).bind(scope).execute(pool).await?;
            }
        }
        let all = self.totals().await?;
        let mut tree: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for (user, points) in &all {
            for node in nodes(*points) {
                *tree.entry((node, shard(*user))).or_default() += 1;
            }
        }
        self.plant(scope, tree).await?;
        Ok(all)
    }

    async fn totals(&self) -> Result<Vec<(UserId, i64)>, sqlx::Error> {
        const TOTALS: &str = "select user_id, points from totals";
        type Row = (Uuid, i64);
        let rows: Vec<Row> = match self {
            Self::Postgres(pool) => sqlx::query_as::<_, Row>(TOTALS).fetch(pool).try_collect().await?,
            Self::Sqlite(pool) => sqlx::query_as::<_, Row>(TOTALS).fetch(pool).try_collect().await?,
        };
        Ok(rows.into_iter().map(|(user, points)| (UserId(user), points)).collect())
    }

    async fn plant(&self, scope: &str, tree: BTreeMap<(i64, i64), i64>) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                for ((node, shard), players) in tree {
                    let row = sqlx::query(STANDING).bind(scope).bind(node).bind(shard).bind(players);
                    row.execute(&mut *tx).await?;
                }
                tx.commit().await?;
                sqlx::query(POSTGRES[2]).execute(pool).await?;
                sqlx::query(POSTGRES[3]).execute(pool).await?;
            }
            Self::Sqlite(pool) => {
                let mut tx = pool.begin().await?;
                for ((node, shard), players) in tree {
                    let row = sqlx::query(STANDING).bind(scope).bind(node).bind(shard).bind(players);
                    row.execute(&mut *tx).await?;
                }
                tx.commit().await?;
            }
        }
        Ok(())
    }
}
