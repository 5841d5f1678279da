//! Events: stored fields, order and scorers.

use std::time::Duration;

use touchline::domain::event::{Action, Changes, Competition, EventFilter, Status};
use touchline::storage::Database;
use touchline::storage::events::{self, PageQuery};

use super::{ODD_JSON, account, at, event, event_and_scorer, event_id, raw};
use crate::databases::{each, each_url, execute, options};

fn of_status(status: Option<Status>) -> EventFilter {
    EventFilter { statuses: status.into_iter().collect(), ..EventFilter::default() }
}

#[tokio::test]
async fn an_event_is_found_as_it_was_added() {
    each(async |db| {
        let mut new = event("IND-AUS 2026", Status::Scheduled);
        new.starts_at = Some(at(7));
        new.competitors = Some(raw(ODD_JSON));
        new.actions =
            vec![Action { name: "guess".into(), points: 5, min_ms: 10, cooldown_ms: 20, daily_cap: 30 }];
        new.messages = false;
        let mut tx = db.begin().await.unwrap();
        assert!(events::add(&mut tx, &new, "epoch", at(0)).await.unwrap());
        tx.commit().await.unwrap();

        let found = events::find(&db, &new.event_id).await.unwrap().expect("the event is there");
        assert_eq!((found.position.epoch.as_str(), found.position.seq), ("epoch", 0));
        assert_eq!((found.snapshot, found.snapshot_at), (None, None));
        let found = found.event;
        assert_eq!((found.event_id, found.sport, found.title), (new.event_id, new.sport, new.title));
        assert_eq!((found.status, found.starts_at, found.messages), (Status::Scheduled, Some(at(7)), false));
        assert_eq!(found.actions, new.actions);
        assert_eq!(found.competitors.expect("competitors are there").get(), ODD_JSON);
        assert!(events::find(&db, &event_id("other")).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_id_that_exists_is_not_added_again() {
    each(async |db| {
        let (id, _) = event_and_scorer(&db).await;
        let mut tx = db.begin().await.unwrap();
        let mut again = event("1", Status::Ended);
        again.title = "Again".into();
        assert!(!events::add(&mut tx, &again, "other", at(9)).await.unwrap());
        tx.commit().await.unwrap();
        let found = events::find(&db, &id).await.unwrap().expect("the event is there");
        assert_eq!((found.event.title.as_str(), found.position.epoch.as_str()), ("Event 1", "epoch"));
    })
    .await;
}

#[tokio::test]
async fn a_change_sets_what_it_names_and_nothing_else() {
    each(async |db| {
        let (id, _) = event_and_scorer(&db).await;
        let change = async |changes: Changes, now| {
            let mut tx = db.begin().await.unwrap();
            let stored = events::lock(&mut tx, &id).await.unwrap().expect("the event is there");
            let mut event = stored.event;
            changes.apply(&mut event, now);
            events::write(&mut tx, &event, stored.created_at, now).await.unwrap();
            tx.commit().await.unwrap();
            events::find(&db, &id).await.unwrap().expect("the event is there").event
        };
        let cup = Competition { id: event_id("cup"), title: "The Cup".into() };
        let changes = Changes {
            title: Some("Final".into()),
            starts_at: Some(Some(at(1))),
            competitors: Some(Some(raw(ODD_JSON))),
            messages: Some(false),
            venue: Some(Some("Harbour Lane".into())),
            competition: Some(Some(cup.clone())),
            format: Some(Some(raw(ODD_JSON))),
            ..Changes::default()
        };
        let after = change(changes, at(1)).await;
        assert_eq!((after.title.as_str(), after.sport.as_str()), ("Final", "cricket"));
        assert_eq!((after.status, after.starts_at, after.messages), (Status::Live, Some(at(1)), false));
        assert_eq!(after.competitors.expect("competitors are there").get(), ODD_JSON);
        assert_eq!(
            (after.venue.as_deref(), after.competition, after.ended_at),
            (Some("Harbour Lane"), Some(cup), None)
        );
        assert_eq!(after.format.expect("a format is there").get(), ODD_JSON);

        let changes = Changes {
            sport: Some("chess".into()),
            status: Some(Status::Ended),
            starts_at: Some(None),
            competitors: Some(None),
            venue: Some(None),
            competition: Some(None),
            format: Some(None),
            ..Changes::default()
        };
        let after = change(changes, at(2)).await;
        assert_eq!((after.title.as_str(), after.sport.as_str()), ("Final", "chess"));
        assert_eq!((after.status, after.starts_at, after.messages), (Status::Ended, None, false));
        assert_eq!((after.venue, after.competition, after.ended_at), (None, None, Some(at(2))));
        assert!(after.competitors.is_none() && after.format.is_none());
        // A second end is none; a new start forgets the end.
        assert_eq!(change(Changes::of_status(Status::Ended), at(3)).await.ended_at, Some(at(2)));
        assert_eq!(change(Changes::of_status(Status::Live), at(4)).await.ended_at, None);
    })
    .await;
}

#[tokio::test]
async fn the_list_is_in_order_of_status_then_start_then_newest() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        // As text without trailing zeros, the whole second would sort after its half.
        let events = [
            ("ended", Status::Ended, Some(at(0)), 0),
            ("live, start unknown, older", Status::Live, None, 1),
            ("live, start unknown, newer", Status::Live, None, 2),
            ("live at half a second", Status::Live, Some(at(500)), 3),
            ("live at 510 ms", Status::Live, Some(at(510)), 4),
            ("live at the second", Status::Live, Some(at(0)), 5),
            ("scheduled", Status::Scheduled, Some(at(-1000)), 6),
            ("paused", Status::Paused, Some(at(9000)), 7),
        ];
        for (title, status, starts_at, made) in events {
            let mut event = event(&made.to_string(), status);
            (event.title, event.starts_at) = (title.to_owned(), starts_at);
            events::add(&mut tx, &event, "epoch", at(made)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let titles = async |status: Option<Status>| -> Vec<String> {
            let filter = of_status(status);
            let page = PageQuery { filter: &filter, scorer: None, after: None, limit: 500 };
            let listed = events::list(&db, page).await.unwrap();
            assert_eq!(listed.next, None);
            listed.events.into_iter().map(|stored| stored.event.title).collect()
        };
        let live = [
            "live at the second",
            "live at half a second",
            "live at 510 ms",
            "live, start unknown, newer",
            "live, start unknown, older",
        ];
        assert_eq!(titles(Some(Status::Live)).await, live);
        assert_eq!(titles(None).await, [&live[..], &["paused", "scheduled", "ended"]].concat());
    })
    .await;
}

#[tokio::test]
async fn a_list_of_events_is_read_page_by_page_of_a_mebibyte() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        for n in 0..40 {
            let status = if n % 4 == 3 { Status::Ended } else { Status::Live };
            let mut event = event(&format!("{n:02}"), status);
            event.competitors = Some(raw(&format!("\"{}\"", "x".repeat(60_000))));
            events::add(&mut tx, &event, "epoch", at(-n)).await.unwrap();
        }
        tx.commit().await.unwrap();
        for status in [None, Some(Status::Live), Some(Status::Ended)] {
            let (mut ids, mut pages, mut after) = (Vec::new(), Vec::new(), None);
            loop {
                let filter = of_status(status);
                let page = PageQuery { filter: &filter, scorer: None, after: after.as_ref(), limit: 500 };
                let listed = events::list(&db, page).await.unwrap();
                pages.push(listed.events.len());
                ids.extend(listed.events.into_iter().map(|stored| stored.event.event_id.to_string()));
                after = listed.next;
                if after.is_none() {
                    break;
                }
            }
            let of = |ended| (0..40).filter(move |n| (n % 4 == 3) == ended).map(|n| format!("{n:02}"));
            let (expected, sizes): (Vec<_>, &[usize]) = match status {
                None => (of(false).chain(of(true)).collect(), &[18, 18, 4]),
                Some(Status::Live) => (of(false).collect(), &[18, 12]),
                Some(_) => (of(true).collect(), &[10]),
            };
            assert_eq!((ids, &pages[..]), (expected, sizes), "{status:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn completing_an_old_row_leaves_what_another_node_wrote_meanwhile() {
    each_url(async |url| {
        let db = Database::connect(url, &options()).await.expect("a new database opens");
        db.migrate().await.expect("a new database takes the schema");
        let (id, _) = event_and_scorer(&db).await;
        execute(url, "update events set list_key = null, search = null").await.expect("an old row");

        // The other node has written the row, and not committed yet.
        let mut other = db.begin().await.unwrap();
        let stored = events::lock(&mut other, &id).await.unwrap().expect("the event is there");
        let mut event = stored.event;
        event.title = "Final".into();
        events::write(&mut other, &event, stored.created_at, at(1)).await.unwrap();
        let mut completion = tokio::spawn({
            let db = db.clone();
            async move { events::complete(&db).await.unwrap() }
        });
        let waited = tokio::time::timeout(Duration::from_millis(200), &mut completion).await;
        assert!(waited.is_err(), "it did not wait");
        other.commit().await.unwrap();
        completion.await.expect("the completion goes on");

        let filter = EventFilter { search: Some("final".into()), ..EventFilter::default() };
        assert_eq!(events::list_ids(&db, &filter).await.unwrap(), [id]);
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_event_is_assigned_to_a_scorer_once_and_taken_away_once() {
    each(async |db| {
        let (id, scorer) = event_and_scorer(&db).await;
        let mut tx = db.begin().await.unwrap();
        let other = account(&mut tx, "other@example.org").await.id;
        assert!(!events::is_assigned(&mut tx, &id, scorer).await.unwrap());
        assert!(events::assign(&mut tx, &id, scorer, at(0)).await.unwrap());
        assert!(!events::assign(&mut tx, &id, scorer, at(1)).await.unwrap());
        assert!(events::is_assigned(&mut tx, &id, scorer).await.unwrap());
        assert!(!events::is_assigned(&mut tx, &id, other).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(events::assigned_to(&db, scorer).await.unwrap(), std::slice::from_ref(&id));
        assert_eq!(events::assigned_to(&db, other).await.unwrap(), []);

        let mut tx = db.begin().await.unwrap();
        assert!(events::unassign(&mut tx, &id, scorer).await.unwrap());
        assert!(!events::unassign(&mut tx, &id, scorer).await.unwrap());
        assert!(!events::is_assigned(&mut tx, &id, scorer).await.unwrap());
    })
    .await;
}
