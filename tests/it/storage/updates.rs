//! The log of an event.

use touchline::domain::id::{EventId, OpId, UserId};
use touchline::domain::score::{Correction, Update};
use touchline::storage::updates::{self, LogRange, NewUpdate, NewUpdates};
use touchline::storage::{Database, StorageError, events};

use super::{ODD_JSON, at, event_and_scorer, event_id, log, update};
use crate::databases::each;

async fn add(
    db: &Database,
    event: &EventId,
    author: UserId,
    update: &Update,
    op_id: Option<&str>,
) -> Result<bool, StorageError> {
    let op_id = op_id.map(|text| OpId::parse(text).expect("the test's id is valid"));
    let lone = [NewUpdate { update, op_id: op_id.as_ref() }];
    let new = NewUpdates { event, updates: &lone, snapshot: ODD_JSON, summary: None, author };
    updates::append_and_commit(db.begin().await?, new).await
}

#[tokio::test]
async fn an_update_is_found_by_its_attempt_and_listed_to_the_byte() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        let data = r#"{ "z":1.50, "a" : "é🔥\u00e9", "n":123456789012345678901234567890 }"#;
        let correction = Correction { voids: vec![1], reason: "no ball".into() };
        assert!(add(&db, &id, author, &update(1, data, None), Some("op 1")).await.unwrap());
        assert!(add(&db, &id, author, &update(2, "{}", Some(correction.clone())), None).await.unwrap());
        assert!(add(&db, &id, author, &update(3, "{}", None), None).await.unwrap());
        let found = updates::find_by_op(&db, &id, &OpId::parse("op 1").unwrap()).await.unwrap();
        let found = found.expect("the attempt is known");
        assert_eq!((found.seq, found.time.at, found.body.data.get()), (1, at(1), data));
        assert_eq!(found.body.correction, None);
        let op = OpId::parse("op 2").unwrap();
        assert!(updates::find_by_op(&db, &id, &op).await.unwrap().is_none());
        let op = OpId::parse("op 1").unwrap();
        assert!(updates::find_by_op(&db, &event_id("2"), &op).await.unwrap().is_none());

        let seqs = |list: &[Update]| list.iter().map(|update| update.seq).collect::<Vec<i64>>();
        let all = log(&db, &id, 0, 100).await;
        assert_eq!(seqs(&all), [1, 2, 3]);
        assert_eq!(all[0].body.data.get(), data);
        assert_eq!(all[1].body.correction, Some(correction));
        assert_eq!(seqs(&log(&db, &id, 1, 1).await), [2]);
        assert!(seqs(&log(&db, &id, 3, 100).await).is_empty());
        assert!(seqs(&log(&db, &id, 0, -1).await).is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_update_is_added_where_the_log_ends_and_an_attempt_once() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        assert!(!add(&db, &id, author, &update(2, "{}", None), None).await.unwrap(), "a gap");
        assert!(add(&db, &id, author, &update(1, "{}", None), Some("op")).await.unwrap());

        for (seq, op_id) in [(2, Some("op")), (1, None), (3, None), (0, None), (-1, None)] {
            let added = add(&db, &id, author, &update(seq, "{}", None), op_id).await.unwrap();
            assert!(!added, "{seq} {op_id:?}");
        }
        let stranger = event_id("other");
        assert!(!add(&db, &stranger, author, &update(1, "{}", None), None).await.unwrap());
        // Refused updates changed nothing.
        let stored = events::find(&db, &id).await.unwrap().expect("the event is there");
        assert_eq!((stored.position.seq, stored.snapshot_at), (1, Some(at(1))));
        assert_eq!(stored.snapshot.as_deref(), Some(ODD_JSON));
        assert!(add(&db, &id, author, &update(2, "{}", None), Some("another")).await.unwrap());
        assert!(add(&db, &id, author, &update(3, "{}", None), None).await.unwrap());

        let written = log(&db, &id, 0, 10).await;
        assert_eq!(written.iter().map(|update| update.seq).collect::<Vec<_>>(), [1, 2, 3]);
        let ids = [event_id("1")];
        assert_eq!(events::list_of(&db, &ids).await.unwrap()[0].snapshot, None);
    })
    .await;
}

#[tokio::test]
async fn several_updates_are_added_at_the_end_of_the_log_or_not_at_all() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        let correction = Correction { voids: vec![1], reason: "é".into() };
        let mut new = [
            update(1, r#"{ "a": 1.50 }"#, None),
            update(2, "{}", Some(correction.clone())),
            update(3, "{}", None),
        ];
        new[1].time.received_at = Some(at(9));
        let op = OpId::parse("op").unwrap();
        let several: Vec<_> = new
            .iter()
            .map(|update| NewUpdate { update, op_id: Some(&op).filter(|_| update.seq == 3) })
            .collect();
        let add = async |updates| {
            let new = NewUpdates { event: &id, updates, snapshot: ODD_JSON, summary: Some("{}"), author };
            updates::append_and_commit(db.begin().await?, new).await
        };
        assert!(!add(&several[1..]).await.unwrap(), "a gap");
        assert!(!add(&[]).await.unwrap(), "nothing to add");
        assert!(log(&db, &id, 0, 10).await.is_empty());
        assert!(add(&several).await.unwrap());
        assert!(!add(&several).await.unwrap(), "they are there already");

        let stored = events::find(&db, &id).await.unwrap().expect("the event is there");
        assert_eq!((stored.position.seq, stored.snapshot_at), (3, Some(at(3))));
        assert_eq!(
            (stored.snapshot.as_deref(), stored.summary.map(|json| json.get().to_owned())),
            (Some(ODD_JSON), Some("{}".into()))
        );
        let written = log(&db, &id, 0, 10).await;
        assert_eq!(written.iter().map(|update| update.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(
            written.iter().map(|update| update.time).collect::<Vec<_>>(),
            new.each_ref().map(|update| update.time)
        );
        assert_eq!(
            (written[0].body.data.get(), &written[1].body.correction),
            (r#"{ "a": 1.50 }"#, &Some(correction))
        );
        let mut found = Vec::new();
        let mut tx = db.begin().await.unwrap();
        let each = |op: &str, update: Update| found.push((op.to_owned(), update.seq));
        updates::for_each_of_ops(&mut tx, &id, &["op", "other"], each).await.unwrap();
        assert_eq!(found, [("op".to_owned(), 3)]);
    })
    .await;
}

#[tokio::test]
async fn existing_updates_are_counted_once_each() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        for seq in 1..=3 {
            assert!(add(&db, &id, author, &update(seq, "{}", None), None).await.unwrap());
        }
        let mut tx = db.begin().await.unwrap();
        let cases: [(&[i64], usize); 5] =
            [(&[], 0), (&[1], 1), (&[3, 1, 3, 1], 2), (&[0, -1, 4, i64::MAX, 2], 1), (&[1, 2, 3], 3)];
        for (seqs, count) in cases {
            assert_eq!(updates::count_existing(&mut tx, &id, seqs).await.unwrap(), count, "{seqs:?}");
        }
        let many: Vec<i64> = (1..=20_000).collect();
        assert_eq!(updates::count_existing(&mut tx, &id, &many).await.unwrap(), 3);
        assert_eq!(updates::count_existing(&mut tx, &event_id("2"), &[1]).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_log_is_bounded_in_bytes_from_either_end() {
    each(async |db| {
        let (id, author) = event_and_scorer(&db).await;
        let data = |bytes: usize| format!(r#"{{"a":"{}"}}"#, "é".repeat((bytes - 8) / 2));
        let reason = Correction { voids: vec![1], reason: "x".repeat(95) };
        let log = [(data(100), None), (data(300), None), (data(100), None), ("{}".into(), Some(reason))];
        for (seq, (data, correction)) in (1..).zip(log) {
            assert!(add(&db, &id, author, &update(seq, &data, correction), None).await.unwrap());
        }
        let seqs = |list: &[Update]| list.iter().map(|update| update.seq).collect::<Vec<i64>>();
        for (after, last, max_bytes, first, end) in [
            (0, 4, 1, &[1][..], &[4][..]),
            (0, 4, 100, &[1], &[4]),
            (0, 4, 101, &[1, 2], &[3, 4]),
            // An update larger than the bound is not divided.
            (1, 2, 1, &[2], &[2]),
            (0, 3, 401, &[1, 2, 3], &[1, 2, 3]),
            (0, 9, i64::MAX, &[1, 2, 3, 4], &[1, 2, 3, 4]),
            (4, 9, i64::MAX, &[], &[]),
            (3, 2, i64::MAX, &[], &[]),
        ] {
            let part = LogRange { event: &id, after, last, max_bytes };
            assert_eq!(seqs(&updates::list_first(&db, part).await.unwrap()), first, "{part:?}");
            assert_eq!(seqs(&updates::list_last(&db, part).await.unwrap()), end, "{part:?}");
            let end_of_first = updates::end_of_first(&db, part).await.unwrap();
            assert_eq!(end_of_first, first.last().copied().unwrap_or(after), "{part:?}");
        }
    })
    .await;
}
