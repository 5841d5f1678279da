//! Measures the board with a million players, on SQLite and Postgres: the top ten, a player's rank by a plain count and by
//! the tree of counts, and the cost of maintaining the tree. Part of `make bench`; to run it alone:
//! `scripts/with-postgres cargo bench --bench leaderboard`. PLAYERS and SAMPLES change the size. It fails if a limit is
//! exceeded.

#[path = "../shared/databases.rs"]
mod databases;
mod pool;

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use time::OffsetDateTime;
use touchline::domain::clock;
use touchline::domain::id::{EventId, UserId};
use touchline::domain::leaderboard::BoardScope;
use touchline::storage::{Database, DatabaseOptions, leaderboard, users};

use crate::databases::{AnyError, on_each_engine, setting};
use crate::pool::Pool;

/// The measured event.
const EVENT: &str = "bench";
/// The limits for the 99th percentile: the top ten, and a player's rank.
const PROMISED: [(&str, Duration); 2] =
    [("ten", Duration::from_millis(2)), ("own rank", Duration::from_millis(5))];
/// Concurrent writers, for the cost of maintaining the tree.
const WRITERS: usize = 8;

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let players = setting("PLAYERS", 1_000_000)?;
    let samples = setting("SAMPLES", 2_000)?;
    println!("{players} players, {samples} samples of each; milliseconds");
    on_each_engine("board", async |url| measure(url, players, samples).await).await
}

/// Fills a database and measures it. Returns whether the limits are met.
async fn measure(url: &str, players: i64, samples: i64) -> Result<bool, AnyError> {
    let options = DatabaseOptions { max_connections: 16, acquire_timeout: Duration::from_mins(1) };
    let db = Database::connect(url, &options).await?;
    db.migrate().await?;
    println!("\n{}", db.engine());
    let started = Instant::now();
    let all = Pool::open(url).await?.fill(EVENT, players).await?;
    println!("  filled in {:.0} s", started.elapsed().as_secs_f64());
    let scope = BoardScope::Event(EventId::parse(EVENT)?);
    let mut rng = StdRng::seed_from_u64(1);
    let some: Vec<_> = (0..samples).map(|_| *all.choose(&mut rng).expect("there are players")).collect();

    let counted = plain_count(url, &some).await?;
    report("plain count", counted);
    // Warm up: open connections and prepare statements.
    ten(&db, &scope, 100).await?;
    own_rank(&db, &scope, &some[..some.len().min(100)]).await?;
    report("select 1, to compare with", ping(&db, samples).await?);
    let mut kept = true;
    let mut judge = |name: &str, times: Vec<Duration>| {
        let p99 = report(name, times);
        kept &= PROMISED.iter().all(|(promise, limit)| *promise != name || p99 <= *limit);
    };
    judge("ten", ten(&db, &scope, samples).await?);
    judge("own rank", own_rank(&db, &scope, &some).await?);

    let writers = write(&db, &all, samples, WRITERS);
    let readers = async {
        let ten = ten(&db, &scope, samples).await?;
        Ok::<_, AnyError>((ten, own_rank(&db, &scope, &some).await?))
    };
    let (written, read) = tokio::join!(writers, readers);
    let (ten, own) = read?;
    report("ten, beside writers", ten);
    report("own rank, beside writers", own);
    let (times, took) = written?;
    let rate = f64::from(u32::try_from(times.len())?) / took.as_secs_f64();
    report("counting points, committed", times);
    println!("  {rate:.0} a second by {WRITERS} concurrent writers");
    let started = Instant::now();
    let (totals, differences) = leaderboard::verify(&db).await?;
    // The bench has no ledger, so check only the tree's counts.
    let wrong = differences.iter().filter(|found| matches!(found, leaderboard::Difference::Standing { .. }));
    println!(
        "  {totals} totals: {} wrong counts, found in {:.1} s",
        wrong.count(),
        started.elapsed().as_secs_f64()
    );
    db.close().await;
    Ok(kept)
}

/// The time to count the players above, with the index over totals. It is slow, so it uses only some of the samples.
async fn plain_count(url: &str, some: &[(UserId, i64)]) -> Result<Vec<Duration>, AnyError> {
    let pool = Pool::open(url).await?;
    let mut times = Vec::new();
    for (_, points) in &some[..some.len().min(200)] {
        let started = Instant::now();
        pool.count_above(EVENT, *points).await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

/// The base cost of every statement: the round trip, and the wait for a CPU.
async fn ping(db: &Database, samples: i64) -> Result<Vec<Duration>, AnyError> {
    let mut times = Vec::new();
    for _ in 0..samples {
        let started = Instant::now();
        db.ping().await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

async fn ten(db: &Database, scope: &BoardScope, samples: i64) -> Result<Vec<Duration>, AnyError> {
    let mut times = Vec::new();
    for _ in 0..samples {
        let started = Instant::now();
        leaderboard::ten(db, scope).await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

/// A player's points and rank, as in the answer to `leaderboard`.
async fn own_rank(
    db: &Database,
    scope: &BoardScope,
    some: &[(UserId, i64)],
) -> Result<Vec<Duration>, AnyError> {
    let mut times = Vec::new();
    for (user, _) in some {
        let started = Instant::now();
        let points = leaderboard::points(db, scope, *user).await?.unwrap_or(0);
        leaderboard::rank(db, scope, points).await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

/// Counts points for random players, each in a separate transaction. Returns the time of each, and the total.
async fn write(
    db: &Database,
    all: &[(UserId, i64)],
    samples: i64,
    writers: usize,
) -> Result<(Vec<Duration>, Duration), AnyError> {
    let started = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for writer in 0..writers {
        let mut rng = StdRng::seed_from_u64(100 + writer as u64);
        let share = samples / i64::try_from(writers)?;
        let chosen: Vec<_> = (0..share)
            .map(|_| (all.choose(&mut rng).expect("there are players").0, rng.random_range(1..50)))
            .collect();
        let db = db.clone();
        running.spawn(async move {
            let mut times = Vec::new();
            for (user, points) in chosen {
                let started = Instant::now();
                count(&db, user, points, clock::now()).await.map_err(|error| error.to_string())?;
                times.push(started.elapsed());
            }
            Ok::<_, String>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = running.join_next().await {
        times.extend(done??);
    }
    Ok((times, started.elapsed()))
}

async fn count(db: &Database, user: UserId, points: i64, now: OffsetDateTime) -> Result<(), AnyError> {
    let mut tx = db.begin().await?;
    users::lock(&mut tx, user).await?;
    leaderboard::count(&mut tx, &EventId::parse(EVENT)?, None, user, points, now).await?;
    Ok(tx.commit().await?)
}

/// Prints the median, the 99th percentile and the worst; returns the 99th percentile.
fn report(name: &str, mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let (p50, p99, worst) = (at(50), at(99), at(100));
    println!("  {name:28} p50 {:8.3}  p99 {:8.3}  worst {:8.3}", millis(p50), millis(p99), millis(worst));
    p99
}
