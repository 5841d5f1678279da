//! The ends of a plain WebSocket: each close code, and refusals of the handshake.

use std::time::{Duration, Instant};

use ::http::Method;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};

use super::{Frame, Plain, follow, stall, start};
use crate::http;
use crate::server::Server;
use crate::soak;

/// Asserts that a client is closed with this code and a reason that starts with `reason`.
async fn assert_closed(client: &mut Plain, code: u16, reason: &str) {
    let (closed, _) = client.end().await;
    let Some((found, said)) = closed else { panic!("ended without a word, not {code}") };
    assert!(found == code && said.starts_with(reason), "{found} {said:?}, not {code} {reason:?}");
}

#[tokio::test]
async fn what_is_wrong_with_the_address_is_told_by_the_close_code() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    for (query, code, reason) in [
        ("", 4400, "bad_request: eventId is missing"),
        ("eventId=", 4400, "bad_request"),
        ("eventId=a/b", 4400, "bad_request"),
        ("eventId=match&since=7", 4400, "bad_request"),
        ("eventId=match&since=epoch:-1", 4400, "bad_request"),
        ("eventId=nope", 4404, "not_found: no such event"),
        ("eventId=match&token=tls_nobody", 4401, "unauthenticated"),
    ] {
        let mut client = Plain::open(server.address, query).await;
        assert_closed(&mut client, code, reason).await;
    }
    assert!(server.metric("touchline_sockets", "plain").await < 0.5);
}

#[tokio::test]
async fn binary_and_oversized_messages_are_refused_by_their_codes_and_a_close_is_returned() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    for (message, code) in [
        (Message::binary(vec![1, 2, 3]), 1003),
        (Message::text("x".repeat(64 * 1024 + 1)), 1009),
        (Message::Close(None), 0),
    ] {
        let (mut client, _) = Plain::joined(server.address, "eventId=match").await;
        client.send(message).await;
        let (closed, _) = client.end().await;
        assert_eq!(closed.map_or(0, |(code, _)| code), code);
    }
    server.until_metric("touchline_closed_total", "too_large", |closed| closed > 0.5).await;
    let (mut client, _) = Plain::joined(server.address, "eventId=match").await;
    let frame = tungstenite::protocol::CloseFrame { code: 4000.into(), reason: "bye".into() };
    client.send(Message::Close(Some(frame))).await;
    assert_eq!(client.end().await.0, Some((4000, "bye".to_owned())));
    server.until_metric("touchline_connections", "", |connections| connections < 2.5).await;
}

#[tokio::test]
async fn what_is_no_websocket_or_not_of_an_allowed_page_is_refused_by_http() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://a.example")]).await;
    let _admin = server.admin_with_event("match").await;
    let reply = server.get("/ws/updates?eventId=match").await;
    assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (400, &json!("bad_request")));
    let post = http::call(server.address, Method::POST, "/ws/updates", &[], String::new()).await;
    assert_eq!(post.expect("an answer").status, 405);
    let handshake = [("connection", "Upgrade"), ("upgrade", "websocket")];
    for (version, key, status) in
        [("8", "dGhlIHNhbXBsZSBub25jZQ==", 426), ("13", "short", 400), ("13", "", 400)]
    {
        let more = [("sec-websocket-version", version), ("sec-websocket-key", key)];
        let headers = [&handshake[..], &more].concat();
        let path = "/ws/updates?eventId=match";
        let reply = http::call(server.address, Method::GET, path, &headers, String::new()).await;
        let reply = reply.expect("an answer");
        assert_eq!(reply.status, status, "{version} {key}");
        assert_eq!(reply.header("sec-websocket-version"), if status == 426 { "13" } else { "" });
    }
    for (origin, is_let_in) in [("https://a.example", true), ("https://b.example", false), ("null", false)] {
        let stream = TcpStream::connect(server.address).await.expect("the server accepts");
        let client = Plain::over(stream, server.address, "eventId=match", &[("origin", origin)]).await;
        match client {
            Ok(_) => assert!(is_let_in, "{origin}"),
            Err(tungstenite::Error::Http(reply)) => assert!(reply.status() == 403 && !is_let_in, "{origin}"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_node_that_has_enough_handshakes_says_when_to_come_back() {
    let server = Server::alone(&[("HANDSHAKE_RATE", "1/60s")]).await;
    let stream = TcpStream::connect(server.address).await.expect("the server accepts");
    Plain::over(stream, server.address, "eventId=match", &[]).await.expect("the first is taken");
    let stream = TcpStream::connect(server.address).await.expect("the server accepts");
    let Err(tungstenite::Error::Http(reply)) =
        Plain::over(stream, server.address, "eventId=match", &[]).await
    else {
        panic!("the second is taken too")
    };
    assert_eq!(reply.status(), 503);
    assert!(reply.headers().contains_key("retry-after"));
    // `EventSource` reconnects after this status, and after no other.
    let stream = server.get("/api/events/match/stream").await;
    assert!(stream.status == 200 && stream.text.contains("\nretry:"), "{stream:?}");
}

#[tokio::test]
async fn a_flood_is_answered_then_closed_whether_of_commands_or_of_pings() {
    let limits = [("SOCKET_RATE", "5/60s"), ("SOCKET_HARD_RATE", "30/60s")];
    let server = Server::alone(&limits).await;
    let _admin = server.admin_with_event("match").await;
    let (mut client, _) = Plain::joined(server.address, "eventId=match").await;
    for n in 0..5 {
        assert_eq!(client.command("ping", &json!({})).await["ok"], true, "{n}");
    }
    let refused = client.command("ping", &json!({})).await;
    assert_eq!(refused["error"]["code"], "rate_limited");
    assert!(refused["error"]["retryAfterMs"].is_u64());
    for _ in 0..30 {
        client.say(r#"{"type":"ping"}"#).await;
    }
    assert_closed(&mut client, 4429, "rate_limited").await;
    let (mut client, _) = Plain::joined(server.address, "eventId=match").await;
    for _ in 0..40 {
        client.send(Message::Ping(vec![1].into())).await;
    }
    assert_closed(&mut client, 4429, "rate_limited").await;
}

#[tokio::test]
async fn who_is_silent_after_a_ping_or_answers_no_ping_is_closed_and_who_answers_stays() {
    let settings = [("HEARTBEAT_TIMEOUT", "2s"), ("PING_INTERVAL", "300ms"), ("PING_TIMEOUT", "900ms")];
    let server = Server::alone(&settings).await;
    let _creator = server.admin_with_event("match").await;
    // This client does not read, so it answers no protocol pings.
    let (mut dead, _) = Plain::joined(server.address, "eventId=match").await;
    let (mut silent, _) = Plain::joined(server.address, "eventId=match").await;
    let (mut quiet, _) = Plain::joined(server.address, "eventId=match").await;
    silent.command("ping", &json!({})).await;
    // This client sends nothing, but answers protocol pings.
    let quiet = tokio::spawn(async move { quiet.frame("score").await });
    assert_closed(&mut silent, 4408, "no ping for too long").await;
    let score = json!({ "eventId": "match", "data": { "n": 1 } });
    server.admin().await.done("score", &score).await;
    quiet.await.expect("it was not closed");
    assert_closed(&mut dead, 4408, "a ping was not answered").await;
}

#[tokio::test]
async fn at_a_shutdown_it_is_told_and_closed_and_nothing_is_held_up() {
    let mut server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let (mut client, _) = Plain::joined(server.address, "eventId=match").await;
    let told = Instant::now();
    server.terminate();
    let drain = client.frame("server:drain").await;
    assert!(drain["retryInMs"].is_u64(), "{drain}");
    assert_closed(&mut client, 1001, "the server is shutting down").await;
    assert_eq!(server.exit().await.0.code(), Some(0));
    soak::took_less(told.elapsed(), Duration::from_secs(8));
}

#[tokio::test]
async fn who_stops_reading_gets_one_snapshot_when_it_reads_on_or_is_closed() {
    for (patience, is_closed) in [("10m", false), ("1s", true)] {
        let settings = [("QUEUE_SIZE", "16"), ("BEHIND_TIMEOUT", patience)];
        let server = Server::alone(&settings).await;
        let mut admin = server.admin_with_event("match").await;
        let mut slow = Plain::open_narrow(server.address, "eventId=match").await;
        let Frame::Object(joined) = slow.next().await else { panic!("it joins") };
        let sent = stall(&server, &mut admin).await;
        if is_closed {
            // Either because it is behind, or because its connection is blocked: whichever is noticed first.
            server.until_metric("touchline_closed_total", "", |closed| closed > 0.5).await;
            assert_closed(&mut slow, 4408, "too slow").await;
            server.until_metric("touchline_sockets", "plain", |sockets| sockets < 0.5).await;
            continue;
        }
        let mut history = start(&joined);
        follow(&mut slow, &mut history, sent).await;
        assert!(history.snapshots > 0 && i64::try_from(history.updates).expect("few") < sent);
        // The viewer is up to date again.
        admin.done("score", &json!({ "eventId": "match", "data": { "n": -1 } })).await;
        follow(&mut slow, &mut history, sent + 1).await;
    }
}
