//! Full members: they are sent the whole state in place of each update.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::*;
use crate::domain::score::UpdateBody;
use crate::domain::update_time::UpdateTime;

/// An update with this data. With `voids`, a correction.
pub fn update_of(seq: i64, data: &Value, voids: Option<&[i64]>) -> Update {
    let data = serde_json::value::to_raw_value(data).expect("JSON").into();
    let correction = voids.map(|voids| Correction { voids: voids.to_vec(), reason: format!("slip {seq}") });
    let time = UpdateTime { at: OffsetDateTime::UNIX_EPOCH, received_at: None };
    Update { seq, time, body: UpdateBody { data, correction } }
}

fn apply_one(room: &Room, update: &Update) {
    assert_eq!(room.apply(update), Applied::Taken);
    deliver(room);
}

fn data_of(scores: &[Value]) -> Vec<Value> {
    scores.iter().map(|arguments| arguments[0].clone()).collect()
}

#[test]
fn a_full_member_is_sent_the_whole_state_after_each_update_and_others_the_update() {
    let (room, full, other) = (room(0), TestQueue::endless(), TestQueue::endless());
    assert!(!join_full(&room, 1, &full, None).recovered);
    join(&room, 2, &other, None);
    assert_eq!(full.sent(), Vec::<String>::new(), "there is no state yet");
    apply_one(&room, &update_of(1, &json!({ "n": 1, "overs": { "1": "4" } }), None));
    apply_one(&room, &update_of(2, &json!({ "n": 2, "overs": { "2": "W" } }), None));
    apply_one(&room, &update_of(3, &json!({ "n": 3, "overs": { "1": null } }), None));
    assert_eq!((full.sent(), other.sent()), (numbered("s", 1..=3), numbered("u", 1..=3)));
    let states = [
        json!({ "n": 1, "overs": { "1": "4" } }),
        json!({ "n": 2, "overs": { "1": "4", "2": "W" } }),
        json!({ "n": 3, "overs": { "2": "W" } }),
    ];
    assert_eq!(data_of(&full.scores()), states);
}

#[test]
fn a_correction_keeps_its_meta_in_the_state_that_it_made() {
    let (room, full) = (room(1), TestQueue::endless());
    join_full(&room, 1, &full, None);
    apply_one(&room, &update_of(2, &json!({ "n": 2 }), Some(&[1])));
    apply_one(&room, &update_of(3, &json!({ "n": 3 }), None));
    let meta: Vec<_> = full.scores().into_iter().map(|arguments| arguments[1].clone()).collect();
    let of_correction = |meta: &Value| (meta["voids"].clone(), meta["reason"].clone());
    assert_eq!(meta[1]["kind"], "snapshot");
    assert_eq!(of_correction(&meta[1]), (json!([1]), json!("slip 2")));
    for plain in [&meta[0], &meta[2]] {
        assert_eq!(of_correction(plain), (Value::Null, Value::Null), "{plain}");
    }

    // A room that starts from the database knows them too.
    let last = update_of(4, &json!({ "n": 4 }), Some(&[2, 3]));
    reload(&room, &json!({ "n": 4 }), last);
    let meta = full.scores().pop().expect("a state")[1].clone();
    assert_eq!(of_correction(&meta), (json!([2, 3]), json!("slip 4")));
    // Others are not told of a correction that they were never sent.
    let other = TestQueue::endless();
    join(&room, 2, &other, None);
    assert_eq!(of_correction(&other.scores()[0][1]), (Value::Null, Value::Null));
}

/// Replaces the room's state, as if it had been read from the database.
pub fn reload(room: &Room, state: &Value, last: Update) {
    let snapshot = Snapshot::from_json(&state.to_string()).expect("a state");
    let (event, position, at) = (event("A game"), position("e", last.seq), last.time.at);
    let (recent, totals, messages) = (vec![last], Vec::new(), Vec::new());
    room.reload(Loaded { event, position, at, snapshot, recent, totals, messages });
}

#[test]
fn all_full_members_share_one_message_and_none_is_made_for_others() {
    let (room, other) = (room(0), TestQueue::endless());
    join(&room, 1, &other, None);
    apply(&room, 1, 10);
    assert!(room.state.lock().snapshot_message.is_none(), "nobody needs the whole state");

    let full: Vec<_> = (0..150).map(|_| TestQueue::endless()).collect();
    for (id, member) in (2..).zip(&full) {
        join_full(&room, id, member, None);
        member.places();
    }
    apply(&room, 11, 11);
    let places: Vec<_> = full.iter().map(|member| member.places()).collect();
    assert_eq!(places[0].len(), 1);
    assert!(places.iter().all(|place| *place == places[0]), "they share the message");

    for id in (2..).take(full.len()) {
        room.leave(id);
    }
    apply(&room, 12, 12);
    assert!(room.state.lock().snapshot_message.is_none());
}

#[test]
fn a_full_member_that_cannot_take_a_state_gets_the_newest_one_later() {
    let (room, slow) = (room(0), TestQueue::direct_with_room_for(1));
    join_full(&room, 1, &slow, None);
    apply(&room, 1, 9);
    assert_eq!((slow.sent(), room.has_lagging()), (numbered("s", [1]), true));
    slow.drain(10);
    assert!(!room.serve_lagging(Instant::now()));
    assert_eq!(slow.sent(), numbered("s", [9]));
    apply(&room, 10, 10);
    assert_eq!(slow.sent(), numbered("s", [10]));
}

#[test]
fn only_one_state_waits_in_a_queue() {
    let (room, polling) = (room(1), TestQueue::with_room_for(100));
    join_full(&room, 1, &polling, None);
    apply(&room, 2, 9);
    assert!(room.serve_lagging(Instant::now()), "the first state has not left");
    assert_eq!(polling.sent(), numbered("s", [1]));
    polling.drain(100);
    assert!(!room.serve_lagging(Instant::now()));
    assert_eq!(polling.sent(), numbered("s", [9]));
    // The event's own changes are not held back.
    room.change(event("Another"));
    deliver(&room);
    assert_eq!((polling.sent(), room.has_lagging()), (vec!["event".to_owned()], false));
}

#[test]
fn a_returning_full_member_is_sent_nothing_if_it_is_current_or_else_the_state() {
    let room = room(400);
    for (since, recovered) in [
        (position("e", 400), true),
        (position("e", 399), false),
        (position("e", 0), false),
        (position("e", 401), false),
        (position("e", -1), false),
        (position("other", 400), false),
    ] {
        let member = TestQueue::endless();
        let bytes = room.bytes_of_join(Some(&since), true);
        assert_eq!(
            (join_full(&room, 1, &member, Some(&since)).recovered, bytes == 0),
            (recovered, recovered)
        );
        let state = if recovered { Vec::new() } else { numbered("s", [400]) };
        assert_eq!((member.sent(), room.has_lagging()), (state, false), "{since:?}");
    }
    let member = TestQueue::endless();
    join_full(&room, 1, &member, Some(&position("e", 400)));
    apply(&room, 401, 401);
    assert_eq!(member.sent(), ["s401"]);
}

#[test]
fn a_second_join_changes_what_a_member_is_sent_from_then_on() {
    let (room, member) = (room(1), TestQueue::endless());
    join(&room, 1, &member, None);
    apply(&room, 2, 2);
    assert_eq!(member.sent(), ["s1", "u2"]);
    assert!(join_full(&room, 1, &member, Some(&position("e", 2))).recovered);
    apply(&room, 3, 3);
    assert_eq!(member.sent(), ["s3"]);
    assert_eq!(join(&room, 1, &member, Some(&position("e", 2))).viewers.total, 1, "it is still one viewer");
    apply(&room, 4, 4);
    assert_eq!(member.sent(), ["u3", "u4"]);
}

#[test]
fn a_full_member_that_missed_only_a_change_of_the_event_is_not_sent_the_state_again() {
    let (room, member) = (room(1), TestQueue::direct_with_room_for(1));
    join_full(&room, 1, &member, None);
    room.change(event("Another"));
    deliver(&room);
    assert_eq!((member.sent(), room.has_lagging()), (numbered("s", [1]), true));
    member.drain(10);
    assert!(!room.serve_lagging(Instant::now()));
    assert_eq!(member.sent(), ["event"]);
}
