//! The storage layer on both databases: each guarantee that the services rely on.

mod accounts;
mod challenges;
mod crowd;
mod deletion;
mod events;
mod failover;
mod opening;
mod sessions;
mod thread;
mod transactions;
mod updates;

use serde_json::value::RawValue;
use time::OffsetDateTime;
use touchline::domain::account::Account;
use touchline::domain::clock::from_millis;
use touchline::domain::email::EmailAddress;
use touchline::domain::event::{Event, Status};
use touchline::domain::id::{EventId, UserId};
use touchline::domain::score::{Correction, Update, UpdateBody};
use touchline::domain::update_time::UpdateTime;
use touchline::storage::updates::{LogRange, list_first};
use touchline::storage::{Database, Transaction, events as stored_events, users};
use uuid::Uuid;

/// Odd spacing, keys out of order, a repeated key, a number beyond 64 bits, escapes and text.
const ODD_JSON: &str = r#"{ "b":1,"a" : [1.0,  1e2, 12345678901234567890123], "b":"é🔥\u00e9\/" }"#;

/// A fixed time, `millis` milliseconds after a whole second.
fn at(millis: i64) -> OffsetDateTime {
    from_millis(1_780_000_000_000 + millis).expect("a time in this century")
}

fn event_id(text: &str) -> EventId {
    EventId::parse(text).expect("the test's id is valid")
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("the test's address is valid")
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("the test's JSON is valid")
}

fn event(id: &str, status: Status) -> Event {
    let ended_at = (status == Status::Ended).then(|| at(0));
    Event { status, ended_at, ..Event::new(event_id(id), "cricket".to_owned(), format!("Event {id}")) }
}

fn update(seq: i64, data: &str, correction: Option<Correction>) -> Update {
    let time = UpdateTime { at: at(seq), received_at: None };
    Update { seq, time, body: UpdateBody { data: raw(data).into(), correction } }
}

/// At most `limit` updates of a log after `after`.
async fn log(db: &Database, event: &EventId, after: i64, limit: i64) -> Vec<Update> {
    let part = LogRange { event, after, last: after + limit, max_bytes: i64::MAX };
    list_first(db, part).await.expect("the database answers")
}

async fn account(tx: &mut Transaction, address: &str) -> Account {
    let id = UserId(Uuid::now_v7());
    users::find_or_add(tx, &email(address), "Ann", id, at(0)).await.expect("an account is added")
}

/// Adds the event `1` and a scorer.
async fn event_and_scorer(db: &Database) -> (EventId, UserId) {
    let mut tx = db.begin().await.expect("a transaction starts");
    let event = event("1", Status::Live);
    assert!(stored_events::add(&mut tx, &event, "epoch", at(0)).await.expect("an event is added"));
    let scorer = account(&mut tx, "scorer@example.org").await;
    tx.commit().await.expect("a transaction ends");
    (event.event_id, scorer.id)
}
