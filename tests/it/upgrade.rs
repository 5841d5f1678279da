//! From polling to WebSocket while more waits than an answer, or the queue, holds.

use serde_json::json;

use crate::history::number;
use crate::packet::Packet;
use crate::polling::Poller;
use crate::server::Server;
use crate::socket::Client;

/// A viewer that has joined by polling, and does not poll just now.
async fn viewer(server: &Server) -> Poller {
    let mut poller = Poller::open(server).await.connect("/", &json!({ "eventId": "match" })).await;
    while poller.fetched().is_some() {}
    server.until_metric("touchline_members", "", |members| members > 0.5).await;
    poller
}

async fn publish(admin: &mut Client, count: i64, filling: usize) {
    for n in 1..=count {
        let data = json!({ "n": n, "filling": "x".repeat(filling) });
        admin.done("score", &json!({ "eventId": "match", "data": data })).await;
        admin.forget();
    }
}

/// The `seq` and kind of a `score`.
fn place(packet: &Packet) -> Option<(i64, String)> {
    match packet {
        Packet::Message(name, arguments) if name == "score" => {
            let kind = arguments[1]["kind"].as_str().expect("a kind");
            Some((number(&arguments[1]["seq"]), kind.to_owned()))
        }
        _ => None,
    }
}

#[tokio::test]
async fn updates_of_more_than_a_packet_that_wait_for_an_upgrade_all_arrive() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut poller = viewer(&server).await;
    publish(&mut admin, 4, 40_000).await;
    let mut seen: Vec<_> = place(&poller.next().await).into_iter().collect();
    while let Some(packet) = poller.fetched() {
        seen.extend(place(&packet));
    }
    let mut client = poller.upgrade().await;
    publish(&mut admin, 1, 0).await;
    while seen.last().is_none_or(|(seq, _)| *seq < 5) {
        seen.extend(place(&client.next().await));
    }
    let expected: Vec<_> = (1..=5).map(|seq| (seq, "update".to_owned())).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_session_whose_queue_is_full_upgrades_and_is_brought_up_to_date() {
    let server = Server::alone(&[("QUEUE_SIZE", "4")]).await;
    let mut admin = server.admin_with_event("match").await;
    let poller = viewer(&server).await;
    publish(&mut admin, 20, 0).await;
    // The engine ends the poll first, by a packet of its own in that queue.
    let mut client = poller.upgrade().await;
    let mut seen = Vec::new();
    while seen.last().is_none_or(|(seq, _)| *seq < 20) {
        seen.extend(place(&client.next().await));
    }
    assert_eq!(seen[0], (1, "update".to_owned()), "what waited comes first");
    assert!(seen.is_sorted(), "{seen:?}");
}
