//! Messages to an event's room.

use serde_json::{Value, json};

use super::{code, watch, watch_as};
use crate::packet::Packet;
use crate::server::{Server, each_server};
use crate::socket::Client;

/// The texts of received messages.
async fn texts(client: &mut Client) -> Vec<Value> {
    let packets = client.sent_so_far().await.into_iter();
    let text = |packet| match packet {
        Packet::Message(name, arguments) if name == "message" => Some(arguments[0]["text"].clone()),
        _ => None,
    };
    packets.filter_map(text).collect()
}

#[tokio::test]
async fn who_is_signed_in_writes_and_everybody_reads() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let (mut ann, mut bob) = (watch(server, "ann").await, watch_as(server, "bob").await);
        assert_eq!(code(&ann.call("message", &json!({ "text": "hello" })).await), "unauthenticated");
        bob.done("message", &json!({ "text": "hello", "eventId": "match" })).await;
        bob.emit("message", r#""by socket.send""#).await;
        bob.done("message", &json!(42)).await;
        admin.done("message", &json!({ "eventId": "match", "text": "welcome" })).await;
        let mut seen = Vec::new();
        for _ in 0..4 {
            let shown = ann.message("message").await;
            assert_eq!(shown[1], json!({ "eventId": "match" }));
            let message = &shown[0];
            assert!(message["at"].is_i64() && message["messageId"].is_string() && message["id"].is_string());
            let field = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
            seen.push((field("name"), field("text"), message["official"] == true));
        }
        seen.sort_by_key(|(_, text, _)| text.clone());
        let expected = [
            ("bob", "42", false),
            ("bob", "by socket.send", false),
            ("bob", "hello", false),
            ("admin", "welcome", true),
        ];
        assert_eq!(seen, expected.map(|(name, text, official)| (name.to_owned(), text.to_owned(), official)));
        let missing = json!({ "eventId": "none", "text": "welcome" });
        assert_eq!(code(&admin.call("message", &missing).await), "not_found");
    })
    .await;
}

#[tokio::test]
async fn who_joins_is_sent_the_last_messages_after_the_state_also_after_a_restart() {
    let settings = [("MESSAGE_HISTORY", "3")];
    let mut server = Server::alone(&settings).await;
    let mut admin = server.admin_with_event("match").await;
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
    let mut bob = watch_as(&server, "bob").await;
    for number in 0..5 {
        bob.done("message", &json!(format!("message {number}"))).await;
        bob.message("message").await;
    }
    for round in ["while it runs", "after a restart"] {
        let mut late = watch(&server, "late").await;
        let packets = late.sent_so_far().await;
        let names: Vec<_> = packets
            .iter()
            .filter_map(|packet| match packet {
                Packet::Message(name, arguments) if name == "message" => arguments[0]["text"].as_str(),
                Packet::Message(name, _) if name == "score" => Some("score"),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["score", "message 2", "message 3", "message 4"], "{round}");
        server.terminate();
        server.exit().await;
        server.restart().await;
    }
}

#[tokio::test]
async fn an_operator_deletes_a_message_and_switches_messages_off() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut bob = watch_as(server, "bob").await;
        bob.done("message", &json!("rude")).await;
        bob.done("message", &json!("kind")).await;
        let first = bob.message("message").await.remove(0);
        let second = bob.message("message").await.remove(0);
        let rude = if first["text"] == "rude" { &first } else { &second };
        let delete = json!({ "eventId": "match", "messageId": rude["messageId"] });
        admin.done("message:delete", &delete).await;
        let deleted = bob.message("message:deleted").await;
        assert_eq!(deleted, [json!({ "messageId": rude["messageId"] }), json!({ "eventId": "match" })]);
        assert_eq!(code(&admin.call("message:delete", &delete).await), "not_found");
        assert_eq!(texts(&mut watch(server, "late").await).await, ["kind"]);

        admin.done("event:update", &json!({ "eventId": "match", "messages": false })).await;
        assert_eq!(code(&bob.call("message", &json!("anybody?")).await), "forbidden");
        admin.done("message", &json!({ "eventId": "match", "text": "closed" })).await;
        assert_eq!(bob.message("message").await[0]["text"], "closed");
        admin.done("event:update", &json!({ "eventId": "match", "messages": true })).await;
        bob.done("message", &json!("open again")).await;

        let token = server.token("scorer", "scorer", &[]).await;
        let mut scorer = Client::admin(server.address, &token).await;
        assert_eq!(
            code(&scorer.call("message", &json!({ "eventId": "match", "text": "x" })).await),
            "forbidden"
        );
        let delete = json!({ "eventId": "match", "messageId": first["messageId"] });
        assert_eq!(code(&scorer.call("message:delete", &delete).await), "forbidden");
    })
    .await;
}
