//! Fields that the server does not know are ignored, in every message.

use serde_json::{Value, json};

use crate::plain::Plain;
use crate::server::each_server;
use crate::socket::Client;

/// The payload with unknown fields added.
fn with_more(mut payload: Value) -> Value {
    for (name, value) in [("id", json!("x")), ("eventId", json!("match")), ("extra", json!({ "a": [1] }))] {
        payload[name] = value;
    }
    payload
}

#[tokio::test]
async fn each_message_of_both_namespaces_ignores_fields_that_it_does_not_know() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        let token = server.token("ann", "scorer", &[]).await;
        let actions = json!([{ "name": "quiz", "points": 5, "minMs": 0, "cooldownMs": 0, "dailyCap": 9 }]);
        let (ann, reviewer) = (json!({ "email": "ann@example.org" }), "reviewer");
        for (name, payload) in [
            ("event:create", json!({ "sport": "chess", "title": "A match", "actions": actions })),
            ("event:update", json!({ "title": "The match" })),
            ("event:status", json!({ "status": "live" })),
            ("event:assign", ann.clone()),
            ("event:list", json!({})),
            ("score", json!({ "data": { "n": 1 } })),
            ("score:correct", json!({ "voids": 1, "data": { "n": 2 }, "reason": "a slip" })),
            ("message", json!({ "text": "welcome" })),
            ("role:grant", json!({ "email": "ann@example.org", "role": reviewer })),
            ("role:revoke", json!({ "email": "ann@example.org", "role": reviewer })),
            ("operator:list", json!({})),
            ("stats", json!({})),
            ("event:unassign", ann),
            ("ping", json!({})),
        ] {
            admin.done(name, &with_more(payload)).await;
        }
        let client = Client::open(server.address, "").await.connect("/", &json!({ "token": token })).await;
        let mut client = client.expect("the token is accepted");
        let mut ticket = Value::Null;
        for (name, payload) in [
            ("join", json!({})),
            ("score", json!({})),
            ("reaction", json!({ "emoji": "🔥" })),
            ("message", json!({ "text": "hello" })),
            ("ping", json!({})),
            ("heartbeat", json!({})),
            ("action:start", json!({ "action": "quiz" })),
            ("action:complete", json!({})),
            ("leaderboard", json!({})),
        ] {
            let mut payload = with_more(payload);
            if name == "action:complete" {
                payload["ticket"] = ticket.clone();
            }
            let answer = client.done(name, &payload).await;
            if name == "action:start" {
                ticket = answer["ticket"].clone();
            }
        }
        // A client in one event can leave out the event's id.
        client.done("action:start", &json!({ "action": "quiz" })).await;
        client.done("leave", &with_more(json!({}))).await;
        let refused = client.call("action:start", &json!({ "action": "quiz" })).await;
        assert_eq!(refused["error"]["code"], "not_joined");

        let (mut plain, _) = Plain::joined(server.address, "eventId=match").await;
        for (name, payload) in
            [("score", json!({})), ("reaction", json!({ "emoji": "🔥" })), ("ping", json!({}))]
        {
            let mut payload = with_more(payload);
            // On a plain WebSocket, `id` belongs to the command.
            payload.as_object_mut().expect("an object").remove("id");
            let answer = plain.command(name, &payload).await;
            assert_eq!(answer["ok"], true, "{name}: {answer}");
        }
    })
    .await;
}
