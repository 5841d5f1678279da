//! Upgrades from polling to WebSocket: failed attempts, and attempts with many packets waiting.

use http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite;

use crate::history::number;
use crate::packet::{Packet, message};
use crate::polling::Poller;
use crate::server::Server;
use crate::socket::Client;

/// A server's request for the body (RFC 9110, section 10.1.1).
const CONTINUE: &[u8; 25] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A viewer that has joined over polling and has no poll waiting.
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
    // The engine first ends the poll with its own packet in that queue.
    let mut client = poller.upgrade().await;
    let mut seen = Vec::new();
    while seen.last().is_none_or(|(seq, _)| *seq < 20) {
        seen.extend(place(&client.next().await));
    }
    assert_eq!(seen[0], (1, "update".to_owned()), "what waited comes first");
    assert!(seen.is_sorted(), "{seen:?}");
}

/// Waits for this update.
async fn follow(poller: &mut Poller, seq: i64) {
    while place(&poller.next().await).is_none_or(|(seen, _)| seen != seq) {}
}

#[tokio::test]
async fn an_attempt_that_fails_is_closed_and_the_session_goes_on_polling() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut poller = viewer(&server).await;
    let failed = async |count: u32| {
        let name = "touchline_upgrades_failed_total";
        server.until_metric(name, "", |failed| failed > f64::from(count) - 0.5).await;
    };
    // The probe is dropped, closed properly, or sends something other than `5`.
    drop(Client::probe(server.address, poller.session()).await.expect("it is accepted"));
    failed(1).await;
    for (count, packet) in [(2, "1"), (3, "42[\"leave\"]")] {
        let mut probe = Client::probe(server.address, poller.session()).await.expect("it is accepted");
        probe.send(packet).await;
        assert_eq!(probe.end().await, (None, Vec::new()));
        failed(count).await;
    }
    publish(&mut admin, 1, 0).await;
    follow(&mut poller, 1).await;
    // Another attempt succeeds, and the client switches.
    let mut client = Client::upgrade(server.address, poller.session()).await;
    publish(&mut admin, 1, 0).await;
    while place(&client.next().await).is_none_or(|(seq, _)| seq != 2) {}
}

#[tokio::test]
async fn a_waiting_poll_is_ended_while_a_client_tries_a_websocket() {
    let server = Server::alone(&[]).await;
    server.admin_with_event("match").await;
    let mut poller = viewer(&server).await;
    let session = poller.session().to_owned();
    let noop = Packet::Other("6".to_owned());
    let ((), probe) =
        tokio::join!(async { while poller.next().await != noop {} }, Client::probe(server.address, &session));
    while poller.next().await != noop {}
    drop(probe);
}

#[tokio::test]
async fn the_attempt_that_switches_first_has_the_session_and_all_others_are_closed() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let poller = viewer(&server).await;
    let mut first = Client::probe(server.address, poller.session()).await.expect("it is accepted");
    let mut second = Client::probe(server.address, poller.session()).await.expect("it is accepted");
    second.send("5").await;
    assert_eq!(first.end().await, (None, Vec::new()));
    let mut third = Client::open(server.address, &format!("&sid={}", poller.session())).await;
    assert_eq!(third.end().await, (None, Vec::new()));
    publish(&mut admin, 1, 0).await;
    assert_eq!(second.message("score").await[1]["seq"], 1);
}

#[tokio::test]
async fn an_unknown_session_is_refused_before_the_handshake() {
    let server = Server::alone(&[]).await;
    let probe = Client::probe(server.address, "AAAAAAAAAAAAAAAA").await;
    let Err(tungstenite::Error::Http(refusal)) = probe else { panic!("it is let in") };
    assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
    let body: Value = serde_json::from_slice(refusal.body().as_deref().unwrap_or_default()).expect("JSON");
    assert_eq!(body, json!({ "code": 1, "message": "Session ID unknown" }));
}

#[tokio::test]
async fn a_post_that_is_on_its_way_when_the_client_switches_is_taken() {
    let server = Server::alone(&[]).await;
    server.admin_with_event("match").await;
    let poller = viewer(&server).await;
    let session = poller.session();
    let body = message("/", Some(7), "heartbeat", "{}");
    let head = format!(
        "POST /socket.io/?EIO=4&transport=polling&sid={session} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        server.address,
        body.len()
    );
    let mut post = TcpStream::connect(server.address).await.expect("the server accepts");
    post.write_all(head.as_bytes()).await.expect("the server reads");
    let mut go_on = [0; CONTINUE.len()];
    post.read_exact(&mut go_on).await.expect("the server answers");
    assert_eq!(&go_on, CONTINUE);
    let mut client = Client::upgrade(server.address, session).await;
    post.write_all(body.as_bytes()).await.expect("the server reads");
    let mut answer = String::new();
    post.read_to_string(&mut answer).await.expect("text");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    while !matches!(client.next().await, Packet::Answer(7, _)) {}
}
