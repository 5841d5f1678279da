//! Tables of cases for time windows and tickets.

use time::macros::datetime;
use uuid::Uuid;

use super::*;

const NOON: OffsetDateTime = datetime!(2026-06-01 12:00 UTC);

fn before_noon(millis: u64) -> OffsetDateTime {
    NOON - Duration::from_millis(millis)
}

fn guess() -> Action {
    Action { name: "guess".to_owned(), points: 10, min_ms: 1_000, cooldown_ms: 5_000, daily_cap: 3 }
}

/// The wait that `check_windows` reports, in milliseconds.
fn wait_of(age: Option<u64>, before: Before, remembered: Option<Remembered>) -> Option<u128> {
    match check_windows(&guess(), age.map(Duration::from_millis), before, remembered, NOON) {
        Ok(()) => None,
        Err(ActionError::NotYet { retry_after, .. }) => Some(retry_after.as_millis()),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn an_action_is_accepted_only_within_its_windows() {
    let half_a_day = 12 * 60 * 60 * 1000;
    // (time since the start, time since the last completion, completed today, the wait)
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
        assert_eq!(
            wait_of(Some(started), before, None),
            wait,
            "started {started}, last {last:?}, today {today}"
        );
    }
}

#[test]
fn setting_the_clock_makes_no_wait_longer_and_no_measured_wait_shorter() {
    let hour = time::Duration::HOUR;
    let own = |at, ago| Some(Remembered { at, ago: Duration::from_millis(ago) });
    // (age of the ticket, last entry, the completion remembered here, the wait)
    let cases = [
        // The age is unknown, or the entry lies in the future: the clock was set back.
        (None, None, None, None),
        (Some(2_000), Some(NOON + hour), None, None),
        // Another node's clock is a little ahead.
        (Some(2_000), Some(NOON + Duration::from_secs(2)), None, Some(5_000)),
        // The measured time counts, whatever the clock said.
        (Some(2_000), Some(NOON - hour), own(NOON - hour, 1_000), Some(4_000)),
        (Some(2_000), None, own(NOON + hour, 1_000), Some(4_000)),
        (Some(2_000), None, own(NOON + hour, 5_000), None),
        // An older entry does not restart the wait.
        (Some(2_000), Some(NOON), own(NOON + hour, 5_000), None),
        // A later entry is another node's.
        (Some(2_000), Some(NOON), own(NOON - hour, 5_000), Some(5_000)),
    ];
    for (age, last_at, remembered, wait) in cases {
        let before = Before { last_at, today: 1 };
        assert_eq!(
            wait_of(age, before, remembered),
            wait,
            "age {age:?}, last {last_at:?}, remembered {remembered:?}"
        );
    }
}

#[test]
fn a_tickets_age_is_measured_by_its_process_and_elsewhere_read_from_the_clock() {
    let issued = Moment { time: NOON, steady: Duration::from_secs(100) };
    let ticket = Ticket::generate(&mut super::super::entropy::source(), Stamp::new(7, issued));
    let stamp = Stamp::of_ticket(ticket.reveal());
    assert_eq!(stamp, Some(Stamp { process: 7, steady_ms: 100_000 }));
    assert_eq!(Stamp::of_ticket(&URL_SAFE_NO_PAD.encode([7; 32])), None, "a ticket of version 0.1.0");
    for text in ["", "?", "AAAA", &"A".repeat(10_000)] {
        assert_eq!(Stamp::of_ticket(text), None, "{text}");
    }
    // (process, seconds by the clock, seconds measured, the age in seconds)
    for (process, by_clock, measured, wanted) in [
        (7, 3, 3, Some(3)),
        (7, -3_600, 3, Some(3)),
        (7, 3_600, 3, Some(3)),
        (8, 3, 0, Some(3)),
        (8, 3_600, 0, Some(3_600)),
        (8, -1, 0, Some(0)),
        (8, -3_600, 0, None),
    ] {
        let now = Moment {
            time: NOON + time::Duration::seconds(by_clock),
            steady: issued.steady + Duration::from_secs(measured),
        };
        let known = age(NOON, stamp, process, now).map(|age| age.as_secs());
        assert_eq!(known, wanted, "process {process}, {by_clock} s by the clock, {measured} s measured");
    }
}

#[test]
fn a_ticket_is_valid_once_for_its_owner_its_session_and_its_time() {
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
    let (young, old) = (Some(Duration::from_millis(999)), Some(Duration::from_secs(1)));
    let used = Issued { redeemed: true, ..ticket.clone() };
    let cases = [
        (&ticket, ann, [1; 32], &joined[..], young, Ok(())),
        (&ticket, ann, [1; 32], &joined[..], None, Ok(())),
        (&ticket, bob, [1; 32], &joined[..], young, Err(ActionError::UnknownTicket)),
        (&ticket, ann, [2; 32], &joined[..], young, Err(ActionError::OtherSession)),
        (&ticket, ann, [1; 32], &[], young, Err(ActionError::NotJoined)),
        (&ticket, ann, [1; 32], &joined[..], old, Err(ActionError::Expired)),
        (&used, ann, [1; 32], &joined[..], young, Err(ActionError::AlreadyUsed)),
        (&used, ann, [1; 32], &joined[..], old, Err(ActionError::AlreadyUsed)),
    ];
    for (ticket, user, session, joined, age, wanted) in cases {
        assert_eq!(check_ticket(ticket, user, &session, joined, age), wanted);
    }
}

#[test]
fn only_a_live_event_accepts_actions() {
    assert_eq!(check_status(Status::Live), Ok(()));
    assert_eq!(check_status(Status::Ended), Err(ActionError::EventEnded));
    assert_eq!(check_status(Status::Scheduled), Err(ActionError::NotLive));
    assert_eq!(check_status(Status::Paused), Err(ActionError::NotLive));
}

#[test]
fn a_day_is_a_utc_day() {
    let in_india = datetime!(2026-06-02 03:00 +05:30);
    assert_eq!(day_of(in_india).start(), datetime!(2026-06-01 0:00 UTC));
    assert_eq!(day_of(in_india).next_day(), datetime!(2026-06-02 0:00 UTC));
}

#[test]
fn tickets_differ() {
    let mut rng = super::super::entropy::source();
    let stamp = Stamp { process: 1, steady_ms: 2 };
    assert_ne!(Ticket::generate(&mut rng, stamp).hash(), Ticket::generate(&mut rng, stamp).hash());
}
