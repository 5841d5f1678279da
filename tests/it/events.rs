//! Creating, changing and listing events at `/admin`, and the messages to viewers.

use serde_json::{Value, json};

use crate::server::{Server, each_server};
use crate::socket::Client;

#[tokio::test]
async fn an_event_is_created_changed_and_listed() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        let action = json!({ "name": "cheer", "points": 5, "minMs": 1000, "cooldownMs": 0, "dailyCap": 3 });
        let given = json!({
            "eventId": "IND-AUS:2026", "sport": "cricket", "title": "India – Australia 🏏", "startsAt": "1780000000000",
            "competitors": { "home": "IND", "away": ["AUS"] }, "actions": [action], "unknown": true,
        });
        let created = admin.done("event:create", &given).await["event"].clone();
        let expected = json!({
            "eventId": "IND-AUS:2026", "sport": "cricket", "title": "India – Australia 🏏", "status": "scheduled",
            "startsAt": 1_780_000_000_000_i64, "competitors": { "home": "IND", "away": ["AUS"] },
            "actions": [action], "messages": true,
        });
        assert_eq!(created, expected);
        assert_eq!(server.event("IND-AUS:2026").await["event"], expected);
        assert_eq!(admin.call("event:create", &given).await["error"]["code"], "conflict");

        let chosen = admin.done("event:create", &json!({ "sport": "chess", "title": "A game" })).await;
        let chosen = chosen["event"]["eventId"].as_str().expect("the server chooses an id").to_owned();
        assert_ne!(chosen, "");

        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("IND-AUS:2026")).await;
        for (change, field, value) in [
            (json!({ "title": "Final" }), "title", json!("Final")),
            (json!({ "sport": "t20" }), "sport", json!("t20")),
            (json!({ "startsAt": null }), "startsAt", Value::Null),
            (json!({ "startsAt": 5 }), "startsAt", json!(5)),
            (json!({ "competitors": null }), "competitors", Value::Null),
            (json!({ "competitors": ["x"] }), "competitors", json!(["x"])),
            (json!({ "actions": [] }), "actions", json!([])),
            (json!({ "messages": false }), "messages", json!(false)),
        ] {
            let mut payload = change.clone();
            payload["eventId"] = json!("IND-AUS:2026");
            let event = admin.done("event:update", &payload).await["event"].clone();
            assert_eq!(event[field], value, "{change}");
            assert_eq!(viewer.message("event").await, [event], "{change}");
        }
        // The viewer gets no message about an update without changes: its next message is the status.
        admin.done("event:update", &json!({ "eventId": "IND-AUS:2026" })).await;
        for status in ["live", "paused", "ended", "live"] {
            let payload = json!({ "eventId": "IND-AUS:2026", "status": status });
            let event = admin.done("event:status", &payload).await["event"].clone();
            assert_eq!(event["status"], status);
            assert_eq!(viewer.message("event").await, [event]);
        }

        for (status, ids) in [("live", vec!["IND-AUS:2026"]), ("scheduled", vec![chosen.as_str()]), ("ended", vec![])] {
            let by_message = admin.done("event:list", &json!({ "status": status })).await;
            let by_http = server.get(&format!("/api/events?status={status}")).await.json();
            for answer in [by_message, by_http] {
                let listed: Vec<_> = answer["events"].as_array().expect("a list").iter().map(|e| &e["eventId"]).collect();
                assert_eq!(listed, ids, "{answer}");
            }
        }
        let all = admin.done("event:list", &Value::Null).await;
        assert_eq!(all["events"].as_array().map(Vec::len), Some(2));
        let of_viewed = all["events"].as_array().and_then(|events| events.iter().find(|e| e["sport"] == "t20"));
        assert_eq!(of_viewed.expect("it is listed")["viewers"], json!({ "total": 1, "users": 0, "guests": 1 }));
    })
    .await;
}

#[tokio::test]
async fn a_bad_call_about_an_event_is_refused_and_changes_nothing() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let before = server.event("match").await;
        let long = "x".repeat(4097);
        let new = |more: &str| format!(r#"{{"eventId":"new","sport":"x","title":"y",{more}}}"#);
        for (name, arguments, code) in [
            ("event:create", String::new(), "bad_request"),
            ("event:create", "[]".to_owned(), "bad_request"),
            ("event:create", r#"{"sport":"x"}"#.to_owned(), "bad_request"),
            ("event:create", r#"{"title":"x"}"#.to_owned(), "bad_request"),
            ("event:create", r#"{"sport":"","title":"x"}"#.to_owned(), "bad_request"),
            ("event:create", r#"{"sport":"x","title":" "}"#.to_owned(), "bad_request"),
            ("event:create", r#"{"sport":"x","title":"a\u0000"}"#.to_owned(), "bad_request"),
            ("event:create", r#"{"sport":"x","title":"\udc00"}"#.to_owned(), "bad_request"),
            ("event:create", r#"{"sport":"x","title":7}"#.to_owned(), "bad_request"),
            ("event:create", format!(r#"{{"sport":"x","title":"{long}"}}"#), "too_large"),
            ("event:create", new(r#""eventId":"a/b""#), "bad_request"),
            ("event:create", new(r#""startsAt":"soon""#), "bad_request"),
            ("event:create", new(r#""startsAt":9223372036854775807"#), "bad_request"),
            ("event:create", new(r#""competitors":{"a":"\u0000"}"#), "bad_request"),
            ("event:create", new(r#""competitors":{"a":"\ud800"}"#), "bad_request"),
            ("event:create", new(r#""actions":{}"#), "bad_request"),
            ("event:create", new(r#""actions":[{"name":"a"}]"#), "bad_request"),
            ("event:create", new(r#""actions":[{"name":"a","points":-1,"dailyCap":1}]"#), "bad_request"),
            ("event:create", new(r#""actions":[{"name":"a\u0000","points":1,"dailyCap":1}]"#), "bad_request"),
            ("event:update", "{}".to_owned(), "bad_request"),
            ("event:update", r#"{"eventId":"nope","title":"x"}"#.to_owned(), "not_found"),
            ("event:update", r#"{"eventId":"match","title":""}"#.to_owned(), "bad_request"),
            ("event:update", r#"{"eventId":"match","messages":"yes"}"#.to_owned(), "bad_request"),
            ("event:update", r#"{"eventId":"match","competitors":"\u0000"}"#.to_owned(), "bad_request"),
            ("event:status", r#"{"eventId":"match"}"#.to_owned(), "bad_request"),
            ("event:status", r#"{"eventId":"match","status":"over"}"#.to_owned(), "bad_request"),
            ("event:status", r#"{"eventId":"nope","status":"live"}"#.to_owned(), "not_found"),
            ("event:list", r#"{"status":"over"}"#.to_owned(), "bad_request"),
            ("event:list", "[1]".to_owned(), "bad_request"),
            ("join", r#"{"eventId":"match"}"#.to_owned(), "unknown_message"),
        ] {
            let answer = admin.call_raw(name, &arguments).await;
            assert_eq!(answer["error"]["code"], code, "{name} {arguments:.200}: {answer}");
        }
        assert_eq!(server.event("match").await, before);
        assert_eq!(server.get("/api/events/new").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_of_one_server_start_finds_the_events_of_the_last() {
    let folder = crate::databases::Folder::new();
    let mut server = Server::start(&folder.sqlite_url(), &[]).await;
    let mut admin = server.admin_with_event("match").await;
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
    let before = server.event("match").await;
    server.terminate();
    assert!(server.exit().await.0.success());
    server.restart().await;
    assert_eq!(server.event("match").await, before);
}
