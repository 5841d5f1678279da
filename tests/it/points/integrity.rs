//! The rules that need a day or a full board, and the findings of `touchline verify`.

use std::time::Duration;

use touchline::domain::account::Role;
use touchline::domain::integrity::{Rule, Thresholds};
use touchline::services::reviews::Selection;
use touchline::storage::Database;

use super::field::{
    PointsStatus, action, at, earn, grant, open_event, services, sign_in, sign_in_on, trusting,
};
use crate::databases::{each, each_url, execute, options};
use crate::server::run;

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn who_is_active_at_every_hour_is_held() {
    each(async |db| {
        let services = services(&db, Thresholds::default());
        let event = open_event(&db, "1", vec![action("guess", 10, 0)]).await;
        let (restless, sleeper) =
            (sign_in(&db, "restless", at(-DAY)).await, sign_in(&db, "sleeper", at(-DAY)).await);
        for hour in 0..24 {
            // Half an hour of the first hour is left.
            let now = at(hour * DAY / 24 + hour * hour * 9_770_977 % 1_800_000);
            let change = earn(&services, &restless, &event, "guess", now, now).await.unwrap();
            assert_eq!(change.status == PointsStatus::Held, hour >= 20, "hour {hour}");
            if hour % 24 < 17 {
                let now = now + Duration::from_secs(9);
                let change = earn(&services, &sleeper, &event, "guess", now, now).await.unwrap();
                assert_eq!(change.status, PointsStatus::Counted);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_account_that_jumps_into_the_ten_is_held_and_one_of_many_new_ones_is_not() {
    each(async |db| {
        let (trusts, judges) = (services(&db, trusting()), services(&db, Thresholds::default()));
        let event = open_event(&db, "1", vec![action("guess", 10, 0), action("jackpot", 500, 0)]).await;
        for n in 0..40 {
            let player = sign_in(&db, &format!("player{n}"), at(-30 * DAY)).await;
            for entry in 0..=n % 12 {
                let now = at(n * 1_000 + entry * 61_000);
                earn(&trusts, &player, &event, "guess", now, now).await.unwrap();
            }
        }
        let (new, old) = (sign_in(&db, "new", at(0)).await, sign_in(&db, "old", at(-2 * DAY)).await);
        let now = at(2_000_000);
        let change = earn(&judges, &new, &event, "guess", now, now).await.unwrap();
        assert_eq!(change.status, PointsStatus::Counted, "it is far from the ten");
        let now = at(2_100_000);
        let change = earn(&judges, &new, &event, "jackpot", now, now).await.unwrap();
        assert_eq!((change.status, change.total), (PointsStatus::Held, 10));
        let change = earn(&judges, &old, &event, "jackpot", now, now).await.unwrap();
        assert_eq!((change.status, change.rank), (PointsStatus::Counted, Some(1)));

        // On the first day everybody is new.
        let first = open_event(&db, "2", vec![action("guess", 10, 0)]).await;
        for n in 0..40 {
            let player = sign_in(&db, &format!("newcomer{n}"), at(3_000_000)).await;
            let now = at(4_000_000 + n);
            let change = earn(&judges, &player, &first, "guess", now, now).await.unwrap();
            assert_eq!(change.status, PointsStatus::Counted, "newcomer {n}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_third_account_on_one_device_is_held() {
    each(async |db| {
        let services = services(&db, Thresholds::default());
        let event = open_event(&db, "1", vec![action("guess", 10, 0)]).await;
        let reviewer = sign_in(&db, "rita", at(0)).await;
        grant(&db, &reviewer, Role::Reviewer).await;
        for (n, status) in
            [PointsStatus::Counted, PointsStatus::Counted, PointsStatus::Held].into_iter().enumerate()
        {
            let player = sign_in_on(&db, &format!("player{n}"), at(-DAY), "the same phone").await;
            let now = at(i64::try_from(n).unwrap() * 60_000);
            let change = earn(&services, &player, &event, "guess", now, now).await.unwrap();
            assert_eq!(change.status, status, "account {n}");
        }
        let (cases, next) = services.reviews.list(reviewer.credential(), Selection::default()).await.unwrap();
        assert_eq!((cases.len(), next), (1, None));
        assert_eq!(cases[0].review.reasons, [Rule::Together]);
    })
    .await;
}

#[tokio::test]
async fn verify_finds_a_total_that_was_changed_by_hand_and_the_ledger_cannot_be() {
    each_url(async |url| {
        let db = Database::connect(url, &options()).await.unwrap();
        db.migrate().await.unwrap();
        let services = services(&db, trusting());
        let event = open_event(&db, "1", vec![action("guess", 10, 0)]).await;
        for name in ["ann", "bob"] {
            let player = sign_in(&db, name, at(0)).await;
            earn(&services, &player, &event, "guess", at(0), at(0)).await.unwrap();
        }
        db.close().await;
        let verify = async || run(&["verify"], &[("DATABASE_URL", url)]).await;
        let right = verify().await;
        assert!(right.status.success(), "{right:?}");
        assert_eq!(String::from_utf8_lossy(&right.stdout), "all 4 totals match the ledger\n");
        for statement in ["update points set points = 99", "delete from points"] {
            let refused = execute(url, statement).await.expect_err(statement).to_string();
            assert!(refused.contains("is append-only"), "{statement}: {refused}");
        }
        execute(url, "update totals set points = 11 where scope = '1'").await.unwrap();
        let wrong = verify().await;
        assert_eq!(wrong.status.code(), Some(1));
        let found = String::from_utf8_lossy(&wrong.stdout).into_owned();
        assert_eq!(found.matches("kept 11 points").count(), 2, "{found}");
        assert!(found.contains("ledger 10 points"), "{found}");
    })
    .await;
}
