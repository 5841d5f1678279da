//! Deleting an event: nothing is written for it afterwards, whoever was about to.

use std::time::Duration;

use touchline::domain::emoji::Emoji;
use touchline::domain::event::Status;
use touchline::storage::{events, reactions};

use super::{at, event, event_id};
use crate::databases::each;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_waits_for_those_who_hold_the_event_and_nobody_holds_it_afterwards() {
    each(async |db| {
        let id = event_id("1");
        let mut tx = db.begin().await.expect("a transaction");
        assert!(events::add(&mut tx, &event("1", Status::Ended), "e", at(0)).await.expect("an answer"));
        tx.commit().await.expect("a commit");

        let mut holder = db.begin().await.expect("a transaction");
        assert!(events::hold(&mut holder, &id).await.expect("an answer"));
        let mut deletion = tokio::spawn({
            let (db, id) = (db.clone(), id.clone());
            async move {
                let mut tx = db.begin().await.expect("a turn");
                assert!(events::lock_alone(&mut tx, &id).await.expect("the lock").is_some());
                events::mark_deleted(&mut tx, &id, at(1)).await.expect("a mark");
                assert!(!events::erase_some(&mut tx, &id, 10).await.expect("an answer"));
                tx.commit().await.expect("a commit");
            }
        });
        let waited = tokio::time::timeout(Duration::from_millis(200), &mut deletion).await;
        assert!(waited.is_err(), "it did not wait");
        let fire = [(Emoji::from_stored("🔥"), 1)];
        reactions::save(&mut holder, &id, "run", &fire).await.expect("a row");
        holder.commit().await.expect("a commit");
        deletion.await.expect("the deletion goes on");

        assert_eq!(reactions::totals(&db, &id, "run").await.expect("totals"), []);
        assert_eq!(events::list_unerased(&db).await.expect("a list"), []);
        let mut late = db.begin().await.expect("a transaction");
        assert!(!events::hold(&mut late, &id).await.expect("an answer"));
        assert!(events::lock(&mut late, &id).await.expect("an answer").is_none());
        assert!(events::find_offer(&mut late, &id).await.expect("an answer").is_none());
        assert!(!events::add(&mut late, &event("1", Status::Ended), "f", at(2)).await.expect("an answer"));
    })
    .await;
}
