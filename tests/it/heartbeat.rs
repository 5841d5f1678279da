//! The heartbeat: a client that has sent `ping` and then goes silent is disconnected, even if its engine still answers.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, interval, timeout_at};

use crate::packet::{Packet, message};
use crate::polling::Poller;
use crate::server::Server;
use crate::socket::Client;

/// Engine.IO pings often, so a client that answers them is alive for the engine.
const SETTINGS: [(&str, &str); 3] =
    [("HEARTBEAT_TIMEOUT", "2s"), ("PING_INTERVAL", "300ms"), ("PING_TIMEOUT", "5s")];

/// Waits until both clients are disconnected, without a message that their namespace closed.
async fn end(socket: &mut Client, poller: &mut Poller) {
    let (socket, poller) = tokio::join!(socket.end(), poller.end());
    for before in [socket.1, poller] {
        assert!(!before.contains(&Packet::NamespaceClosed), "a client would not come back: {before:?}");
    }
}

#[tokio::test]
async fn a_client_that_pinged_once_and_falls_silent_is_closed_over_both_transports() {
    let server = Server::alone(&SETTINGS).await;
    let mut quiet = Client::guest(server.address).await;
    let mut quiet_poller = Poller::open(&server).await.connect("/", &Value::Null).await;
    let mut socket = Client::guest(server.address).await;
    let mut poller = Poller::open(&server).await.connect("/", &Value::Null).await;
    let heard = Instant::now();
    socket.done("ping", &Value::Null).await;
    poller.post(message("/", Some(0), "heartbeat", "")).await;
    assert!(matches!(poller.next().await, Packet::Answer(0, _)));

    let mut others = tokio::spawn(async move {
        // A client that never sent `ping` stays; it only answers the engine's pings.
        tokio::select! {
            (code, before) = quiet.end() => panic!("a socket that never pinged was closed: {code:?} {before:?}"),
            before = quiet_poller.end() => panic!("a poller that never pinged was closed: {before:?}"),
        }
    });
    tokio::select! {
        () = end(&mut socket, &mut poller) => assert!(heard.elapsed() > Duration::from_millis(1500)),
        ended = &mut others => panic!("{ended:?}"),
    }
    assert!(server.metric("touchline_closed_total", "silent").await > 1.5);
    assert!(!others.is_finished());
    others.abort();
}

#[tokio::test]
async fn a_client_that_goes_on_pinging_or_sends_anything_else_stays() {
    // Longer than a busy machine delays a client.
    let settings = [("HEARTBEAT_TIMEOUT", "8s"), ("PING_INTERVAL", "300ms"), ("PING_TIMEOUT", "20s")];
    let server = Server::alone(&settings).await;
    let mut admin = server.admin_with_event("match").await;
    let mut client = Client::guest(server.address).await;
    client.done("join", &json!("match")).await;
    client.done("ping", &Value::Null).await;
    // Run for twice the timeout, because the test is about the clock.
    let (mut ticks, until) = (interval(Duration::from_millis(500)), Instant::now() + Duration::from_secs(17));
    let mut messages =
        [("ping", Value::Null), ("score", json!("match")), ("heartbeat", Value::Null)].into_iter().cycle();
    while timeout_at(until, ticks.tick()).await.is_ok() {
        let (name, payload) = messages.next().expect("it goes round");
        client.done(name, &payload).await;
        admin.done("event:list", &Value::Null).await;
    }
    client.end().await;
}

#[tokio::test]
async fn where_it_is_required_a_client_that_never_pings_is_closed_too() {
    let settings = [&SETTINGS[..], &[("HEARTBEAT_REQUIRED", "true")]].concat();
    let server = Server::alone(&settings).await;
    let mut socket = Client::guest(server.address).await;
    let mut poller = Poller::open(&server).await.connect("/", &Value::Null).await;
    end(&mut socket, &mut poller).await;
}

#[tokio::test]
async fn a_client_that_does_not_answer_the_engines_ping_or_joins_no_namespace_is_closed() {
    let settings = [("PING_INTERVAL", "300ms"), ("PING_TIMEOUT", "300ms"), ("CONNECT_TIMEOUT", "1s")];
    let server = Server::alone(&settings).await;
    // This client answers pings and joins nothing.
    let mut idle = Client::open(server.address, "").await;
    idle.end().await;
    // This client has joined and is never read, so it answers no ping.
    let _deaf = Client::guest(server.address).await;
    server.until_metric("touchline_sockets", "websocket", |sockets| sockets < 0.5).await;
}
