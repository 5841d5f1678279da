//! The crowd: reaction totals, messages of a room and viewer statistics.

use touchline::domain::crowd::CrowdPoint;
use touchline::domain::emoji::Emoji;
use touchline::domain::message::RoomMessage;
use touchline::storage::{Database, StorageError, crowd, messages, reactions};
use uuid::Uuid;

use super::{at, event_and_scorer, event_id};
use crate::databases::{each, each_url, execute, options};

fn emoji(text: &str) -> Emoji {
    Emoji::from_stored(text)
}

#[tokio::test]
async fn totals_of_all_runs_add_up_and_a_repeated_write_changes_nothing() {
    each(async |db| {
        let (id, _) = event_and_scorer(&db).await;
        let (fire, other) = (emoji("🔥"), Emoji::other());
        let mut tx = db.begin().await.unwrap();
        reactions::save(&mut tx, &id, "a", &[(fire.clone(), 3), (other.clone(), 1)]).await.unwrap();
        reactions::save(&mut tx, &id, "b", &[(fire.clone(), 10)]).await.unwrap();
        for count in [7, 7, 5] {
            reactions::save(&mut tx, &id, "a", &[(fire.clone(), count)]).await.unwrap();
        }
        let stranger = event_id("other");
        tx.commit().await.unwrap();

        let totals = async |run| -> Vec<(String, u64, u64)> {
            let totals = reactions::totals(&db, &id, run).await.unwrap().into_iter();
            totals.map(|total| (total.emoji.to_string(), total.own, total.others.values().sum())).collect()
        };
        let sorted = |mut totals: Vec<(String, u64, u64)>| {
            totals.sort();
            totals
        };
        assert_eq!(sorted(totals("a").await), [("other".into(), 1, 0), ("🔥".into(), 7, 10)]);
        assert_eq!(sorted(totals("c").await), [("other".into(), 0, 1), ("🔥".into(), 0, 17)]);
        assert!(reactions::totals(&db, &stranger, "a").await.unwrap().is_empty());
        let mut tx = db.begin().await.unwrap();
        let refused = reactions::save(&mut tx, &stranger, "a", &[(fire, 1)]).await;
        assert!(matches!(refused, Err(StorageError::Failed(_))), "an event must exist: {refused:?}");
    })
    .await;
}

#[tokio::test]
async fn totals_that_an_earlier_version_kept_are_those_of_one_emoji_and_of_the_others() {
    each_url(async |url| {
        let db = Database::connect(url, &options()).await.unwrap();
        db.migrate().await.unwrap();
        let (id, _) = event_and_scorer(&db).await;
        let kept = "insert into reaction_totals (event_id, emoji, run, count)
            select id, emoji, run, count from events cross join (
                select '❤' as emoji, 'a' as run, 2 as count union all select '❤️', 'a', 3 union all
                select '❤', 'b', 4 union all select 'fuck', 'a', 5 union all select 'other', 'a', 6
            ) as earlier";
        execute(url, kept).await.unwrap();
        let totals = reactions::totals(&db, &id, "c").await.unwrap();
        let totals: Vec<_> =
            totals.iter().map(|total| (total.emoji.as_str(), total.others.clone())).collect();
        let of = |runs: &[(&str, u64)]| runs.iter().map(|(run, count)| ((*run).to_owned(), *count)).collect();
        assert_eq!(totals.len(), 2, "{totals:?}");
        assert!(totals.contains(&("❤️", of(&[("a", 5), ("b", 4)]))), "{totals:?}");
        assert!(totals.contains(&("other", of(&[("a", 11)]))), "{totals:?}");
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_last_messages_come_back_to_the_byte_without_the_deleted_ones() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        let text = "\u{202e}é🔥 \"quoted\"\n👨‍👩‍👧‍👦\u{200f}";
        let message = |number: i64| RoomMessage {
            message_id: Uuid::now_v7(),
            author,
            name: "Ann".into(),
            text: format!("{number}{text}"),
            at: at(number),
            official: number == 2,
        };
        let all: Vec<_> = (0..5).map(message).collect();
        let mut tx = db.begin().await.unwrap();
        for message in all.iter().chain(&all[..1]) {
            messages::add(&mut tx, &id, message).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(messages::recent(&db, &id, 50).await.unwrap(), all);
        assert_eq!(messages::recent(&db, &id, 2).await.unwrap(), all[3..]);
        assert!(messages::recent(&db, &id, 0).await.unwrap().is_empty());

        let mut tx = db.begin().await.unwrap();
        let third = all[3].message_id;
        assert!(!messages::delete(&mut tx, &event_id("other"), third, at(9)).await.unwrap());
        assert!(messages::delete(&mut tx, &id, third, at(9)).await.unwrap());
        assert!(!messages::delete(&mut tx, &id, third, at(9)).await.unwrap());
        assert!(!messages::delete(&mut tx, &id, Uuid::now_v7(), at(9)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(messages::recent(&db, &id, 2).await.unwrap(), [all[2].clone(), all[4].clone()]);
    })
    .await;
}

#[tokio::test]
async fn points_of_all_runs_add_up_by_their_moment() {
    each(async |db| {
        let (id, _) = event_and_scorer(&db).await;
        let empty = crowd::stats(&db, &id, 100).await.unwrap();
        assert_eq!((empty.peak, empty.average, empty.points.len()), (0, 0.0, 0));
        let mut tx = db.begin().await.unwrap();
        let points = [(0, "a", 1, 2, 3), (0, "b", 10, 0, 0), (10_000, "a", 0, 2, 0), (10_000, "a", 9, 9, 9)];
        for (moment, run, users, guests, reactions) in points {
            let point = CrowdPoint { at: at(moment), total: users + guests, users, guests, reactions };
            crowd::add_point(&mut tx, &id, run, &point).await.unwrap();
        }
        tx.commit().await.unwrap();
        let stats = crowd::stats(&db, &id, 100).await.unwrap();
        assert_eq!((stats.peak, stats.average), (13, 7.5));
        let first = CrowdPoint { at: at(0), total: 13, users: 11, guests: 2, reactions: 3 };
        let second = CrowdPoint { at: at(10_000), total: 2, users: 0, guests: 2, reactions: 0 };
        assert_eq!(stats.points, [first, second]);
        assert_eq!(crowd::stats(&db, &id, 1).await.unwrap().points, [second]);
    })
    .await;
}
