//! Measures pages of a list of 100,000 events, on SQLite and Postgres. Part of `make bench`; to run it alone:
//! `scripts/with-postgres cargo bench --bench lists`. EVENTS and SAMPLES change the size. It fails if a limit is exceeded.

#[path = "../shared/databases.rs"]
mod databases;

use std::time::{Duration, Instant};

use serde_json::value::RawValue;
use sqlx::{PgPool, SqlitePool};
use time::OffsetDateTime;
use touchline::domain::clock;
use touchline::domain::event::{Competition, Event, EventFilter, ListPlace, Status, search_text};
use touchline::domain::id::EventId;
use touchline::storage::events::{self, PageQuery};
use touchline::storage::{Database, DatabaseOptions};

use crate::databases::{AnyError, on_each_engine, setting};

/// The limit for the 99th percentile of a page.
const PROMISED: Duration = Duration::from_millis(5);
/// Events in a page.
const PAGE: usize = 100;
/// The start of the first event, in milliseconds.
const BEGIN: i64 = 1_700_000_000_000;
/// The time from one event's start to the next one's, in milliseconds.
const STEP: i64 = 600_000;
const SPORTS: [&str; 8] = ["cricket", "football", "chess", "hockey", "tennis", "rugby", "netball", "rowing"];

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let count = setting("EVENTS", 100_000)?;
    let samples = setting("SAMPLES", 1_000)?;
    println!("{count} events, pages of {PAGE}, {samples} samples of each; milliseconds");
    on_each_engine("lists", async |url| measure(url, count, samples).await).await
}

/// Fills a database and measures it. Returns whether the limits are met.
async fn measure(url: &str, count: i64, samples: i64) -> Result<bool, AnyError> {
    let options = DatabaseOptions { max_connections: 4, acquire_timeout: Duration::from_mins(1) };
    let db = Database::connect(url, &options).await?;
    db.migrate().await?;
    println!("\n{}", db.engine());
    let started = Instant::now();
    fill(&db, count).await?;
    settle(url).await?;
    println!("  filled in {:.0} s", started.elapsed().as_secs_f64());

    let all = EventFilter::default();
    let of_sport = EventFilter { sport: Some("chess".to_owned()), ..EventFilter::default() };
    let of = |status| EventFilter { statuses: vec![status], ..EventFilter::default() };
    let time = |n: i64| clock::from_millis(BEGIN + n * STEP);
    let of_day = EventFilter { from: time(count / 2), to: time(count / 2 + 144), ..EventFilter::default() };
    let of_cup = EventFilter { competition: Some(EventId::parse("cup-7")?), ..EventFilter::default() };
    let searched = |text: &str| EventFilter { search: Some(search_text(text)), ..EventFilter::default() };
    let late = Some(place(count / 20));
    let very_late = Some(place(count / 2));
    let both = EventFilter { statuses: vec![Status::Ended], ..of_sport.clone() };
    let by_message = Some(ListPlace::Event(id(count / 2)?));
    let mut kept = true;
    for (name, filter, after) in [
        ("first page", &all, None),
        ("a late page", &all, late),
        ("a page in the middle", &all, very_late.clone()),
        ("a page after an event", &all, by_message),
        ("by sport", &of_sport, None),
        ("by sport, a late page", &of_sport, very_late.clone()),
        ("by sport and status", &both, very_late.clone()),
        ("live", &of(Status::Live), None),
        ("scheduled", &of(Status::Scheduled), None),
        ("ended, a late page", &of(Status::Ended), very_late),
        ("of a day", &of_day, None),
        ("of a competition", &of_cup, None),
    ] {
        let p99 = report(name, pages(&db, filter, after.as_ref(), samples).await?);
        if p99 > PROMISED {
            println!("  … over the limit");
            kept = false;
        }
    }
    for (name, text) in
        [("q, found often", "home"), ("q, found once", "Home 77 "), ("q, not found", "nothing like it")]
    {
        report(name, pages(&db, &searched(text), None, samples / 20 + 1).await?);
    }
    db.close().await;
    Ok(kept)
}

/// The times of reading one page.
async fn pages(
    db: &Database,
    filter: &EventFilter,
    after: Option<&ListPlace>,
    samples: i64,
) -> Result<Vec<Duration>, AnyError> {
    let page = PageQuery { filter, scorer: None, after, limit: PAGE };
    // Warm up: open connections and prepare statements.
    for _ in 0..8 {
        events::list(db, page).await?;
    }
    let mut times = Vec::new();
    for _ in 0..samples {
        let started = Instant::now();
        events::list(db, page).await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

/// Adds this many events: of twenty, one is live or paused, one is scheduled, and the others are ended.
async fn fill(db: &Database, count: i64) -> Result<(), AnyError> {
    for first in (0..count).step_by(5_000) {
        let mut tx = db.begin().await?;
        for n in first..count.min(first + 5_000) {
            let (event, created_at) = event(n)?;
            events::add(&mut tx, &event, "epoch", created_at).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn id(n: i64) -> Result<EventId, AnyError> {
    Ok(EventId::parse(&format!("event:{n}"))?)
}

fn event(n: i64) -> Result<(Event, OffsetDateTime), AnyError> {
    let status = match n % 20 {
        0 => Status::Scheduled,
        1 if n % 400 == 1 => Status::Paused,
        1 => Status::Live,
        _ => Status::Ended,
    };
    let starts_at = clock::from_millis(BEGIN + n * STEP);
    let competitors =
        format!(r#"[{{"name":"Home {n} Town","short":"H{n}"}},{{"name":"Away {n} United","short":"A{n}"}}]"#);
    let event = Event {
        status,
        starts_at,
        ended_at: starts_at.filter(|_| status == Status::Ended),
        competitors: Some(RawValue::from_string(competitors)?),
        venue: Some("Harbour Lane".to_owned()),
        competition: Some(Competition {
            id: EventId::parse(&format!("cup-{}", n % 200))?,
            title: "A cup".to_owned(),
        }),
        ..Event::new(
            id(n)?,
            SPORTS[usize::try_from(n)? % SPORTS.len()].to_owned(),
            format!("Home {n} Town v Away {n} United"),
        )
    };
    Ok((event, clock::from_millis(BEGIN + n).ok_or("a time")?))
}

/// The place of the ended event nearest to `n`.
fn place(n: i64) -> ListPlace {
    let (event, created_at) = event(n / 20 * 20 + 7).expect("the bench's events are valid");
    ListPlace::Key(event.list_key(created_at))
}

/// Lets the database gather statistics, and write what was filled before the measurement.
async fn settle(url: &str) -> Result<(), AnyError> {
    if url.starts_with("sqlite") {
        let pool = SqlitePool::connect(url).await?;
        sqlx::query("pragma wal_checkpoint(truncate)").execute(&pool).await?;
        pool.close().await;
    } else {
        let pool = PgPool::connect(url).await?;
        sqlx::query("vacuum analyze").execute(&pool).await?;
        sqlx::query("checkpoint").execute(&pool).await?;
        pool.close().await;
    }
    Ok(())
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
