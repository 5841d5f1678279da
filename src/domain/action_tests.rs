//! Tables of the windows of an action and of its tickets.

use time::macros::datetime;
use uuid::Uuid;

use super::*;

const NOON: OffsetDateTime = datetime!(2026-06-01 12:00 UTC);

fn before_noon(millis: u64) -> OffsetDateTime {
    NOON - Duration::from_millis(millis)
}

#[test]
fn an_action_is_taken_within_its_windows_alone() {
    let action =
        Action { name: "guess".to_owned(), points: 10, min_ms: 1_000, cooldown_ms: 5_000, daily_cap: 3 };
    let half_a_day = 12 * 60 * 60 * 1000;
    // (started so long ago, completed last so long ago, today, the wait)
    let cases = [
        (1_000, None, 0, None),
        (999, None, 0, Some(1)),
        (0, None, 0, Some(1_000)),
        (2_000, Some(5_000), 1, None),
        (2_000, Some(4_999), 1, Some(1)),
        (400, Some(4_600), 1, Some(600)),
        (900, Some(4_500), 1, Some(500)),
        (2_000, None, 2, None),
        (2_000, None, 3, Some(half_a_day)),
        (2_000, Some(1), 4, Some(half_a_day)),
    ];
    for (started, last, today, wait) in cases {
        let before = Before { last_at: last.map(before_noon), today };
        let verdict = check_windows(&action, before_noon(started), before, NOON);
        let told = match verdict {
            Ok(()) => None,
            Err(ActionError::NotYet { retry_after, .. }) => Some(retry_after.as_millis()),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(told, wait, "started {started}, last {last:?}, today {today}");
    }
}

#[test]
fn a_ticket_is_good_once_for_its_owner_its_session_and_its_time() {
    let (ann, bob) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
    let event_id = EventId::parse("1").expect("valid");
    let ticket = Issued {
        user: ann,
        session: [1; 32],
        event_id: event_id.clone(),
        action: "guess".to_owned(),
        issued_at: before_noon(1_000),
        expires_at: NOON,
        redeemed: false,
    };
    let joined = [event_id];
    let just_before = before_noon(1);
    let used = Issued { redeemed: true, ..ticket.clone() };
    let cases = [
        (&ticket, ann, [1; 32], &joined[..], just_before, Ok(())),
        (&ticket, bob, [1; 32], &joined[..], just_before, Err(ActionError::UnknownTicket)),
        (&ticket, ann, [2; 32], &joined[..], just_before, Err(ActionError::OtherSession)),
        (&ticket, ann, [1; 32], &[], just_before, Err(ActionError::NotJoined)),
        (&ticket, ann, [1; 32], &joined[..], NOON, Err(ActionError::Expired)),
        (&used, ann, [1; 32], &joined[..], just_before, Err(ActionError::AlreadyUsed)),
        (&used, ann, [1; 32], &joined[..], NOON, Err(ActionError::AlreadyUsed)),
    ];
    for (ticket, user, session, joined, now, wanted) in cases {
        assert_eq!(check_ticket(ticket, user, &session, joined, now), wanted);
    }
}

#[test]
fn a_live_event_alone_takes_actions() {
    assert_eq!(check_status(Status::Live), Ok(()));
    assert_eq!(check_status(Status::Ended), Err(ActionError::EventEnded));
    assert_eq!(check_status(Status::Scheduled), Err(ActionError::NotLive));
    assert_eq!(check_status(Status::Paused), Err(ActionError::NotLive));
}

#[test]
fn a_day_is_one_of_utc() {
    let in_india = datetime!(2026-06-02 03:00 +05:30);
    assert_eq!(day_of(in_india).start(), datetime!(2026-06-01 0:00 UTC));
    assert_eq!(day_of(in_india).next_day(), datetime!(2026-06-02 0:00 UTC));
}

#[test]
fn tickets_differ() {
    let mut rng = super::super::entropy::source();
    assert_ne!(Ticket::generate(&mut rng).hash(), Ticket::generate(&mut rng).hash());
}
