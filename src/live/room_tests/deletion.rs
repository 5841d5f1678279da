//! The room of a deleted event.

use super::fixtures::{apply, deliver, join, room, update};
use super::queue::TestQueue;
use super::*;
use time::OffsetDateTime;

#[test]
fn members_are_told_of_a_deletion_and_leave_and_a_slow_one_once_it_has_drained() {
    let room = room(2);
    let (fast, slow) = (TestQueue::endless(), TestQueue::with_room_for(1));
    join(&room, 1, &fast, None);
    join(&room, 2, &slow, None);
    apply(&room, 3, 4);
    assert!(room.has_lagging());
    fast.sent();
    slow.sent();

    assert!(room.delete());
    assert!(!room.delete(), "once is enough");
    deliver(&room);
    room.dismiss_served();
    assert_eq!(fast.sent(), ["event"]);
    assert!(!room.has_member(1) && room.has_member(2));
    assert_eq!(room.apply(&update(5)), Applied::Known);
    assert!(room.take_batch(Instant::now(), OffsetDateTime::UNIX_EPOCH).is_none());

    slow.drain(9);
    room.serve_lagging(Instant::now());
    assert_eq!(slow.sent(), ["event"], "nothing of what it missed");
    assert!(!room.has_member(2) && room.is_unused());
    assert_eq!((fast.dismissed(), slow.dismissed()), (1, 1));

    let mut is_answered = false;
    let request = JoinRequest { id: 3, member: fast.clone(), viewer: None, since: None, full: false };
    room.join(request, |_| is_answered = true);
    assert!(!is_answered && !room.has_member(3));
}
