//! `full: true`: a viewer that is sent whole states, over each transport.

use serde_json::{Value, json};

use crate::history::{merge, number};
use crate::packet::Packet;
use crate::plain::{Plain, stall};
use crate::polling::Poller;
use crate::server::{Server, each_server};
use crate::socket::Client;
use crate::stream::Stream;

/// A viewer over any transport.
enum Viewer {
    Socket(Client),
    Polling(Poller),
    Plain(Plain),
    Stream(Stream),
}

impl Viewer {
    /// The arguments of the next `score`.
    async fn score(&mut self) -> (Value, Value) {
        match self {
            Self::Socket(client) => pair(client.message("score").await),
            Self::Polling(poller) => loop {
                match poller.next().await {
                    Packet::Message(name, arguments) if name == "score" => return pair(arguments),
                    end @ Packet::Closed(_) => panic!("{end:?}"),
                    _ => {}
                }
            },
            Self::Plain(plain) => of_frame(&plain.frame("score").await),
            Self::Stream(stream) => of_frame(&stream.event("score").await.data),
        }
    }
}

fn pair(mut arguments: Vec<Value>) -> (Value, Value) {
    let meta = arguments.pop().expect("two arguments");
    (arguments.pop().expect("two arguments"), meta)
}

fn of_frame(frame: &Value) -> (Value, Value) {
    (frame["data"].clone(), frame["meta"].clone())
}

/// Full viewers of `match`, over each transport.
async fn full_viewers(server: &Server) -> Vec<(&'static str, Viewer)> {
    let mut by_join = Client::guest(server.address).await;
    by_join.done("join", &json!({ "eventId": "match", "full": true })).await;
    let auth = json!({ "eventId": "match", "full": "1" });
    let by_auth =
        Client::open(server.address, "").await.connect("/", &auth).await.expect("guests are let in");
    let by_query = Client::open(server.address, "&eventId=match&full=true").await;
    let by_query = by_query.connect("/", &Value::Null).await.expect("guests are let in");
    let polling = Poller::open(server).await.connect("/", &json!({ "eventId": "match", "full": 1 })).await;
    let (plain, _) = Plain::joined(server.address, "eventId=match&full=true").await;
    let mut by_command = Plain::joined(server.address, "eventId=match").await.0;
    let answer = by_command.command("join", &json!({ "eventId": "match", "full": true })).await;
    assert_eq!(answer["ok"], true, "{answer}");
    let stream = Stream::open(server.address, "match/stream?full=true", &[]).await;
    vec![
        ("a join", Viewer::Socket(by_join)),
        ("auth", Viewer::Socket(by_auth)),
        ("the query", Viewer::Socket(by_query)),
        ("polling", Viewer::Polling(polling)),
        ("a plain WebSocket", Viewer::Plain(plain)),
        ("a command", Viewer::Plain(by_command)),
        ("a stream", Viewer::Stream(stream)),
    ]
}

#[tokio::test]
async fn over_each_transport_a_full_viewer_is_sent_the_whole_state_and_others_the_update() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut full = full_viewers(server).await;
        let mut other = Client::guest(server.address).await;
        other.done("join", &json!("match")).await;
        let mut state = Value::Null;
        for n in 1..=8 {
            let data =
                json!({ "n": n, "é": { format!("🔥{}", n % 3): n, "gone": (n % 2 == 0).then_some(n) } });
            merge(&mut state, &data);
            let is_correction = n % 4 == 0;
            let mut payload = json!({ "eventId": "match", "data": data });
            let mut expected = server.event("match").await;
            expected =
                json!({ "eventId": "match", "epoch": expected["epoch"], "seq": n, "kind": "snapshot" });
            let name = if is_correction {
                for side in [&mut payload, &mut expected] {
                    side["voids"] = json!([n - 1]);
                    side["reason"] = json!("a slip");
                }
                "score:correct"
            } else {
                "score"
            };
            admin.done(name, &payload).await;
            let (sent, meta) = pair(other.message("score").await);
            assert_eq!((&sent, &meta["seq"]), (&data, &json!(n)));
            expected["at"] = meta["at"].clone();
            for (by, viewer) in &mut full {
                let (whole, meta) = viewer.score().await;
                assert_eq!((&whole, &meta), (&state, &expected), "by {by}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_is_sent_nothing_if_it_has_the_last_state_or_else_the_state() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        for n in 1..=3 {
            admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
        }
        let epoch = server.event("match").await["epoch"].as_str().expect("an epoch").to_owned();
        for (since, recovered) in [(3, true), (2, false), (4, false)] {
            let since = format!("{epoch}:{since}");
            let mut client = Client::guest(server.address).await;
            let payload = json!({ "eventId": "match", "since": since, "full": true });
            let answer = client.done("join", &payload).await;
            let query = format!("eventId=match&full=1&since={since}");
            let (mut plain, joined) = Plain::joined(server.address, &query).await;
            let last = [("last-event-id", since.as_str())];
            let mut stream = Stream::open(server.address, "match/stream?full=1", &last).await;
            let of_stream = stream.event("joined").await.data;
            for answer in [answer, joined, of_stream] {
                assert_eq!((&answer["recovered"], &answer["seq"]), (&json!(recovered), &json!(3)), "{since}");
            }
            if recovered {
                // The next state that arrives is a later one.
                continue;
            }
            for (data, meta) in [
                pair(client.message("score").await),
                of_frame(&plain.frame("score").await),
                of_frame(&stream.event("score").await.data),
            ] {
                assert_eq!((&data["n"], &meta["seq"]), (&json!(3), &json!(3)));
            }
        }

        let mut client = Client::guest(server.address).await;
        let since = format!("{epoch}:3");
        client.done("join", &json!({ "eventId": "match", "since": since, "full": true })).await;
        let mut stream =
            Stream::open(server.address, "match/stream?full=1", &[("last-event-id", &since)]).await;
        stream.event("joined").await;
        admin.done("score", &json!({ "eventId": "match", "data": { "more": 1 } })).await;
        let next = stream.event("score").await;
        assert_eq!(next.id, Some(format!("{epoch}:4")));
        for (data, meta) in [pair(client.message("score").await), of_frame(&next.data)] {
            assert_eq!((data, &meta["seq"]), (json!({ "n": 3, "more": 1 }), &json!(4)));
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_join_changes_what_is_sent_from_then_on() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let (mut socket, mut plain) =
        (Client::guest(server.address).await, Plain::joined(server.address, "eventId=match").await.0);
    socket.done("join", &json!("match")).await;
    let mut expected = Vec::new();
    let mut seen = Vec::new();
    for (n, full) in (1..).zip([false, true, true, false, true]) {
        // `full` left out is false.
        let mut payload = json!({ "eventId": "match" });
        if n > 1 {
            payload["since"] = json!({ "epoch": server.event("match").await["epoch"], "seq": n - 1 });
        }
        if full {
            payload["full"] = json!(true);
        }
        socket.done("join", &payload).await;
        assert_eq!(plain.command("join", &payload).await["ok"], true);
        admin.done("score", &json!({ "eventId": "match", "data": { format!("k{n}"): n } })).await;
        for (data, meta) in [pair(socket.message("score").await), of_frame(&plain.frame("score").await)] {
            seen.push((
                number(&meta["seq"]),
                meta["kind"].clone(),
                data.as_object().map(serde_json::Map::len),
            ));
        }
        let kind = json!(if full { "snapshot" } else { "update" });
        let fields = if full { usize::try_from(n).expect("small") } else { 1 };
        expected.extend(vec![(n, kind, Some(fields)); 2]);
    }
    assert_eq!(seen, expected);
    assert_eq!(server.event("match").await["viewers"]["total"], 2);
}

#[tokio::test]
async fn a_full_that_is_neither_true_nor_false_is_a_bad_request() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let mut client = Client::guest(server.address).await;
    for full in [json!(2), json!("yes"), json!(""), json!([]), json!({}), json!(-1), json!(0.5)] {
        let answer = client.call("join", &json!({ "eventId": "match", "full": full })).await;
        assert_eq!(answer["error"]["code"], "bad_request", "{full}");
        assert_eq!(answer["error"]["message"], "full must be true or false", "{full}");
    }
    for full in [json!(false), json!(0), json!("0"), json!("false"), Value::Null, json!(true), json!("true")]
    {
        client.done("join", &json!({ "eventId": "match", "full": full })).await;
    }
    let auth = json!({ "eventId": "match", "full": "maybe" });
    let mut client =
        Client::open(server.address, "").await.connect("/", &auth).await.expect("guests are let in");
    let refused = client.message("exception").await;
    assert_eq!((&refused[0]["event"], &refused[0]["error"]["code"]), (&json!("join"), &json!("bad_request")));
    let mut plain = Plain::open(server.address, "eventId=match&full=maybe").await;
    assert_eq!(plain.end().await.0.expect("a close code").0, 4400);
}

#[tokio::test]
async fn full_viewers_are_written_to_directly_too() {
    let server = Server::alone(&[("DIRECT_WRITES", "true")]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut viewers = Vec::new();
    for _ in 0..3 {
        let mut client = Client::guest(server.address).await;
        client.done("join", &json!({ "eventId": "match", "full": true })).await;
        viewers.push(client);
    }
    let direct = async || server.metric("touchline_deliveries_direct_total", "").await;
    let before = direct().await;
    for n in 1..=5 {
        admin.done("score", &json!({ "eventId": "match", "data": { format!("k{n}"): n } })).await;
        admin.forget();
        for viewer in &mut viewers {
            assert_eq!(viewer.message("score").await[0].as_object().map(serde_json::Map::len), Some(n));
        }
    }
    // The scorer's desk is written to directly as well.
    assert!(direct().await - before > 14.5);
}

/// Reads up to the last state, and returns the number of states.
async fn states_until(viewer: &mut Viewer, last: i64) -> i64 {
    let (mut states, mut seen) = (0, 0);
    while seen < last {
        let (data, meta) = viewer.score().await;
        let seq = number(&meta["seq"]);
        assert!(seq > seen && meta["kind"] == "snapshot", "after {seen}: {meta}");
        assert_eq!(data["filling"].as_str().map(str::len), Some(60_000));
        (states, seen) = (states + 1, seq);
    }
    states
}

#[tokio::test]
async fn a_full_viewer_that_does_not_read_gets_the_newest_state_when_it_does() {
    let settings = [("BEHIND_TIMEOUT", "10m")];
    for protocol in ["a plain WebSocket", "a stream"] {
        let server = Server::alone(&settings).await;
        let mut admin = server.admin_with_event("match").await;
        let mut viewer = if protocol == "a stream" {
            Viewer::Stream(Stream::open(server.address, "match/stream?full=true", &[]).await)
        } else {
            Viewer::Plain(Plain::open_narrow(server.address, "eventId=match&full=true").await)
        };
        server.until_metric("touchline_members", "", |members| members > 0.5).await;
        let sent = stall(&server, &mut admin).await;
        let states = states_until(&mut viewer, sent).await;
        assert!(states < sent, "{protocol}: {states} of {sent}");
        // It is up to date again.
        admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
        assert_eq!(viewer.score().await.1["seq"], sent + 1);
    }
}

#[tokio::test]
async fn a_full_viewer_that_does_not_poll_keeps_one_state_in_memory() {
    let server = Server::alone(&[("BEHIND_TIMEOUT", "10m"), ("PING_TIMEOUT", "10m")]).await;
    let mut admin = server.admin_with_event("match").await;
    let poller = Poller::open(&server).await.connect("/", &json!({ "eventId": "match", "full": true })).await;
    server.until_metric("touchline_members", "", |members| members > 0.5).await;
    let sent = 100;
    for n in 1..=sent {
        let data = json!({ "n": n, "filling": "x".repeat(60_000) });
        admin.done("score", &json!({ "eventId": "match", "data": data })).await;
        admin.forget();
    }
    let states = states_until(&mut Viewer::Polling(poller), sent).await;
    // One waited in the queue, perhaps another in the answer to a poll that had already begun.
    assert!(states <= 4, "{states} states were kept");
}
