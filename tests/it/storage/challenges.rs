//! Requested and wrong codes, counted for an address and a network.

use std::time::Duration;

use touchline::domain::network::Network;
use touchline::domain::otp::ChallengeEnding;
use touchline::storage::Database;
use touchline::storage::challenges::{self, Challenge};
use uuid::Uuid;

use super::{at, email};
use crate::databases::{each, each_url, execute, options};

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

fn network(ip: &str) -> Network {
    Network::widest(ip.parse().expect("an IP address"))
}

#[tokio::test]
async fn challenges_of_one_address_stand_next_to_each_other() {
    each(async |db| {
        let (older, newer) = (challenge("Ann@example.org"), challenge("ann@EXAMPLE.org"));
        let mut tx = db.begin().await.unwrap();
        challenges::add(&mut tx, &older).await.unwrap();
        let (found, standing) = challenges::lock(&mut tx, older.id).await.unwrap().expect("it is there");
        assert_eq!(
            (found.email, found.name, found.hash),
            (older.email.clone(), older.name.clone(), older.hash)
        );
        assert_eq!((standing.tries, standing.expires_at, standing.ending), (0, at(600_000), None));
        challenges::count_failure(&mut tx, &older, network("192.0.2.1"), at(10)).await.unwrap();
        challenges::add(&mut tx, &newer).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        let (_, standing) = challenges::lock(&mut tx, older.id).await.unwrap().expect("it is there");
        assert_eq!((standing.tries, standing.ending), (1, None));
        let (_, standing) = challenges::lock(&mut tx, newer.id).await.unwrap().expect("it is there");
        assert_eq!((standing.tries, standing.ending), (0, None));
        assert!(challenges::redeem(&mut tx, newer.id).await.unwrap());
        assert!(!challenges::redeem(&mut tx, newer.id).await.unwrap());
        assert!(challenges::redeem(&mut tx, older.id).await.unwrap());
        assert!(challenges::lock(&mut tx, Uuid::now_v7()).await.unwrap().is_none());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn failures_are_found_by_network_and_over_all_networks() {
    each(async |db| {
        let (ann, bob) = (challenge("ann@example.org"), challenge("bob@example.org"));
        let [here, there] = ["192.0.2.1", "2001:db8::1"].map(network);
        let mut tx = db.begin().await.unwrap();
        for new in [&ann, &bob] {
            challenges::add(&mut tx, new).await.unwrap();
        }
        challenges::count_failure(&mut tx, &bob, here, at(5)).await.unwrap();
        for (network, millis) in [(here, 10), (there, 20), (here, 30)] {
            challenges::count_failure(&mut tx, &ann, network, at(millis)).await.unwrap();
        }
        tx.commit().await.unwrap();
        for (network, since, nth, expected) in [
            (Some(here), 0, 1, Some(at(30))),
            (Some(here), 0, 2, Some(at(10))),
            (Some(here), 0, 3, None),
            (Some(here), 10, 2, None),
            (Some(there), 0, 1, Some(at(20))),
            (Some(network("2001:db8:0:ffff::2")), 0, 1, Some(at(20))),
            (Some(network("2001:db8:1::1")), 0, 1, None),
            (None, 0, 3, Some(at(10))),
            (None, 0, 4, None),
            (None, 10, 2, Some(at(20))),
        ] {
            let window = Duration::from_millis(1_000 - since);
            let found = challenges::find_failure(&db, &ann.email, network, window, at(1_000), nth).await;
            assert_eq!(found.unwrap(), expected, "{network:?} since {since}, no. {nth}");
        }
        // The clock was set back since; they do not count for longer.
        for network in [Some(here), None] {
            let (window, now) = (Duration::from_hours(1), at(-3_600_000));
            let found = challenges::find_failure(&db, &ann.email, network, window, now, 1).await;
            assert_eq!(found.unwrap(), None, "{network:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_challenge_that_version_0_1_0_has_superseded_is_read() {
    each_url(async |url| {
        let db = Database::connect(url, &options()).await.unwrap();
        db.migrate().await.unwrap();
        let new = challenge("ann@example.org");
        let mut tx = db.begin().await.unwrap();
        challenges::add(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        execute(url, "update challenges set ending = 'superseded'").await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let (_, standing) = challenges::lock(&mut tx, new.id).await.unwrap().expect("it is there");
        assert_eq!(standing.ending, Some(ChallengeEnding::Superseded));
        assert!(!challenges::redeem(&mut tx, new.id).await.unwrap());
        drop(tx);
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn old_challenges_and_failures_are_forgotten() {
    each(async |db| {
        let (new, here) = (challenge("ann@example.org"), network("192.0.2.1"));
        let mut tx = db.begin().await.unwrap();
        challenges::add(&mut tx, &new).await.unwrap();
        challenges::count_failure(&mut tx, &new, here, at(10)).await.unwrap();
        challenges::count_failure(&mut tx, &new, here, at(20)).await.unwrap();
        challenges::forget(&mut tx, at(0), at(20)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(challenges::find(&db, new.id).await.unwrap().is_some());
        let window = Duration::from_secs(1);
        let left = challenges::find_failure(&db, &new.email, Some(here), window, at(30), 1).await;
        let forgotten = challenges::find_failure(&db, &new.email, Some(here), window, at(30), 2).await;
        assert_eq!((left.unwrap(), forgotten.unwrap()), (Some(at(20)), None));
        let mut tx = db.begin().await.unwrap();
        challenges::forget(&mut tx, at(0) + Duration::from_millis(1), at(20)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(challenges::find(&db, new.id).await.unwrap().is_none());
    })
    .await;
}
