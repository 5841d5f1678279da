//! Codes that were asked for: one live one an address, and wrong ones counted together.

use std::time::Duration;

use touchline::domain::otp::Ending;
use touchline::storage::challenges::{self, Challenge};
use uuid::Uuid;

use super::{at, email};
use crate::databases::each;

fn challenge(address: &str) -> Challenge {
    Challenge {
        id: Uuid::now_v7(),
        email: email(address),
        name: Some("Ann".to_owned()),
        hash: [7; 32],
        created_at: at(0),
        expires_at: at(600_000),
    }
}

#[tokio::test]
async fn a_newer_challenge_of_an_address_ends_the_older_one_and_keeps_its_failures() {
    each(async |db| {
        let (older, newer) = (challenge("Ann@example.org"), challenge("ann@EXAMPLE.org"));
        let mut tx = db.begin().await.unwrap();
        challenges::add(&mut tx, &older).await.unwrap();
        let (found, standing) =
            challenges::lock(&mut tx, older.id, at(-1)).await.unwrap().expect("it is there");
        assert_eq!(
            (found.email, found.name, found.hash),
            (older.email.clone(), older.name.clone(), older.hash)
        );
        assert_eq!((standing.tries, standing.failures, standing.first_failure), (0, 0, None));
        assert_eq!((standing.expires_at, standing.ending), (at(600_000), None));
        for millis in [10, 20] {
            challenges::count_failure(&mut tx, &older, at(millis)).await.unwrap();
        }
        challenges::add(&mut tx, &newer).await.unwrap();
        challenges::count_failure(&mut tx, &newer, at(30)).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        let (_, standing) = challenges::lock(&mut tx, older.id, at(-1)).await.unwrap().expect("it is there");
        assert_eq!((standing.tries, standing.ending), (2, Some(Ending::Superseded)));
        let (_, standing) = challenges::lock(&mut tx, newer.id, at(-1)).await.unwrap().expect("it is there");
        assert_eq!((standing.tries, standing.ending), (1, None));
        assert_eq!((standing.failures, standing.first_failure), (3, Some(at(10))));
        let (_, later) = challenges::lock(&mut tx, newer.id, at(10)).await.unwrap().expect("it is there");
        assert_eq!((later.failures, later.first_failure), (2, Some(at(20))), "the window moves on");
        assert!(challenges::redeem(&mut tx, newer.id).await.unwrap());
        assert!(!challenges::redeem(&mut tx, newer.id).await.unwrap());
        assert!(!challenges::redeem(&mut tx, older.id).await.unwrap());
        assert!(challenges::lock(&mut tx, Uuid::now_v7(), at(0)).await.unwrap().is_none());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_challenges_at_once_one_is_live() {
    each(async |db| {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let db = db.clone();
            tasks.spawn(async move {
                let new = challenge("ann@example.org");
                let mut tx = db.begin().await.unwrap();
                challenges::add(&mut tx, &new).await.unwrap();
                tx.commit().await.unwrap();
                new.id
            });
        }
        let ids = tasks.join_all().await;
        let mut tx = db.begin().await.unwrap();
        let mut live = 0;
        for id in ids {
            let (_, standing) = challenges::lock(&mut tx, id, at(0)).await.unwrap().expect("it is there");
            live += usize::from(standing.ending.is_none());
        }
        assert_eq!(live, 1);
    })
    .await;
}

#[tokio::test]
async fn old_challenges_and_failures_are_forgotten() {
    each(async |db| {
        let new = challenge("ann@example.org");
        let mut tx = db.begin().await.unwrap();
        challenges::add(&mut tx, &new).await.unwrap();
        challenges::count_failure(&mut tx, &new, at(10)).await.unwrap();
        challenges::count_failure(&mut tx, &new, at(20)).await.unwrap();
        challenges::forget(&mut tx, at(0), at(20)).await.unwrap();
        let (_, standing) = challenges::lock(&mut tx, new.id, at(-1)).await.unwrap().expect("it is kept");
        assert_eq!(standing.failures, 1);
        challenges::forget(&mut tx, at(0) + Duration::from_millis(1), at(20)).await.unwrap();
        assert!(challenges::lock(&mut tx, new.id, at(0)).await.unwrap().is_none());
        tx.commit().await.unwrap();
    })
    .await;
}
