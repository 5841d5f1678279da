//! Events: stored fields, order and scorers.

use touchline::domain::event::{Action, Changes, Status};
use touchline::storage::events;

use super::{ODD_JSON, account, at, event, event_and_scorer, event_id, raw};
use crate::databases::each;

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
        let mut tx = db.begin().await.unwrap();
        let changes = Changes {
            title: Some("Final".into()),
            starts_at: Some(Some(at(1))),
            competitors: Some(Some(raw(ODD_JSON))),
            messages: Some(false),
            ..Changes::default()
        };
        let after = events::change(&mut tx, &id, &changes, at(1)).await.unwrap().expect("it is there");
        assert_eq!((after.title.as_str(), after.sport.as_str()), ("Final", "cricket"));
        assert_eq!((after.status, after.starts_at, after.messages), (Status::Live, Some(at(1)), false));
        assert_eq!(after.competitors.expect("competitors are there").get(), ODD_JSON);

        let changes = Changes {
            sport: Some("chess".into()),
            status: Some(Status::Ended),
            starts_at: Some(None),
            competitors: Some(None),
            ..Changes::default()
        };
        let after = events::change(&mut tx, &id, &changes, at(2)).await.unwrap().expect("it is there");
        assert_eq!((after.title.as_str(), after.sport.as_str()), ("Final", "chess"));
        assert_eq!((after.status, after.starts_at, after.messages), (Status::Ended, None, false));
        assert!(after.competitors.is_none());
        assert!(events::change(&mut tx, &event_id("other"), &changes, at(2)).await.unwrap().is_none());
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
        let titles = async |status| -> Vec<String> {
            let listed = events::list(&db, status, None).await.unwrap();
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
                let listed = events::list(&db, status, after.as_ref()).await.unwrap();
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
