//! SIGTERM: clients are notified, their transports close, and the program exits in time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::packet::Packet;
use crate::polling::Poller;
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;

const SOCKETS: usize = 150;
const POLLERS: usize = 50;

/// Asserts that a client got the announcement, and not that its namespace closed: official clients do not reconnect after
/// that.
fn check_farewell(packets: &[Packet]) {
    let messages = packets.iter().filter(|packet| matches!(packet, Packet::Message(..)));
    let [Packet::Message(name, arguments)] = messages.collect::<Vec<_>>()[..] else {
        panic!("not told once: {packets:?}")
    };
    assert_eq!(name, "server:drain");
    let retry_in = arguments[0]["retryInMs"].as_u64();
    assert!(retry_in.is_some_and(|millis| millis < 10_000), "{arguments:?}");
    assert!(!packets.contains(&Packet::NamespaceClosed), "{packets:?}");
}

#[tokio::test]
async fn at_sigterm_every_client_is_told_and_closed_and_the_program_ends_within_ten_seconds() {
    let mut server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let (mut sockets, mut pollers) = (Vec::new(), Vec::new());
    for _ in 0..SOCKETS {
        let mut client = Client::guest(server.address).await;
        client.done("join", &json!("match")).await;
        sockets.push(client);
    }
    for _ in 0..POLLERS {
        pollers.push(Poller::open(&server).await.connect("/", &Value::Null).await);
    }
    // Polling clients have a GET waiting at that time.
    let polling: Vec<_> =
        pollers.into_iter().map(|mut poller| tokio::spawn(async move { poller.end().await })).collect();
    // One waiting GET per poller, in addition to the WebSockets.
    let waiting = f64::from(u32::try_from(SOCKETS + POLLERS).expect("few"));
    server.until_metric("touchline_connections", "", |connections| connections > waiting).await;

    let told = Instant::now();
    server.terminate();
    let mut closing = JoinSet::new();
    for mut client in sockets {
        closing.spawn(async move {
            check_farewell(&client.end().await.1);
            told.elapsed()
        });
    }
    let mut closed = closing.join_all().await;
    closed.sort();
    // In slices, over a third of the shutdown time.
    let (first, last) = (closed[0], closed[SOCKETS - 1]);
    assert!(last > first + Duration::from_millis(500), "all at once: {closed:?}");
    for poller in polling {
        check_farewell(&poller.await.expect("a poller ends"));
    }
    let (status, _) = server.exit().await;
    soak::took_less(told.elapsed(), Duration::from_secs(10));
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn a_client_that_does_not_read_does_not_hold_the_shutdown_up() {
    let mut server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let client = Client::open_narrow(server.address).await.connect("/", &Value::Null).await;
    let mut client = client.expect("it connects");
    client.done("join", &json!("match")).await;
    let update = json!({ "eventId": "match", "data": { "filling": "x".repeat(60_000) } });
    for _ in 0..200 {
        admin.done("score", &update).await;
        admin.forget();
    }
    server.until_metric("touchline_members_behind", "", |behind| behind > 0.5).await;
    let told = Instant::now();
    server.terminate();
    assert_eq!(server.exit().await.0.code(), Some(0));
    soak::took_less(told.elapsed(), Duration::from_secs(11));
}

#[tokio::test]
async fn a_score_that_was_answered_before_the_end_is_there_after_it() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut answered = 0;
        for n in 0..200 {
            admin.ask("score", &json!({ "eventId": "match", "data": { "n": n } }).to_string()).await;
        }
        server.terminate();
        for packet in admin.end().await.1 {
            if let Packet::Answer(_, answer) = packet
                && answer["ok"] == true
            {
                answered = answer["seq"].as_i64().unwrap_or_default();
            }
        }
        let again = Server::start(&server.database_url, &[]).await;
        let event = again.event("match").await;
        assert!(event["seq"].as_i64() >= Some(answered), "{answered} were answered: {event}");
        assert_eq!(event["snapshot"]["n"], event["seq"].as_i64().map_or(Value::Null, |seq| json!(seq - 1)));
    })
    .await;
}
