//! Viewers that stop reading during large updates: memory stays bounded, others are not affected, and a stalled viewer gets
//! one snapshot or is disconnected.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::history::{History, number};
use crate::packet::Packet;
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// Viewers that stop reading.
const STALLED: usize = 20;
/// Bytes of an update.
const BYTES: usize = 20_000;
/// Queue size per viewer: small, so that bounded and unbounded memory differ clearly.
const QUEUE: &str = "16";
/// In MB. With the bound, 20 viewers hold 20 x 16 x 20 kB = 6 MB, and the last 300 updates are 6 MB. Without it they would
/// hold 20 x 300 x 20 kB = 120 MB, less 2 to 4 MB each in the kernel.
const MEMORY: f64 = 30.0;
/// The longest that a reading viewer may wait for an update after the scorer's answer.
const LATENCY: Duration = Duration::from_secs(1);

/// Viewers that have joined and then stop reading.
async fn stalled_viewers(server: &Server) -> Vec<(Client, History)> {
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        let (mut client, mut history) = (Client::open_narrow(server.address).await, History::default());
        client = client.connect("/", &json!(null)).await.expect("it connects");
        let since = history.since();
        history.join(&mut client, "match", since).await;
        stalled.push((client, history));
    }
    stalled
}

/// Publishes large updates, and asserts that a reading viewer gets each in time.
async fn publish(
    admin: &mut Client,
    reader: &mut Client,
    history: &mut History,
    count: usize,
    server: &Server,
) -> f64 {
    let mut most = server.memory();
    for n in 0..count {
        let data = json!({ "n": n, "filling": "x".repeat(BYTES) });
        let seq = number(&admin.done("score", &json!({ "eventId": "match", "data": data })).await["seq"]);
        let answered = Instant::now();
        history.follow(reader, seq).await;
        soak::took_less(answered.elapsed(), LATENCY);
        most = most.max(server.memory());
        // Discard the messages to the scorer's own desk.
        admin.forget();
    }
    most
}

/// Reads until the state is complete or the connection ends. Returns whether it is complete.
async fn read_on(client: &mut Client, history: &mut History, seq: i64) -> bool {
    while history.seq < seq {
        match client.next().await {
            Packet::Closed(_) => return false,
            packet => history.take(&packet),
        }
    }
    true
}

#[tokio::test]
async fn viewers_that_stop_reading_cost_the_others_nothing_and_get_one_snapshot_when_they_read_on() {
    let server = Server::alone(&[("QUEUE_SIZE", QUEUE), ("BEHIND_TIMEOUT", "10m")]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut stalled = stalled_viewers(&server).await;
    let (mut reader, mut history) = (Client::guest(server.address).await, History::default());
    let since = history.since();
    history.join(&mut reader, "match", since).await;

    let count = soak::count(300, 500);
    let before = server.memory();
    let most = publish(&mut admin, &mut reader, &mut history, count, &server).await;
    assert!(most - before < MEMORY, "memory grew from {before:.0} to {most:.0} MB");
    let behind = server.metric("touchline_members_behind", "").await;
    assert!((behind - f64::from(u32::try_from(STALLED).expect("few"))).abs() < 0.5, "{behind} are behind");

    let event = server.event("match").await;
    assert_eq!((history.updates, history.snapshots, &history.state), (count, 0, &event["snapshot"]));
    for (client, history) in &mut stalled {
        assert!(read_on(client, history, number(&event["seq"])).await, "it was closed before its time");
        assert_eq!(history.state, event["snapshot"]);
        assert_eq!(history.snapshots, 1);
        assert!(history.updates < count, "nothing bounds the queue");
    }
    // All viewers are up to date again, and none is disconnected.
    admin.done("score", &json!({ "eventId": "match", "data": { "n": -1 } })).await;
    for (client, history) in &mut stalled {
        history.follow(client, number(&event["seq"]) + 1).await;
        assert_eq!(history.snapshots, 1);
    }
}

#[tokio::test]
async fn viewers_that_never_read_on_are_closed() {
    let server = Server::alone(&[("QUEUE_SIZE", QUEUE), ("BEHIND_TIMEOUT", "3s")]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut stalled = stalled_viewers(&server).await;
    let (mut reader, mut history) = (Client::guest(server.address).await, History::default());
    let since = history.since();
    history.join(&mut reader, "match", since).await;
    publish(&mut admin, &mut reader, &mut history, 300, &server).await;

    // The reader and the administrator's desk remain.
    server.until_metric("touchline_members", "", |members| members < 2.5).await;
    server.until_metric("touchline_connections", "", |connections| connections < 4.5).await;
    for (client, history) in &mut stalled {
        assert!(!read_on(client, history, 300).await, "a closed viewer cannot have the last update");
    }
    // The reading viewer is still connected.
    admin.done("score", &json!({ "eventId": "match", "data": { "n": -1 } })).await;
    history.follow(&mut reader, 301).await;
}
