//! Updates at full speed while viewers join, leave and return: each ends with the database's state, without a gap or
//! duplicate.

use std::net::SocketAddr;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::history::History;
use crate::packet::Packet;
use crate::server::each_server;
use crate::soak;
use crate::socket::Client;

/// Updates in flight from the feed.
const IN_FLIGHT: i64 = 32;

/// How a viewer leaves before it returns.
#[derive(Clone, Copy)]
enum Leave {
    /// The connection breaks.
    Break,
    /// It sends `leave` and stays connected.
    Politely,
    /// It joins again without leaving.
    NotAtAll,
}

/// Runs one viewer until it has seen the last update.
async fn come_and_go(server: SocketAddr, seed: u64, last: i64) -> History {
    let mut random = StdRng::seed_from_u64(seed);
    let mut history = History::default();
    let mut client = Client::guest(server).await;
    let mut since = history.since();
    loop {
        history.join(&mut client, "match", since).await;
        let until = (history.seq + random.random_range(1..40)).min(last);
        history.follow(&mut client, until).await;
        if history.seq == last {
            return history;
        }
        match [Leave::Break, Leave::Politely, Leave::NotAtAll][random.random_range(0..3)] {
            Leave::Break => {
                drop(client);
                client = Client::guest(server).await;
                since = history.since();
            }
            Leave::Politely => {
                client.done("leave", &json!({ "eventId": "match" })).await;
                for packet in client.sent_so_far().await {
                    history.take(&packet);
                }
                since = history.since();
            }
            // Updates in flight would make any `since` outdated.
            Leave::NotAtAll => since = Value::Null,
        }
    }
}

/// Publishes updates as fast as the server accepts them.
async fn publish(admin: &mut Client, count: i64) {
    let mut answered = 0;
    for n in 1..=count {
        let data = json!({ "n": n, "by": { format!("k{}", n % 7): n }, "odd": (n % 2 == 1).then_some(n) });
        admin.ask("score", &json!({ "eventId": "match", "data": data }).to_string()).await;
        while answered < n - IN_FLIGHT || n == count && answered < count {
            if let Packet::Answer(_, answer) = admin.next().await
                && answer.get("seq").is_some()
            {
                answered += 1;
                assert_eq!((&answer["ok"], &answer["seq"]), (&json!(true), &json!(answered)), "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn viewers_that_come_and_go_at_full_speed_see_every_update_once_and_end_with_the_state() {
    let count = if soak::count(0, 1) == 1 { 1000 } else { 300 };
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut viewers = JoinSet::new();
        for seed in 0..soak::count(60, 200) {
            viewers.spawn(come_and_go(server.address, seed as u64, count));
        }
        publish(&mut admin, count).await;
        let histories = viewers.join_all().await;
        let event = server.event("match").await;
        assert_eq!(event["seq"], count);
        for history in &histories {
            assert_eq!(history.state, event["snapshot"]);
        }
        let updates: usize = histories.iter().map(|history| history.updates).sum();
        assert!(updates > histories.len() * 20, "the viewers saw next to nothing live: {updates}");
    })
    .await;
}
