//! Plain WebSocket has the same events, messages and limits as Socket.IO.

mod auth;
pub mod client;
mod closing;

use serde_json::{Value, json};

use crate::history::{History, number};
use crate::server::Server;
use crate::socket::Client;

pub use client::{Frame, Plain};

/// Starts a history from the frame `joined`.
pub fn start(joined: &Value) -> History {
    let mut history = History::default();
    joined["epoch"].as_str().expect("an epoch").clone_into(&mut history.epoch);
    history
}

/// Reads from a client until this update.
pub async fn follow(client: &mut Plain, history: &mut History, seq: i64) {
    while history.seq < seq {
        let score = client.frame("score").await;
        history.score(&[score["data"].clone(), score["meta"].clone()]);
    }
}

/// Publishes until the only viewer, which does not read, stays behind or is disconnected. Returns the number of updates.
pub async fn stall(server: &Server, admin: &mut Client) -> i64 {
    let update = json!({ "eventId": "match", "data": { "filling": "x".repeat(60_000) } });
    let (mut sent, mut behind) = (0, 0);
    // The kernel buffers some megabytes, and a queue may be full for a moment.
    while behind < 2 {
        for _ in 0..20 {
            sent = number(&admin.done("score", &update).await["seq"]);
            admin.forget();
        }
        if server.metric("touchline_closed_total", "").await > 0.5 {
            break;
        }
        let is_behind = server.metric("touchline_members_behind", "").await > 0.5;
        behind = if is_behind { behind + 1 } else { 0 };
        let sockets = server.metric("touchline_sockets", "plain").await
            + server.metric("touchline_sockets", "stream").await;
        if sockets < 0.5 {
            // It was closed meanwhile.
            server.until_metric("touchline_closed_total", "", |closed| closed > 0.5).await;
            break;
        }
        assert!(sent < 2000, "{sent} updates, and nobody is behind");
    }
    sent
}

#[tokio::test]
async fn a_plain_viewer_is_told_the_same_as_one_of_socket_io_and_counted_with_it() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    admin.done("score", &json!({ "eventId": "match", "data": { "runs": 1 } })).await;
    let mut socket = Client::guest(server.address).await;
    let mut answer = socket.done("join", &json!({ "eventId": "match", "id": "ann" })).await;
    let (mut plain, mut joined) = Plain::joined(server.address, "eventId=match&id=bob").await;
    assert_eq!(joined["viewers"], json!({ "total": 2, "users": 0, "guests": 2 }));
    assert_eq!(joined["viewerId"], "guest:bob");
    for (name, value) in [("type", "joined"), ("viewerId", "guest:ann"), ("viewers", "")] {
        answer[name] = json!(value);
        joined[name] = json!(value);
    }
    assert_eq!(joined, answer);

    admin.done("score", &json!({ "eventId": "match", "data": { "é": "🔥", "deep": { "n": null } } })).await;
    let correction = json!({ "eventId": "match", "voids": 2, "data": { "é": "" }, "reason": "a slip" });
    admin.done("score:correct", &correction).await;
    admin.done("event:status", &json!({ "eventId": "match", "status": "live" })).await;
    for kind in ["snapshot", "update", "correction"] {
        let arguments = socket.message("score").await;
        let score = plain.frame("score").await;
        assert_eq!(score, json!({ "type": "score", "data": arguments[0], "meta": arguments[1] }));
        assert_eq!(score["meta"]["kind"], kind);
    }
    let mut event = socket.message("event").await.remove(0);
    event["type"] = json!("event");
    assert_eq!(plain.frame("event").await, event);

    plain.command("reaction", &json!({ "emoji": "🔥", "comment": "what a shot" })).await;
    let (shown, seen) = (socket.message("reaction").await, plain.frame("reaction").await);
    assert_eq!(seen, json!({ "type": "reaction", "data": shown[0], "meta": shown[1] }));
    assert_eq!(shown[0]["id"], "guest:bob");
    let again = plain.command("join", &json!({ "eventId": "match" })).await;
    assert_eq!(again["viewerId"], "guest:bob", "the id of a command is nobody's name");
    drop(plain);
    server.until_metric("touchline_members", "", |members| members < 2.5).await;
}

#[tokio::test]
async fn each_command_is_answered_as_the_message_is() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let create = json!({ "eventId": "other", "sport": "chess", "title": "Other" });
    admin.done("event:create", &create).await;
    let token = server.token("bob", "reviewer", &[]).await;
    let (mut plain, _) = Plain::joined(server.address, &format!("eventId=match&token={token}")).await;
    let mut socket = Client::open(server.address, "").await;
    socket = socket.connect("/", &json!({ "token": token })).await.expect("the token is accepted");
    socket.done("join", &json!("match")).await;
    for (name, payload) in [
        ("join", json!({ "eventId": "other" })),
        ("join", json!({ "eventId": "nope" })),
        ("join", json!({})),
        ("join", json!({ "eventId": "match", "since": 7 })),
        ("leave", json!({ "eventId": "other" })),
        ("leave", json!({ "eventId": "other" })),
        ("score", json!({})),
        ("reaction", json!({ "emoji": "🔥" })),
        ("reaction", json!({ "emoji": "nothing" })),
        ("message", json!({ "text": "hello" })),
        ("message", json!({ "text": "" })),
        ("action:start", json!({ "eventId": "match", "action": "none" })),
        ("action:complete", json!({ "ticket": "none" })),
        ("leaderboard", json!({})),
        ("leaderboard", json!({ "eventId": null })),
        ("no such message", json!({})),
        ("event:create", create),
        ("message", json!({ "text": "x".repeat(5000) })),
    ] {
        let mut answers = [socket.call(name, &payload).await, plain.command(name, &payload).await];
        for answer in &mut answers {
            // The two viewers watch at different times.
            answer["viewers"] = Value::Null;
        }
        assert_eq!(answers[0], answers[1], "{name} {payload}");
    }
    for name in ["ping", "heartbeat"] {
        assert!(plain.command(name, &json!({ "any": "thing" })).await["now"].is_i64());
        plain.say(&json!({ "type": name }).to_string()).await;
        assert!(plain.frame("pong").await["now"].is_i64());
    }
}

#[tokio::test]
async fn what_is_no_command_is_answered_with_an_exception_and_the_connection_goes_on() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let (mut plain, _) = Plain::joined(server.address, "eventId=match").await;
    for text in
        ["", "x", "[]", "7", "null", r#"{"type":7}"#, "{}", r#"{"type":"ping","id":{}}"#, "{\"type\":"]
    {
        plain.say(text).await;
        let exception = plain.frame("exception").await;
        assert_eq!((&exception["event"], &exception["error"]["code"]), (&json!(""), &json!("bad_request")));
    }
    plain.say(r#"{"type":"reaction","emoji":"x"}"#).await;
    assert_eq!(plain.frame("exception").await["event"], "reaction");
    // The answer repeats the id as written, even a text that is not valid UTF-16.
    for id in [r#""a b""#, "1e3", "0", "\"12\"", "-1.50", "true"] {
        plain.say(&format!(r#"{{"type":"message","id":{id},"text":"\ud800"}}"#)).await;
        let answer = plain.frame("answer").await;
        let expected: Value = serde_json::from_str(id).expect("JSON");
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&expected, &json!("bad_request")));
    }
    plain.command("ping", &json!({})).await;
}

#[tokio::test]
async fn who_comes_back_with_since_gets_what_it_missed_and_otherwise_a_snapshot() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let (mut plain, joined) = Plain::joined(server.address, "eventId=match").await;
    let mut history = start(&joined);
    for n in 1..=5 {
        admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
    }
    follow(&mut plain, &mut history, 5).await;
    drop(plain);
    for n in 6..=45 {
        admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
    }
    let since = format!("eventId=match&since={}:{}", history.epoch, history.seq);
    let (mut plain, joined) = Plain::joined(server.address, &since).await;
    assert_eq!((&joined["recovered"], number(&joined["seq"])), (&json!(true), 45));
    follow(&mut plain, &mut history, 45).await;
    assert_eq!((history.updates, history.snapshots), (45, 0));

    let (mut late, joined) = Plain::joined(server.address, "eventId=match&since=other:5").await;
    assert_eq!(joined["recovered"], false);
    let mut fresh = start(&joined);
    follow(&mut late, &mut fresh, 45).await;
    assert_eq!((fresh.snapshots, &fresh.state), (1, &json!({ "n": 45 })));
    // A second join, by command, sends the state again; updates still arrive once.
    let since = json!({ "epoch": fresh.epoch, "seq": 44 });
    assert_eq!(late.command("join", &json!({ "eventId": "match", "since": since })).await["recovered"], true);
    assert_eq!(late.frame("score").await["meta"]["seq"], 45);
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 46 } })).await;
    follow(&mut late, &mut fresh, 46).await;
}
