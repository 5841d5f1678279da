//! The guarantees of transactions: fair order, atomicity and a durable log.

use std::time::Duration;

use touchline::domain::event::Status;
use touchline::domain::id::{EventId, UserId};
use touchline::domain::network::Network;
use touchline::domain::score::Update;
use touchline::storage::audit;
use touchline::storage::updates::{self, NewUpdate, NewUpdates};
use touchline::storage::{Database, DatabaseOptions, Lane, Reader, StorageError, Transaction, events};

use super::{at, event, event_and_scorer, event_id, log, update};
use crate::databases::{each, each_url, execute, options};
use crate::http::DEADLINE;

async fn append(tx: Transaction, event: &EventId, author: UserId, update: &Update) -> bool {
    let lone = [NewUpdate { update, op_id: None }];
    let new = NewUpdates { event, updates: &lone, snapshot: "{}", summary: None, author };
    updates::append_and_commit(tx, new).await.expect("the database answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_writers_at_once_get_twenty_numbers_without_a_gap() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        let mut writers = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (db, id) = (db.clone(), id.clone());
            writers.spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let stored = events::lock(&mut tx, &id).await.unwrap().expect("the event is there");
                let new = update(stored.position.seq + 1, "{}", None);
                assert!(append(tx, &id, author, &new).await);
                new.seq
            });
        }
        let mut seqs = writers.join_all().await;
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=20).collect::<Vec<i64>>());
        let written = log(&db, &id, 0, 100).await;
        assert_eq!(written.iter().map(|update| update.seq).collect::<Vec<_>>(), seqs);
    })
    .await;
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        assert!(events::add(&mut tx, &event("1", Status::Live), "epoch", at(0)).await.unwrap());
        assert!(events::lock(&mut tx, &event_id("1")).await.unwrap().is_some());
        assert!(events::find(&db, &event_id("1")).await.unwrap().is_none(), "seen before the commit");
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert!(events::lock(&mut tx, &event_id("1")).await.unwrap().is_none());
    })
    .await;
}

/// Polls a write `polls` times, a moment apart, and then drops it.
async fn give_up(write: impl Future, polls: usize) {
    let mut write = Box::pin(write);
    for _ in 0..polls {
        if futures_util::poll!(&mut write).is_ready() {
            return;
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

#[tokio::test]
async fn a_write_that_is_given_up_at_any_moment_is_done_or_not_and_holds_up_nobody() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        let mut done = 0;
        for polls in 0..40 {
            let unfinished = async {
                let mut tx = db.begin().await.unwrap();
                events::lock(&mut tx, &id).await.unwrap();
                events::add(&mut tx, &event("2", Status::Live), "epoch", at(0)).await.unwrap();
                std::future::pending::<()>().await;
            };
            give_up(unfinished, polls).await;
            assert!(events::find(&db, &event_id("2")).await.unwrap().is_none(), "after {polls}");

            let new = update(done + 1, "{}", None);
            let appending = async {
                let mut tx = db.begin().await.unwrap();
                events::lock(&mut tx, &id).await.unwrap();
                assert!(append(tx, &id, author, &new).await);
            };
            give_up(appending, polls).await;
            let mut tx = db.begin().await.unwrap();
            let stored = events::lock(&mut tx, &id).await.unwrap().expect("the event is there");
            drop(tx);
            let last = stored.position.seq;
            assert!(last == done || last == done + 1, "{last} after {done}, with {polls}");
            let written = log(&db, &id, done, 10).await;
            assert_eq!(
                written.iter().map(|update| update.seq).collect::<Vec<_>>(),
                (done + 1..=last).collect::<Vec<_>>()
            );
            done = last;
        }
        assert!((1..40).contains(&done), "{done} of 40 were done");
    })
    .await;
}

#[tokio::test]
async fn readers_do_not_wait_for_a_writer() {
    each(async |db| {
        let (id, _) = event_and_scorer(&db).await;
        let mut tx = db.begin().await.unwrap();
        events::lock(&mut tx, &id).await.unwrap();
        assert!(events::add(&mut tx, &event("2", Status::Live), "epoch", at(0)).await.unwrap());
        let read = tokio::time::timeout(DEADLINE, events::find(&db, &id)).await;
        assert_eq!(read.expect("the reader waits").unwrap().expect("the event is there").position.seq, 0);
        db.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stranger_who_gets_no_place_is_told_so_and_not_that_the_database_is_away() {
    each_url(async |url| {
        let impatient = DatabaseOptions { acquire_timeout: Duration::from_millis(200), max_connections: 2 };
        let db = Database::connect(url, &impatient).await.unwrap();
        db.migrate().await.unwrap();
        let lane = Lane::Anonymous(Network::of([192, 0, 2, 1].into()));
        let writing = db.begin_for(lane).await.unwrap();
        let refused = db.begin_for(lane).await;
        assert!(matches!(refused, Err(StorageError::Crowded(_))), "{refused:?}");
        drop(writing);
        let strangers = db.read_by(Reader::Anonymous);
        let reading = strangers.begin_reading().await.unwrap();
        let refused = strangers.ping().await;
        assert!(matches!(refused, Err(StorageError::Crowded(_))), "{refused:?}");
        db.ping().await.expect("a player has a place");
        drop(reading);
        strangers.ping().await.expect("there is room again");
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_writer_whose_turn_does_not_come_is_told_that_the_database_is_unavailable() {
    each_url(async |url| {
        let setup = Database::connect(url, &options()).await.unwrap();
        setup.migrate().await.unwrap();
        let (id, _) = event_and_scorer(&setup).await;
        setup.close().await;

        let impatient = DatabaseOptions { acquire_timeout: Duration::from_millis(200), ..options() };
        let db = Database::connect(url, &impatient).await.unwrap();
        let mut holder = db.begin().await.unwrap();
        events::lock(&mut holder, &id).await.unwrap();
        let second = async {
            let mut tx = db.begin().await?;
            events::lock(&mut tx, &id).await
        };
        let refused = second.await;
        assert!(matches!(refused, Err(StorageError::Unavailable(_))), "{refused:?}");
        holder.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert!(events::lock(&mut tx, &id).await.unwrap().is_some(), "the next one has its turn");
        drop(tx);
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_in_a_log_cannot_be_changed_or_removed_even_by_hand() {
    each_url(async |url| {
        let db = Database::connect(url, &options()).await.unwrap();
        db.migrate().await.unwrap();
        let (id, author) = event_and_scorer(&db).await;
        let new = update(1, r#"{"a":1}"#, None);
        assert!(append(db.begin().await.unwrap(), &id, author, &new).await);
        let mut tx = db.begin().await.unwrap();
        audit::add(&mut tx, at(0), None, "event:status", "1", None).await.unwrap();
        tx.commit().await.unwrap();
        for statement in [
            "update updates set data = '{}'",
            "delete from updates",
            "update audit set subject = '2'",
            "delete from audit",
        ] {
            let refused = execute(url, statement).await.expect_err(statement).to_string();
            assert!(refused.contains("is append-only"), "{statement}: {refused}");
        }
        let written = log(&db, &id, 0, 10).await;
        assert_eq!(written[0].body.data.get(), r#"{"a":1}"#);
        db.close().await;
    })
    .await;
}
