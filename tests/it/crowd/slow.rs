//! Slow or stalled viewers in a flood of crowd messages miss those, but no score.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::interval;

use super::{watch, watch_as};
use crate::packet::Packet;
use crate::polling::Poller;
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// Bytes of an update: so large that the kernel's buffer and a queue of 128 fill within 30 s.
const BYTES: usize = 45_000;

/// The scores among packets: the number, and whether it is a snapshot.
fn scores(packets: &[Packet]) -> Vec<(i64, bool)> {
    let score = |packet: &Packet| match packet {
        Packet::Message(name, arguments) if name == "score" => {
            Some((arguments[1]["seq"].as_i64()?, arguments[1]["kind"] == "snapshot"))
        }
        _ => None,
    };
    packets.iter().filter_map(score).collect()
}

#[tokio::test]
async fn the_crowd_never_fills_the_queue_of_a_viewer_that_does_not_read() {
    let server = Server::alone(&[("QUEUE_SIZE", "16"), ("PULSE_INTERVAL", "100ms")]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut narrow =
        Client::open_narrow(server.address).await.connect("/", &Value::Null).await.expect("it connects");
    narrow.done("join", &json!("match")).await;
    let mut poller = Poller::open(&server).await.connect("/", &json!({ "eventId": "match" })).await;
    let mut bob = watch_as(&server, "bob").await;
    // Neither viewer reads. This is far more than the kernel buffers for one viewer.
    for _ in 0..120 {
        let comment = "👨‍👩‍👧‍👦".repeat(100);
        bob.done("reaction", &json!({ "emoji": "🔥", "comment": comment })).await;
        bob.done("message", &json!("x".repeat(500))).await;
        // Wait until the room has shown the message.
        bob.message("message").await;
        bob.forget();
    }
    for n in 1..=8 {
        admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
    }
    assert!(server.metric("touchline_members_behind_total", "").await < 0.5, "the crowd filled a queue");
    let all: Vec<_> = (1..=8).map(|seq| (seq, false)).collect();
    assert_eq!(scores(&narrow.sent_so_far().await), all);
    let mut fetched = Vec::new();
    while scores(&fetched).len() < 8 {
        fetched.push(poller.next().await);
    }
    assert_eq!(scores(&fetched), all);
    let shown = fetched.iter().filter(|packet| matches!(packet, Packet::Message(..))).count();
    assert!(shown <= 8 + 16 / 4 + 1, "{shown} packets waited for the poller");
}

#[tokio::test]
async fn who_stops_reading_is_gone_or_behind_within_thirty_seconds_and_nobody_else_is_later() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut ann = watch(&server, "ann").await;
    let mut narrow =
        Client::open_narrow(server.address).await.connect("/", &Value::Null).await.expect("it connects");
    narrow.done("join", &json!("match")).await;
    let poller = Poller::open(&server).await.connect("/", &json!({ "eventId": "match" })).await;
    let memory = server.memory();
    let mut ticks = interval(Duration::from_millis(100));
    let mut slowest = Duration::ZERO;
    let mut n = 0;
    loop {
        ticks.tick().await;
        n += 1;
        let sent = Instant::now();
        let data = json!({ "n": n, "filling": "x".repeat(BYTES) });
        admin.done("score", &json!({ "eventId": "match", "data": data })).await;
        admin.forget();
        while ann.message("score").await[0]["n"] != n {}
        ann.forget();
        slowest = slowest.max(sent.elapsed());
        // The engine's ping may end a session that is behind before the test sees it.
        let behind = server.metric("touchline_members_behind_total", "").await;
        if behind > 1.5 {
            break;
        }
        assert!(n < 1_000, "after {n} updates {behind} were behind");
    }
    soak::took_less(slowest, Duration::from_secs(1));
    // Two queues of 128 updates and the last 300 updates.
    assert!(server.memory() < memory + 40.0, "{:.1} MB, {memory:.1} before", server.memory());
    drop((narrow, poller));
}
