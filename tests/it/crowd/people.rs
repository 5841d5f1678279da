//! Viewer counts: people, not sockets, and how soon the count is right.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use tokio::task::JoinSet;

use super::{pulse_with, watch, with_token};
use crate::http::DEADLINE;
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// The time in which the count must be right after the last change.
const TRUE_WITHIN: Duration = Duration::from_secs(25);

#[tokio::test]
async fn five_tabs_are_one_person_and_a_guest_is_not_an_account() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let token = server.token("ann", "reviewer", &[]).await;
    let mut tabs = Vec::new();
    for _ in 0..5 {
        tabs.push(with_token(&server, &token).await);
    }
    let mut guest = watch(&server, "ann").await;
    let _same_guest = watch(&server, "ann").await;
    let viewers = |total, users, guests| json!({ "total": total, "users": users, "guests": guests });
    assert_eq!(server.event("match").await["viewers"], viewers(2, 1, 1));
    // A tab that leaves disappears at once; its other tabs stay.
    tabs[0].done("leave", &json!("match")).await;
    assert_eq!(server.event("match").await["viewers"], viewers(2, 1, 1));
    for tab in &mut tabs[1..] {
        tab.done("leave", &json!("match")).await;
    }
    assert_eq!(server.event("match").await["viewers"], viewers(1, 0, 1));
    pulse_with(&mut guest, |pulse| pulse["viewers"] == viewers(1, 0, 1)).await;
}

#[tokio::test]
async fn who_loses_the_connection_counts_on_for_ten_seconds() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let mut ann = watch(&server, "ann").await;
    let bob = watch(&server, "bob").await;
    pulse_with(&mut ann, |pulse| pulse["viewers"]["total"] == 2).await;
    let lost = Instant::now();
    drop(bob);
    let _back = watch(&server, "bob").await;
    let carol = watch(&server, "carol").await;
    drop(carol);
    pulse_with(&mut ann, |pulse| pulse["viewers"]["total"] == 3).await;
    // Bob returned, so he was never reported as gone. Carol did not.
    let pulse = pulse_with(&mut ann, |pulse| pulse["viewers"]["total"] != 3).await;
    assert_eq!(pulse["viewers"]["total"], 2);
    let after = lost.elapsed();
    assert!(after >= Duration::from_secs(10), "after {after:?}");
    soak::took_less(after, TRUE_WITHIN);
}

/// Joins and leaves for a while; returns the client if it watches at the end.
async fn come_and_go(server: SocketAddr, name: usize, until: Instant) -> Option<Client> {
    let mut random = StdRng::seed_from_u64(name as u64);
    let mut client = None;
    while Instant::now() < until {
        client = if client.is_some() && random.random_bool(0.6) {
            None
        } else {
            let mut again = Client::guest(server).await;
            again.done("join", &json!({ "eventId": "match", "id": format!("viewer {name}") })).await;
            Some(again)
        };
        let pause = Duration::from_millis(random.random_range(100..2_000));
        if let Some(client) = &mut client {
            // Read messages meanwhile.
            let end = Instant::now() + pause;
            while let Some(left) = end.checked_duration_since(Instant::now()) {
                client.receive_within(left).await;
            }
        } else {
            tokio::time::sleep(pause).await;
        }
    }
    client
}

#[tokio::test]
async fn the_count_is_true_soon_after_a_storm_and_after_a_crash() {
    let (viewers, storm) = (soak::count(100, 1_000), soak::count(6, 60));
    let mut server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let until = Instant::now() + Duration::from_secs(storm as u64);
    let mut all = JoinSet::new();
    for name in 0..viewers {
        all.spawn(come_and_go(server.address, name, until));
    }
    let stay: Vec<_> = all.join_all().await.into_iter().flatten().collect();
    let calm = Instant::now();
    assert!((viewers / 10..viewers).contains(&stay.len()), "{} of {viewers} stay", stay.len());
    let is_true = async |server: &Server| -> bool {
        server.event("match").await["viewers"]
            == json!({ "total": stay.len(), "users": 0, "guests": stay.len() })
    };
    until_true(&is_true, &server, calm).await;

    server.kill().await;
    server.restart().await;
    let restarted = Instant::now();
    let mut back = Vec::new();
    for name in 0..stay.len() {
        back.push(watch(&server, &format!("viewer {name}")).await);
    }
    until_true(&is_true, &server, restarted).await;
}

async fn until_true(is_true: &impl AsyncFn(&Server) -> bool, server: &Server, since: Instant) {
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    while !is_true(server).await {
        assert!(since.elapsed() < DEADLINE, "{}", server.event("match").await["viewers"]);
        ticks.tick().await;
    }
    soak::took_less(since.elapsed(), TRUE_WITHIN);
}
