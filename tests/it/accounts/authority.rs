//! Permissions are checked for each message: revoking a role or a token takes effect with the next message.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::each_url;
use super::server::Server;
use super::socket::{Seen, Socket};
use crate::databases::{execute, query};

/// The source of the message routing.
const NAMESPACES: &str = include_str!("../../../src/transport/handlers/dispatch.rs");

/// The names of the messages that a function handles, read from its source.
fn messages_of(function: &str) -> BTreeSet<&'static str> {
    let (_, source) = NAMESPACES.split_once(function).expect("the function is there");
    let (source, _) = source.split_once("\n}\n").expect("it ends");
    let arms = source.lines().filter_map(|line| line.split_once("=>").map(|(names, _)| names));
    arms.flat_map(|names| names.split('"').skip(1).step_by(2)).collect()
}

/// Every `/admin` message that checks permissions, with a payload that an administrator could send.
fn messages_of_admin(review: &str) -> Vec<(&'static str, Value)> {
    let event = |rest: Value| {
        let mut payload = json!({ "eventId": "match" });
        payload.as_object_mut().expect("an object").extend(rest.as_object().cloned().unwrap_or_default());
        payload
    };
    let bob = json!({ "email": "bob@example.org", "role": "scorer" });
    vec![
        ("event:create", json!({ "eventId": "new", "sport": "chess", "title": "New" })),
        ("event:update", event(json!({ "title": "Changed" }))),
        ("event:status", event(json!({ "status": "paused" }))),
        ("event:archive", event(json!({}))),
        ("event:unarchive", event(json!({}))),
        ("event:delete", event(json!({ "confirm": "match" }))),
        ("event:assign", event(json!({ "email": "bob@example.org" }))),
        ("event:unassign", event(json!({ "email": "bob@example.org" }))),
        ("role:grant", bob.clone()),
        ("role:revoke", bob),
        ("operator:list", json!({})),
        ("event:list", json!({})),
        ("score", event(json!({ "data": { "runs": 6 } }))),
        ("score:correct", event(json!({ "voids": 1, "data": {}, "reason": "no ball" }))),
        ("review:list", json!({})),
        ("review:decide", json!({ "reviewId": review, "decision": "approve" })),
        ("message", event(json!({ "text": "Hello" }))),
        ("message:delete", event(json!({ "messageId": review }))),
        ("stats", json!({})),
    ]
}

/// Row counts of the tables that messages write to.
async fn written(url: &str) -> Vec<(i64,)> {
    query(
        url,
        "select count(*) from audit union all select count(*) from updates union all select count(*) from messages
         union all select count(*) from events union all select count(*) from tickets
         union all select count(*) from points",
    )
    .await
}

/// An administrator who has created the live event `match` with one update, and an unused review id.
async fn prepare(server: &Server) -> (Socket, &'static str) {
    let boss = server.program.token("boss", "admin", &[]).await;
    let mut boss = Socket::connect(server, "/admin", Some(&boss)).await.expect("it connects");
    let actions = json!([{ "name": "guess", "points": 5, "minMs": 0, "cooldownMs": 0, "dailyCap": 9 }]);
    let event = json!({ "eventId": "match", "sport": "cricket", "title": "One", "actions": actions });
    for (name, payload) in [
        ("event:create", event),
        ("event:status", json!({ "eventId": "match", "status": "live" })),
        ("score", json!({ "eventId": "match", "data": { "runs": 1 } })),
    ] {
        assert_eq!(boss.ask(name, payload).await["ok"], true);
    }
    (boss, "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90")
}

#[tokio::test]
async fn no_message_of_admin_works_without_the_role_or_with_a_token_that_was_revoked() {
    let mut named = messages_of_admin("").iter().map(|(name, _)| *name).collect::<BTreeSet<_>>();
    named.extend(["ping", "heartbeat"]);
    assert_eq!(named, messages_of("fn handle_admin"), "all of them are tried here");
    each_url(async |url| {
        let server = Server::start(url, &[]).await;
        let (mut boss, review) = prepare(&server).await;
        let token = server.program.token("ann", "admin", &[]).await;
        for role in ["scorer", "reviewer"] {
            server.program.token("ann", role, &[]).await;
        }
        let mut ann = Socket::connect(&server, "/admin", Some(&token)).await.expect("it connects");
        for role in ["admin", "scorer", "reviewer"] {
            let revoke = json!({ "email": "ann@example.org", "role": role });
            assert_eq!(boss.ask("role:revoke", revoke).await["ok"], true);
        }
        let before = written(url).await;
        for (name, payload) in messages_of_admin(review) {
            let answer = ann.ask(name, payload).await;
            assert_eq!(answer["error"]["code"], "forbidden", "{name}: {answer}");
        }
        assert_eq!(written(url).await, before);
        // She receives nothing more.
        let score = json!({ "eventId": "match", "data": { "runs": 2 } });
        assert_eq!(boss.ask("score", score).await["ok"], true);
        assert_eq!(ann.ask("heartbeat", json!({})).await["ok"], true);
        assert!(!ann.has_seen("score"), "a desk without a role is sent no scores");

        let token = server.program.token("cid", "admin", &[]).await;
        let mut cid = Socket::connect(&server, "/admin", Some(&token)).await.expect("it connects");
        let before = written(url).await;
        execute(
            url,
            "update service_tokens set revoked_at = created_at where user_id =
            (select id from users where email = 'cid@example.org')",
        )
        .await
        .unwrap();
        for (name, payload) in messages_of_admin(review) {
            // The connection ends once the server has noticed.
            let Some(answer) = cid.ask_or_end(name, payload).await else { break };
            assert_eq!(answer["error"]["code"], "unauthenticated", "{name}: {answer}");
        }
        assert_eq!(written(url).await, before);
    })
    .await;
}

#[tokio::test]
async fn no_points_are_earned_by_a_credential_that_has_ended() {
    each_url(async |url| {
        let server = Server::start(url, &[]).await;
        let _boss = prepare(&server).await;
        let ann = server.sign_in("ann@example.org", "phone").await;
        let mut player = Socket::connect(&server, "/", Some(&ann.token)).await.expect("it connects");
        assert_eq!(player.ask("join", json!({ "eventId": "match" })).await["ok"], true);
        let start = json!({ "eventId": "match", "action": "guess" });
        let started = player.ask("action:start", start.clone()).await;
        let complete = json!({ "ticket": started["ticket"] });
        let before = written(url).await;
        execute(url, "update sessions set ending = 'logout', ended_at = created_at").await.unwrap();
        for (name, payload) in [("action:start", start), ("action:complete", complete)] {
            if let Some(answer) = player.ask_or_end(name, payload).await {
                assert_eq!(answer["error"]["code"], "unauthenticated", "{name}: {answer}");
            }
        }
        assert_eq!(written(url).await, before);
        while player.next().await != Seen::Closed {}
    })
    .await;
}
