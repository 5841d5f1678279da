//! A room and its members, without a network.

use super::*;
use time::OffsetDateTime;

#[path = "room_tests/deletion.rs"]
mod deletion;
#[path = "room_tests/delivery.rs"]
mod delivery;
#[path = "room_tests/fixtures.rs"]
mod fixtures;
#[path = "room_tests/full.rs"]
mod full;
#[path = "room_tests/full_delivery.rs"]
mod full_delivery;
#[path = "room_tests/queue.rs"]
mod queue;

use fixtures::*;
use queue::TestQueue;

#[test]
fn updates_go_to_every_member_once_and_in_order_in_whatever_order_they_arrive() {
    let (room, member) = (room(0), TestQueue::endless());
    let joined = join(&room, 1, &member, None);
    assert_eq!((joined.position.seq, joined.recovered, joined.viewers.total), (0, false, 1));
    assert_eq!(member.sent(), Vec::<String>::new(), "there is no state yet");

    for (seq, applied) in [
        (2, Applied::Gap),
        (1, Applied::Taken),
        (1, Applied::Known),
        (3, Applied::Gap),
        (2, Applied::Taken),
        (1, Applied::Known),
    ] {
        assert_eq!(room.apply(&update(seq)), applied);
        assert_eq!(deliver(&room), usize::from(applied == Applied::Taken));
    }
    assert_eq!((member.sent(), room.seq()), (numbered("u", 1..=2), 2));
}

#[test]
fn a_due_pulse_goes_with_an_update_to_members_that_can_take_it() {
    let (room, member) = (lively_room(), TestQueue::endless());
    join(&room, 1, &member, None);
    apply(&room, 1, 1);
    let (batch, ids) = take_batch(&room);
    // An older pulse is being shown.
    apply(&room, 2, 2);
    assert_eq!(member.sent(), numbered("u", 1..=2));
    room.show(&ids, &batch);
    room.shown();
    apply(&room, 3, 3);
    assert_eq!(member.sent(), ["pulse", "u3", "pulse"]);
    // A member with a full queue is up to date without the pulse.
    for seq in 4..=5 {
        member.drain(1);
        apply(&room, seq, seq);
    }
    assert_eq!((member.sent(), room.has_lagging()), (numbered("u", 4..=5), false));
}

#[test]
fn a_desk_that_joins_by_two_updates_at_once_gets_each_once() {
    let (room, desk) = (room(2), TestQueue::endless());
    for since in [0, 1] {
        let since = Some(position("e", since));
        let request = JoinRequest { id: 1, member: desk.clone(), viewer: None, since, full: false };
        room.join(request, |_| ());
    }
    apply(&room, 3, 3);
    assert_eq!(desk.sent(), numbered("u", 1..=3));
}

#[test]
fn a_returning_member_gets_what_it_missed_or_a_snapshot() {
    let room = room(400);
    for (since, recovered) in [
        (position("e", 400), true),
        (position("e", 399), true),
        (position("e", 100), true),
        (position("e", 99), false),
        (position("e", 0), false),
        (position("e", 401), false),
        (position("e", i64::MAX), false),
        (position("e", -1), false),
        (position("e", i64::MIN), false),
        (position("other", 399), false),
    ] {
        let member = TestQueue::endless();
        assert_eq!(join(&room, 1, &member, Some(&since)).recovered, recovered, "{since:?}");
        while room.serve_lagging(Instant::now()) {}
        let state = if recovered { numbered("u", since.seq + 1..=400) } else { numbered("s", [400]) };
        assert_eq!(member.sent(), state, "{since:?}");
        assert!(!room.has_lagging());
    }
}

#[test]
fn a_replay_that_is_longer_than_the_queue_goes_on_as_it_drains_and_updates_wait_behind_it() {
    let (room, member) = (room(300), TestQueue::with_room_for(128));
    assert!(join(&room, 1, &member, Some(&position("e", 0))).recovered);
    assert_eq!(member.sent(), numbered("u", 1..=32), "no more at once than leaves room in the engine");
    for _ in 0..10 {
        assert!(room.serve_lagging(Instant::now()));
    }
    assert_eq!(member.sent(), numbered("u", 33..=128));
    apply(&room, 301, 302);
    assert_eq!(member.sent(), Vec::<String>::new(), "an update does not overtake");
    member.drain(20);
    assert!(room.serve_lagging(Instant::now()));
    assert_eq!(member.sent(), numbered("u", 129..=148));
    member.drain(108);
    for _ in 0..10 {
        assert!(room.serve_lagging(Instant::now()));
    }
    assert_eq!(member.sent(), numbered("u", 149..=256));
    member.drain(100);
    while room.serve_lagging(Instant::now()) {}
    assert_eq!(member.sent(), numbered("u", 257..=302));
    apply(&room, 303, 303);
    assert_eq!(member.sent(), numbered("u", [303]));
}

#[test]
fn a_replay_that_is_overtaken_by_the_limit_ends_in_a_snapshot() {
    let (room, member) = (room(300), TestQueue::with_room_for(10));
    join(&room, 1, &member, Some(&position("e", 0)));
    assert_eq!(member.sent(), numbered("u", 1..=10));
    // The next update that it needs, 11, is no longer kept.
    apply(&room, 301, 311);
    member.drain(usize::MAX);
    assert!(!room.serve_lagging(Instant::now()));
    assert_eq!(member.sent(), numbered("s", [311]));
}

#[test]
fn a_member_that_is_behind_gets_one_snapshot_once_it_has_drained_and_others_notice_nothing() {
    let (room, slow, quick) = (room(0), TestQueue::with_room_for(2), TestQueue::endless());
    join(&room, 1, &slow, None);
    join(&room, 2, &quick, None);
    apply(&room, 1, 50);
    assert_eq!(quick.sent(), numbered("u", 1..=50));
    assert_eq!(slow.sent(), numbered("u", 1..=2));
    assert_eq!(room.occupancy(), (2, 1));

    assert!(room.serve_lagging(Instant::now()));
    assert_eq!(slow.sent(), Vec::<String>::new(), "it has not drained");
    slow.drain(5);
    assert!(!room.serve_lagging(Instant::now()));
    assert_eq!(slow.sent(), numbered("s", [50]));
    apply(&room, 51, 52);
    assert_eq!(slow.sent(), numbered("u", 51..=52));
    assert_eq!((slow.state.lock().closed, room.occupancy()), (0, (2, 0)));
}

#[test]
fn a_member_that_stays_behind_is_closed_after_the_timeout_and_not_before() {
    let (room, member) = (room(0), TestQueue::with_room_for(0));
    join(&room, 1, &member, None);
    let since = Instant::now();
    apply(&room, 1, 1);
    assert!(room.serve_lagging(since + PATIENCE / 2));
    assert_eq!(member.state.lock().closed, 0);
    assert!(!room.serve_lagging(since + PATIENCE + Duration::from_secs(1)));
    assert_eq!((member.state.lock().closed, room.has_member(1), room.viewers().total), (1, false, 0));
    assert!(!room.serve_lagging(since + PATIENCE * 2));
    assert_eq!(member.state.lock().closed, 1, "it is closed once");
}

#[test]
fn a_missed_change_of_the_event_is_sent_before_the_snapshot() {
    let (room, slow, quick) = (room(1), TestQueue::with_room_for(1), TestQueue::endless());
    join(&room, 1, &slow, None);
    join(&room, 2, &quick, None);
    apply(&room, 2, 2);
    room.change(event("Another"));
    room.change(event("A third"));
    deliver(&room);
    assert_eq!(quick.sent(), ["s1", "u2", "event", "event"]);
    assert_eq!(slow.sent(), ["s1"]);
    slow.drain(10);
    assert!(!room.serve_lagging(Instant::now()));
    assert_eq!(slow.sent(), ["event", "s2"], "as it is now, once");

    // A member whose queue holds only changes gets the last one too.
    slow.drain(0);
    room.change(event("A fourth"));
    deliver(&room);
    assert!(room.has_lagging());
    slow.drain(1);
    room.serve_lagging(Instant::now());
    assert_eq!(slow.sent(), ["event"]);
    slow.drain(1);
    room.serve_lagging(Instant::now());
    assert_eq!(slow.sent(), ["s2"]);
}

#[test]
fn a_second_join_and_a_resend_are_answered_and_send_the_state_again_to_one_member() {
    let (room, member) = (room(3), TestQueue::endless());
    assert_eq!(join(&room, 1, &member, None).viewers.total, 1);
    assert_eq!(member.sent(), ["s3"]);
    assert_eq!(join(&room, 1, &member, Some(&position("e", 1))).viewers.total, 1, "it is still one viewer");
    assert_eq!(member.sent(), ["u2", "u3"]);
    let mut answered = Vec::new();
    assert!(room.resend(1, |position| answered.push(position.seq)));
    assert_eq!((answered.as_slice(), member.sent()), ([3].as_slice(), numbered("s", [3])));
    apply(&room, 4, 4);
    assert_eq!(member.sent(), ["u4"], "each update arrives once");

    assert!(room.leave(1));
    assert!(!room.leave(1));
    assert!(!room.resend(1, |_| panic!("a former member is not answered")));
    assert_eq!(room.viewers().total, 0);
}

#[test]
fn a_disconnected_member_delays_nobody() {
    let (room, gone, other) = (room(1), TestQueue::endless(), TestQueue::endless());
    join(&room, 1, &gone, None);
    join(&room, 2, &other, None);
    gone.state.lock().gone = true;
    assert_eq!(room.apply(&update(2)), Applied::Taken);
    assert_eq!(deliver(&room), 1);
    assert!(!room.has_lagging());
    assert_eq!(other.sent(), ["s1", "u2"]);
}

#[test]
fn a_room_is_unused_once_nobody_is_left() {
    let (room, member) = (room(1), TestQueue::endless());
    assert!(room.is_unused());
    join(&room, 1, &member, None);
    assert!(!room.is_unused());
    room.leave(1);
    assert!(room.is_unused());
}

#[test]
fn an_update_that_does_not_merge_changes_nothing_and_a_reload_sends_everybody_a_snapshot() {
    let (room, member) = (room(2), TestQueue::endless());
    join(&room, 1, &member, None);
    assert_eq!(member.sent(), ["s2"]);
    let mut strange = update(3);
    strange.body.data = serde_json::value::RawValue::from_string("[]".to_owned()).expect("JSON").into();
    assert_eq!(room.apply(&strange), Applied::Unmergeable);
    assert_eq!((room.seq(), deliver(&room)), (2, 0));
    let loaded = Loaded {
        event: event("A game"),
        position: position("e", 4),
        at: OffsetDateTime::UNIX_EPOCH,
        snapshot: Snapshot::from_json(r#"{"n":4}"#).expect("a state"),
        recent: vec![update(4)],
        totals: Vec::new(),
        messages: Vec::new(),
    };
    room.reload(loaded);
    assert_eq!((member.sent(), room.seq()), (numbered("s", [4]), 4));
    apply(&room, 5, 5);
    assert_eq!(member.sent(), ["u5"]);
}

#[test]
fn a_state_over_the_limit_is_sent_as_it_is() {
    let room = room(1);
    let text = format!(r#"{{"n":2,"x":"{}"}}"#, "x".repeat(crate::domain::score::SNAPSHOT_LIMIT));
    let snapshot = Snapshot::from_json(&text).expect("a state");
    let (event, position) = (event("A game"), position("e", 2));
    let at = OffsetDateTime::UNIX_EPOCH;
    let (recent, totals, messages) = (Vec::new(), Vec::new(), Vec::new());
    room.reload(Loaded { event, position, at, snapshot, recent, totals, messages });
    let member = TestQueue::endless();
    join(&room, 1, &member, None);
    assert_eq!(member.sent(), ["s2"]);
}
