//! Valid and invalid messages on `/`, and their answers.

use serde_json::{Value, json};

use crate::packet::Packet;
use crate::server::Server;
use crate::socket::Client;

/// A server with these events, and an administrator.
async fn server_with(events: &[&str]) -> (Server, Client) {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin().await;
    for event in events {
        let event = json!({ "eventId": event, "sport": "chess", "title": "A game" });
        admin.done("event:create", &event).await;
    }
    (server, admin)
}

#[tokio::test]
async fn a_bad_message_is_answered_with_its_error_whether_or_not_an_answer_was_asked_for() {
    let (server, _admin) = server_with(&["match"]).await;
    let mut client = Client::guest(server.address).await;
    let long = format!(r#"{{"eventId":"match","more":"{}"}}"#, "x".repeat(4096));
    let long_id = format!(r#"{{"eventId":"match","id":"{}"}}"#, "x".repeat(41));
    for (name, arguments, code) in [
        ("join", "", "bad_request"),
        ("join", "null", "bad_request"),
        ("join", "true", "bad_request"),
        ("join", "[]", "bad_request"),
        ("join", r#""""#, "bad_request"),
        ("join", r#"" match""#, "bad_request"),
        ("join", "{}", "bad_request"),
        ("join", r#"{"eventId":null}"#, "bad_request"),
        ("join", r#"{"eventId":{}}"#, "bad_request"),
        ("join", r#"{"eventId":"a\u0000b"}"#, "bad_request"),
        ("join", r#"{"eventId":"a/b"}"#, "bad_request"),
        ("join", r#"{"eventId":"match","id":{}}"#, "bad_request"),
        ("join", r#"{"eventId":"match","id":"a\u0000"}"#, "bad_request"),
        ("join", r#"{"eventId":"match","id":"\ud800"}"#, "bad_request"),
        ("join", r#"{"eventId":"match","id":"a\nb"}"#, "bad_request"),
        ("join", r#"{"eventId":"match","id":"\u202enna"}"#, "bad_request"),
        ("join", r#"{"eventId":"match","id":" "}"#, "bad_request"),
        ("join", &long_id, "too_large"),
        ("join", &long, "too_large"),
        ("join", r#""nope""#, "not_found"),
        ("join", r#"{"eventId":"nope"}"#, "not_found"),
        ("leave", "", "not_joined"),
        ("leave", r#"{"eventId":"match"}"#, "not_joined"),
        ("leave", r#"{"eventId":[]}"#, "bad_request"),
        ("score", "", "not_joined"),
        ("score", "{}", "not_joined"),
        ("score", r#"{"eventId":"nope"}"#, "not_joined"),
        ("score", r#"{"eventId":"match","data":{"runs":1}}"#, "forbidden"),
        ("score", r#"{"data":null}"#, "forbidden"),
        ("score", "[1]", "bad_request"),
        ("ping", &long, "too_large"),
        ("no such message", "", "unknown_message"),
        ("", "", "unknown_message"),
        ("event:create", r#"{"sport":"x","title":"y"}"#, "unknown_message"),
        ("score:correct", "{}", "unknown_message"),
    ] {
        let answer = client.call_raw(name, arguments).await;
        assert_eq!(answer["ok"], false, "{name} {arguments}: {answer}");
        assert_eq!(answer["error"]["code"], code, "{name} {arguments}: {answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
        client.emit(name, arguments).await;
        let exception = client.message("exception").await;
        assert_eq!(exception[0], json!({ "event": name, "error": answer["error"] }), "{arguments}");
    }
    assert_eq!(client.sent_so_far().await, [], "each bad message has one answer");
    client.done("join", &json!("match")).await;
}

#[tokio::test]
async fn numbers_may_be_texts_and_unknown_fields_are_ignored() {
    let (server, _admin) = server_with(&["42", "some Id"]).await;
    for payload in [json!(42), json!("42"), json!({ "eventId": 42 }), json!({ "eventId": "42", "more": [1] })]
    {
        let mut client = Client::guest(server.address).await;
        assert_eq!(client.done("join", &payload).await["eventId"], "42", "{payload}");
        assert_eq!(client.done("score", &payload).await["seq"], 0);
        client.done("leave", &payload).await;
        assert_eq!(client.call("score", &payload).await["error"]["code"], "not_joined");
    }
    let mut client = Client::guest(server.address).await;
    let answer = client.done("join", &json!({ "eventId": "some Id", "id": 7 })).await;
    assert_eq!(answer["viewerId"], "guest:7");
}

#[tokio::test]
async fn join_is_answered_with_the_event_and_where_it_stands() {
    let (server, mut admin) = server_with(&["match"]).await;
    let mut client = Client::guest(server.address).await;
    let answer = client.done("join", &json!({ "eventId": "match", "id": "ann" })).await;
    let stored = server.event("match").await;
    assert_eq!(answer["event"], stored["event"]);
    assert_eq!(answer["epoch"], stored["epoch"]);
    assert_eq!((&answer["eventId"], &answer["viewerId"]), (&json!("match"), &json!("guest:ann")));
    assert_eq!((&answer["seq"], &answer["recovered"]), (&json!(0), &json!(false)));
    assert_eq!(answer["viewers"], json!({ "total": 1, "users": 0, "guests": 1 }));
    assert_eq!(client.sent_so_far().await, [], "before the first score there is no state");

    let data = json!({ "san": "e4", "é": "🔥", "deep": { "null": null } });
    admin.done("score", &json!({ "eventId": "match", "data": data })).await;
    let arguments = client.message("score").await;
    assert_eq!(arguments[0], data);
    let at = arguments[1]["at"].clone();
    let meta = json!({ "eventId": "match", "epoch": stored["epoch"], "seq": 1, "kind": "update", "at": at });
    assert_eq!(arguments[1], meta);
    assert!(at.as_i64().is_some_and(|at| at > 1_700_000_000_000), "{at}");
}

#[tokio::test]
async fn a_second_join_and_a_request_for_the_state_send_it_again_and_updates_still_come_once() {
    let (server, mut admin) = server_with(&["match"]).await;
    admin.done("score", &json!({ "eventId": "match", "data": { "a": 1 } })).await;
    let mut client = Client::guest(server.address).await;
    for (name, payload) in [("join", json!("match")), ("join", json!("match")), ("score", Value::Null)] {
        assert_eq!(client.done(name, &payload).await["seq"], 1);
        let arguments = client.message("score").await;
        assert_eq!((&arguments[0], &arguments[1]["kind"]), (&json!({ "a": 1 }), &json!("snapshot")));
    }
    admin.done("score", &json!({ "eventId": "match", "data": { "a": 2 } })).await;
    assert_eq!(client.message("score").await[1]["seq"], 2);
    assert_eq!(client.sent_so_far().await, []);
    assert_eq!(server.event("match").await["viewers"]["total"], 1);

    client.done("leave", &Value::Null).await;
    admin.done("score", &json!({ "eventId": "match", "data": { "a": 3 } })).await;
    assert_eq!(client.sent_so_far().await, [], "a client that has left gets nothing");
    assert_eq!(server.event("match").await["viewers"]["total"], 0);
}

#[tokio::test]
async fn a_socket_is_in_twenty_events_at_most_and_names_one_when_it_is_in_several() {
    let events: Vec<_> = (1..=21).map(|n| format!("e{n}")).collect();
    let (server, mut admin) = server_with(&events.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut client = Client::guest(server.address).await;
    for event in &events[..20] {
        client.done("join", &json!(event)).await;
    }
    assert_eq!(client.call("join", &json!("e21")).await["error"]["code"], "conflict");
    client.done("join", &json!("e20")).await;
    for name in ["score", "leave"] {
        assert_eq!(client.call(name, &json!({})).await["error"]["code"], "bad_request", "{name}");
        assert_eq!(client.call(name, &Value::Null).await["error"]["code"], "bad_request", "{name}");
    }
    client.done("leave", &json!("e1")).await;
    client.done("join", &json!("e21")).await;
    for event in ["e1", "e2", "e21"] {
        admin.done("score", &json!({ "eventId": event, "data": { "of": event } })).await;
    }
    for event in ["e2", "e21"] {
        assert_eq!(client.message("score").await[1]["eventId"], event);
    }
    assert_eq!(client.sent_so_far().await, []);
}

#[tokio::test]
async fn ping_and_heartbeat_tell_the_time_by_answer_or_by_message() {
    let (server, mut admin) = server_with(&[]).await;
    for client in [&mut Client::guest(server.address).await, &mut admin] {
        for name in ["ping", "heartbeat"] {
            for arguments in ["", "null", "7", r#"{"any":"thing"}"#] {
                let now = client.call_raw(name, arguments).await["now"].clone();
                client.emit(name, arguments).await;
                let pong = client.message("pong").await;
                assert!(pong[0]["now"].as_i64() >= now.as_i64() && now.as_i64() > Some(1_700_000_000_000));
            }
        }
    }
}

#[tokio::test]
async fn messages_of_one_client_are_handled_in_the_order_sent() {
    let (server, _admin) = server_with(&["match"]).await;
    let mut client = Client::guest(server.address).await;
    let mut asked = Vec::new();
    for _ in 0..20 {
        for name in ["join", "score", "leave", "ping"] {
            asked.push((client.ask(name, r#""match""#).await, name));
        }
    }
    for (id, name) in asked {
        let (answered, answer) = loop {
            match client.next().await {
                Packet::Answer(answered, answer) => break (answered, answer),
                packet => assert!(packet.is_pulse(), "only answers come, and not {packet:?}"),
            }
        };
        assert_eq!((answered, &answer["ok"]), (id, &json!(true)), "{name}: {answer}");
    }
}

#[tokio::test]
async fn a_packet_over_the_limit_closes_the_connection_and_disturbs_nobody_else() {
    let (server, _admin) = server_with(&["match"]).await;
    let mut other = Client::guest(server.address).await;
    other.done("join", &json!("match")).await;
    let mut client = Client::guest(server.address).await;
    let payload = format!(r#"["join","{}"]"#, "x".repeat(64 * 1024));
    client.write([format!("420{payload}")]).await.ok();
    let (_, before) = client.end().await;
    assert_eq!(before, vec![]);
    other.done("score", &Value::Null).await;
}

#[tokio::test]
async fn a_message_or_reaction_that_is_sent_again_under_its_op_id_has_one_effect() {
    let (server, mut admin) = server_with(&["match"]).await;
    let token = server.token("ann", "scorer", &[]).await;
    let auth = json!({ "token": token, "eventId": "match" });
    let connect = async || {
        let client = Client::open(server.address, "").await.connect("/", &auth).await;
        client.expect("the token is accepted")
    };
    let (mut one, mut other) = (connect().await, connect().await);
    let mut guest = Client::guest(server.address).await;
    guest.done("join", &json!("match")).await;
    let reaction = json!({ "emoji": "🔥", "eventId": "match", "opId": "r" });
    for text in ["first", "first", "second"] {
        let message = json!({ "text": text, "eventId": "match", "opId": text });
        one.done("message", &message).await;
        // The limit also covers the account's other connections, as after a reconnect.
        other.done("message", &message).await;
        admin.done("message", &message).await;
        one.done("reaction", &reaction).await;
        guest.done("reaction", &reaction).await;
    }
    // Without an id, each connection is a separate guest.
    for _ in 0..2 {
        guest.done("reaction", &json!({ "emoji": "🎉", "eventId": "match" })).await;
    }
    let mut texts = Vec::new();
    while texts.len() < 4 {
        texts.push(guest.message("message").await[0]["text"].as_str().expect("a text").to_owned());
    }
    texts.sort();
    assert_eq!(texts, ["first", "first", "second", "second"], "once on / and once on /admin");
    loop {
        let totals = guest.message("pulse").await[0]["reactions"]["totals"].clone();
        if totals["🎉"] == 2 {
            assert_eq!(totals["🔥"], 2, "ann's and the guest's");
            break;
        }
    }
    assert!(
        !guest
            .sent_so_far()
            .await
            .iter()
            .any(|packet| matches!(packet, Packet::Message(name, _) if name == "message"))
    );
}
