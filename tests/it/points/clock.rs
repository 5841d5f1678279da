//! The clock is set while players earn points: waits keep their configured length, and nobody earns faster.

use std::time::Duration;

use touchline::domain::action::ActionError;
use touchline::domain::clock::{self, Moment};
use touchline::domain::event::Action;
use touchline::domain::id::EventId;
use touchline::services::Services;
use touchline::services::error::ServiceError;
use touchline::services::points::{Completion, Start};
use touchline::storage::Database;

use super::field::{Player, action, at, open_event, services, sign_in, trusting};
use crate::databases::each;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A moment by the clock and by the steady clock, in milliseconds after the test's start.
fn moment(by_clock: i64, measured: u64) -> Moment {
    Moment { time: at(by_clock), steady: Duration::from_secs(1_000) + Duration::from_millis(measured) }
}

/// A player in an event.
struct Field {
    player: Player,
    event_id: EventId,
}

impl Field {
    async fn open(db: &Database, offered: Action) -> Self {
        let player = sign_in(db, "ann", at(-400 * DAY)).await;
        Self { player, event_id: open_event(db, "1", vec![offered]).await }
    }

    async fn start(&self, services: &Services, now: Moment) -> String {
        let start = Start { event_id: self.event_id.clone(), action: "guess".to_owned(), address: None };
        let started = services.points.start(self.player.credential(), start, now).await;
        started.expect("a ticket").ticket.reveal().to_owned()
    }

    /// Completes an action: how long to wait, in milliseconds, if it is too early.
    async fn complete(&self, services: &Services, ticket: String, now: Moment) -> Option<u128> {
        let completion = Completion { ticket, joined: vec![self.event_id.clone()], address: None };
        match services.points.complete(self.player.credential(), completion, now).await {
            Ok(_) => None,
            Err(ServiceError::Action(ActionError::NotYet { retry_after, .. })) => {
                Some(retry_after.as_millis())
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn earn(&self, services: &Services, now: Moment) -> Option<u128> {
        let ticket = self.start(services, now).await;
        self.complete(services, ticket, now).await
    }
}

fn resting() -> Action {
    Action { cooldown_ms: 60_000, ..action("guess", 10, 0) }
}

#[tokio::test]
async fn a_cooldown_lasts_as_long_as_it_is_whatever_is_done_to_the_clock() {
    each(async |db| {
        for step in [-2 * DAY, -HOUR, -30_000, 30_000, HOUR] {
            let services = services(&db, trusting());
            let start = step.abs() * 10;
            let field = Field {
                player: sign_in(&db, &format!("ann{step}"), at(-400 * DAY)).await,
                event_id: open_event(&db, &format!("of{}", step + 3 * DAY), vec![resting()]).await,
            };
            assert_eq!(field.earn(&services, moment(start, 0)).await, None);
            // The clock is set right afterwards.
            for (measured, wait) in [(1_000, Some(59_000)), (59_999, Some(1)), (60_000, None)] {
                let now = moment(start + step + i64::try_from(measured).unwrap(), measured);
                assert_eq!(field.earn(&services, now).await, wait, "set by {step}, {measured} ms after");
            }
            let now = moment(start + step + 61_000, 61_000);
            assert_eq!(field.earn(&services, now).await, Some(59_000), "the next one begins");
        }
    })
    .await;
}

#[tokio::test]
async fn after_a_restart_a_clock_that_was_set_back_holds_nobody() {
    each(async |db| {
        let field = Field::open(&db, resting()).await;
        assert_eq!(field.earn(&services(&db, trusting()), moment(0, 0)).await, None);
        // Another process has no steady measurement.
        let later = services(&db, trusting());
        assert_eq!(field.earn(&later, moment(1_000, 0)).await, Some(59_000), "the ledger has the time");
        assert_eq!(field.earn(&later, moment(-HOUR, 10)).await, None);
        assert_eq!(field.earn(&later, moment(-HOUR + 10, 20)).await, Some(59_990), "once");
    })
    .await;
}

#[tokio::test]
async fn the_least_time_of_an_action_is_measured_and_not_told_by_the_clock() {
    each(async |db| {
        let (here, elsewhere) = (services(&db, trusting()), services(&db, trusting()));
        let field = Field::open(&db, action("guess", 10, 10_000)).await;
        // The clock is set forward, or back, while the player plays.
        for step in [HOUR, -HOUR] {
            let ticket = field.start(&here, moment(0, 0)).await;
            assert_eq!(field.complete(&here, ticket.clone(), moment(step, 4_000)).await, Some(6_000));
            assert_eq!(field.complete(&here, ticket, moment(step, 10_000)).await, None, "set by {step}");
        }
        // Another node has only the clock.
        let ticket = field.start(&here, moment(0, 0)).await;
        assert_eq!(field.complete(&elsewhere, ticket.clone(), moment(4_000, 0)).await, Some(6_000));
        assert_eq!(field.complete(&elsewhere, ticket, moment(-HOUR, 0)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_good_for_as_long_as_it_is_measured() {
    each(async |db| {
        let services = services(&db, trusting());
        let field = Field::open(&db, action("guess", 10, 0)).await;
        // Within the ticket's two minutes.
        let ticket = field.start(&services, moment(0, 0)).await;
        assert_eq!(field.complete(&services, ticket, moment(HOUR, 119_999)).await, None);
        let ticket = field.start(&services, moment(0, 0)).await;
        let completion = Completion { ticket, joined: vec![field.event_id.clone()], address: None };
        let late =
            services.points.complete(field.player.credential(), completion, moment(-HOUR, 120_000)).await;
        assert!(matches!(late, Err(ServiceError::Action(ActionError::Expired))));
    })
    .await;
}

#[tokio::test]
async fn points_of_a_day_in_the_future_count_in_the_cap_of_that_day_alone() {
    each(async |db| {
        let field = Field::open(&db, Action { daily_cap: 1, ..action("guess", 10, 0) }).await;
        let here = services(&db, trusting());
        // The clock was a month ahead and is corrected.
        assert_eq!(field.earn(&here, moment(30 * DAY, 0)).await, None);
        assert_eq!(field.earn(&here, moment(0, 10)).await, None);
        let wait = field.earn(&here, moment(10, 20)).await.expect("one a day");
        assert!(wait <= u128::from(DAY.unsigned_abs()), "{wait}");
        assert_eq!(field.earn(&here, moment(DAY, 30)).await, None);
        // However the clock is set, the limit is still one a day.
        for day in [0, DAY, 30 * DAY, 0] {
            assert!(field.earn(&here, moment(day, 40)).await.is_some(), "day {}", day / DAY);
        }
    })
    .await;
}

#[tokio::test]
async fn the_use_of_a_session_is_recorded_after_the_clock_was_set_back() {
    each(async |db| {
        let services = services(&db, trusting());
        let now = clock::now();
        for (name, last_used, is_recorded) in [
            ("old", now - Duration::from_hours(1), true),
            ("new", now, false),
            ("ahead", now + Duration::from_hours(1), true),
        ] {
            let player = sign_in(&db, name, last_used).await;
            services.accounts.authenticate_call(player.credential()).await.expect("the session lives");
            assert_eq!(services.accounts.take_used().contains(&player.credential()), is_recorded, "{name}");
        }
    })
    .await;
}
