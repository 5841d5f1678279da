//! Server-sent events: the same updates in the same order, ids to resume from, and no way to block the server.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use ::http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::http::{DEADLINE, Reply, call};
use crate::plain::{Plain, stall, start};
use crate::server::Server;
use crate::soak;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: Option<String>,
    pub name: String,
    pub data: Value,
}

/// A stream, read as `EventSource` reads it.
pub struct Stream {
    response: Response<Incoming>,
    text: String,
    events: VecDeque<Event>,
    comments: usize,
}

impl Stream {
    pub async fn open(server: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        let client = HttpClient::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        let mut request = Request::get(format!("http://{server}/api/events/{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Empty::<Bytes>::new()).expect("a request");
        let response = timeout(DEADLINE, client.request(request)).await.expect("headers come at once");
        let response = response.expect("the server answers");
        assert_eq!(response.status(), 200);
        Self { response, text: String::new(), events: VecDeque::new(), comments: 0 }
    }

    /// The next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let frame = timeout(DEADLINE, self.response.frame()).await.expect("a message in time")?;
            let bytes = frame.ok()?.into_data().expect("data");
            self.text.push_str(std::str::from_utf8(&bytes).expect("whole characters"));
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.take(&event);
                self.text = rest;
            }
        }
    }

    fn take(&mut self, text: &str) {
        let field = |wanted: &str| {
            let fields = text.lines().filter_map(|line| line.split_once(": "));
            fields.filter(|(name, _)| *name == wanted).map(|(_, value)| value).collect::<Vec<_>>()
        };
        if text.starts_with(':') {
            self.comments += 1;
        } else if let [name] = field("event")[..] {
            let data = serde_json::from_str(&field("data").join("\n")).expect("JSON");
            let id = field("id").first().map(ToString::to_string);
            self.events.push_back(Event { id, name: name.to_owned(), data });
        } else {
            assert!(text.starts_with("retry: "), "{text:?}");
        }
    }

    /// Waits for the next event of this name.
    pub async fn event(&mut self, wanted: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("it ended before {wanted}"));
            if event.name == wanted {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn a_head_request_is_answered_and_is_no_viewer() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    for _ in 0..3 {
        let head = call(server.address, Method::HEAD, "/api/events/match/stream", &[], String::new()).await;
        let head = head.expect("an answer");
        assert_eq!((head.status.as_u16(), head.header("content-type")), (200, "text/event-stream"));
    }
    let mut stream = Stream::open(server.address, "match/stream", &[]).await;
    let joined = stream.next().await.expect("a first event");
    assert_eq!(joined.data["viewers"]["total"], 1);
}

#[tokio::test]
async fn a_stream_has_the_frames_of_a_plain_websocket_and_says_where_to_come_back() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("some match").await;
    admin.done("score", &json!({ "eventId": "some match", "data": { "n": 1 } })).await;
    let (mut plain, _) = Plain::joined(server.address, "eventId=some+match").await;
    let headers = [("accept-encoding", "gzip"), ("accept", "text/event-stream")];
    let mut stream = Stream::open(server.address, "some%20match/stream?id=board", &headers).await;
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "private, no-store"),
        ("x-accel-buffering", "no"),
    ] {
        assert_eq!(stream.response.headers()[name], value);
    }
    assert!(!stream.response.headers().contains_key("content-encoding"));
    let joined = stream.next().await.expect("a first event");
    assert_eq!((joined.name.as_str(), &joined.data["type"]), ("joined", &json!("joined")));
    assert_eq!(
        (&joined.data["viewerId"], &joined.data["viewers"]["total"]),
        (&json!("guest:board"), &json!(2))
    );
    assert_eq!(joined.id, None, "without a state there is no id to resume from");

    // A scorer's JSON with every kind of line break.
    admin.call_raw("score", "{\"eventId\":\"some match\",\"data\":{\"n\":\n2,\r\n\"é\":\r\"🔥\"}}").await;
    admin.done("score", &json!({ "eventId": "some match", "data": { "n": 3 } })).await;
    let epoch = joined.data["epoch"].as_str().expect("an epoch");
    for seq in 1..=3 {
        let score = stream.event("score").await;
        assert_eq!(score.id, Some(format!("{epoch}:{seq}")));
        assert_eq!(score.data, plain.frame("score").await);
    }
    plain.command("reaction", &json!({ "emoji": "🔥", "comment": "oh" })).await;
    let reaction = stream.event("reaction").await;
    assert_eq!((reaction.id, reaction.data), (None, plain.frame("reaction").await));

    drop(stream);
    server.until_metric("touchline_sockets", "stream", |streams| streams < 0.5).await;
}

#[tokio::test]
async fn who_comes_back_with_the_last_id_gets_what_it_missed_whatever_its_address_says() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    for n in 1..=50 {
        admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
    }
    let epoch = server.event("match").await["epoch"].as_str().expect("an epoch").to_owned();
    let last = format!("{epoch}:47");
    let old = format!("match/stream?since={epoch}:2");
    let mut stream = Stream::open(server.address, &old, &[("last-event-id", &last)]).await;
    assert_eq!(stream.event("joined").await.data["recovered"], true);
    for seq in 48..=50 {
        assert_eq!(stream.event("score").await.data["meta"]["seq"], seq);
    }
    let mut stream = Stream::open(server.address, &old, &[]).await;
    for seq in 3..=50 {
        assert_eq!(stream.event("score").await.data["meta"]["seq"], seq);
    }
    let mut stream = Stream::open(server.address, "match/stream", &[("last-event-id", "another:3")]).await;
    assert_eq!(stream.event("score").await.data["meta"]["kind"], "snapshot");
}

#[tokio::test]
async fn what_cannot_be_followed_is_refused_by_http() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://a.example")]).await;
    let _admin = server.admin_with_event("match").await;
    for (path, status, code) in [
        ("nope/stream", 404, "not_found"),
        ("a%2Fb/stream", 400, "bad_request"),
        ("match/stream?since=7", 400, "bad_request"),
        ("match/stream?full=7", 400, "bad_request"),
        ("match/stream?token=tls_nobody", 401, "unauthenticated"),
    ] {
        let reply = server.get(&format!("/api/events/{path}")).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (status, &json!(code)), "{path}");
    }
    let path = "/api/events/match/stream";
    let foreign = crate::http::get_from(server.address, path, "https://b.example").await;
    assert_eq!((foreign.status.as_u16(), foreign.header("access-control-allow-origin")), (403, ""));
    let origin = [("origin", "https://a.example")];
    let stream = Stream::open(server.address, "match/stream", &origin).await;
    assert_eq!(stream.response.headers()["access-control-allow-origin"], "https://a.example");
}

/// Asserts an answer after which `EventSource` reconnects.
fn comes_back(reply: &Reply, code: &str, least: u64) {
    assert_eq!(
        (reply.status.as_u16(), reply.header("content-type")),
        (200, "text/event-stream"),
        "{reply:?}"
    );
    let (comment, retry) = reply.text.split_once("\nretry: ").expect("a time");
    assert!(comment.starts_with(&format!(": {code}: ")), "{reply:?}");
    let retry: u64 = retry.trim_end().parse().expect("milliseconds");
    assert!(retry >= least, "{retry}");
}

#[tokio::test]
async fn a_stream_that_is_refused_for_now_is_told_when_to_come_back() {
    let settings = [("JOIN_RATE", "1/30s"), ("HANDSHAKE_RATE", "3/60s")];
    let server = Server::alone(&settings).await;
    let _admin = server.admin_with_event("match").await;
    let token = server.token("bob", "scorer", &[]).await;
    let path = format!("/api/events/match/stream?token={token}");
    let first = Stream::open(server.address, &format!("match/stream?token={token}"), &[]).await;
    comes_back(&server.get(&path).await, "rate_limited", 20_000);
    drop(first);
    loop {
        let reply = server.get(&path).await;
        if !reply.text.starts_with(": rate_limited") {
            comes_back(&reply, "unavailable", 1_000);
            break;
        }
    }
}

#[tokio::test]
async fn a_last_id_that_is_not_one_brings_a_snapshot() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    for n in 1..=2 {
        admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
    }
    let epoch = server.event("match").await["epoch"].as_str().expect("an epoch").to_owned();
    let path = format!("match/stream?since={epoch}:1");
    for last in ["nonsense", "7", "a:b", "x:-1", "é"] {
        let mut stream = Stream::open(server.address, &path, &[("last-event-id", last)]).await;
        assert_eq!(stream.event("joined").await.data["recovered"], false, "{last}");
        assert_eq!(stream.event("score").await.data["meta"]["kind"], "snapshot", "{last}");
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_session_and_with_the_server() {
    let mut server = Server::alone(&[("OTP_RESEND", "1ms")]).await;
    let _admin = server.admin_with_event("match").await;
    let token = server.token("bob", "scorer", &[]).await;
    let bearer = format!("bearer {token}");
    let mut own = Stream::open(server.address, "match/stream", &[("authorization", &bearer)]).await;
    assert_eq!(own.event("joined").await.data["viewers"]["users"], 1);
    let told = Instant::now();
    server.terminate();
    assert!(own.event("server:drain").await.data["retryInMs"].is_u64());
    // A new stream is told to retry later.
    let late = crate::http::call(server.address, Method::GET, "/api/events/match/stream", &[], String::new());
    if let Ok(late) = late.await {
        comes_back(&late, "unavailable", 1_000);
    }
    while let Some(event) = own.next().await {
        assert_eq!(event.name, "pulse", "nothing else happens until it ends");
    }
    assert_eq!(server.exit().await.0.code(), Some(0));
    soak::took_less(told.elapsed(), Duration::from_secs(8));
}

#[tokio::test]
async fn a_stream_that_is_not_read_gets_one_snapshot_when_it_is() {
    let server = Server::alone(&[("QUEUE_SIZE", "16"), ("BEHIND_TIMEOUT", "10m")]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut stream = Stream::open(server.address, "match/stream", &[]).await;
    let joined = stream.event("joined").await.data;
    let sent = stall(&server, &mut admin).await;
    let mut history = start(&joined);
    while history.seq < sent {
        let score = stream.event("score").await.data;
        history.score(&[score["data"].clone(), score["meta"].clone()]);
    }
    assert!(history.snapshots > 0 && i64::try_from(history.updates).expect("few") < sent);
    // The viewer is up to date again.
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
    assert_eq!(stream.event("score").await.data["meta"]["seq"], sent + 1);
}
