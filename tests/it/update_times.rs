//! `at` of an update: when it happened, in the log and for viewers.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::server::each_server;
use crate::socket::Client;

/// The time in milliseconds since the Unix epoch, `ahead` seconds from now.
fn now(ahead: i64) -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    i64::try_from(since.as_millis()).expect("it fits") + ahead * 1000
}

async fn score(client: &mut Client, fields: Value) -> Value {
    let mut payload = json!({ "eventId": "match", "data": { "n": 1 } });
    crate::history::merge(&mut payload, &fields);
    client.call("score", &payload).await
}

fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or("ok")
}

#[tokio::test]
async fn an_update_says_when_it_happened_and_when_it_arrived() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("match")).await;
        // An update without `at` is as before.
        let started = now(0);
        let mut metas = Vec::new();
        for payload in [
            json!({ "eventId": "match", "data": {}, "at": 1_000 }),
            json!({ "eventId": "match", "data": {}, "at": "2000", "voids": 1, "reason": "late" }),
            json!({ "eventId": "match", "updates": [{ "data": {}, "at": 2_000 }, { "data": {}, "at": 3_000 }] }),
            json!({ "eventId": "match", "data": {} }),
        ] {
            let name = if payload["voids"].is_null() { "score" } else { "score:correct" };
            admin.done(name, &payload).await;
            for _ in 0..payload["updates"].as_array().map_or(1, Vec::len) {
                metas.push(viewer.message("score").await[1].clone());
            }
        }
        let log = server.get("/api/events/match/updates").await.json();
        let logged = log["updates"].as_array().expect("a list");
        for (meta, logged) in metas.iter().zip(logged) {
            assert_eq!((&meta["at"], &meta["receivedAt"]), (&logged["at"], &logged["receivedAt"]), "{log}");
        }
        for (meta, at) in metas.iter().zip([1_000, 2_000, 2_000, 3_000]) {
            assert_eq!(meta["at"], at, "{meta}");
            assert!(meta["receivedAt"].as_i64().is_some_and(|received| received >= started), "{meta}");
        }
        assert!(metas[4]["at"].as_i64().is_some_and(|at| at >= started), "{metas:?}");
        assert_eq!((metas[4].get("receivedAt"), logged[4].get("receivedAt")), (None, None));

        // So does the state of the last update.
        let at = now(0);
        assert_eq!(code(&score(&mut admin, json!({ "at": at })).await), "ok");
        let mut late = Client::guest(server.address).await;
        late.done("join", &json!("match")).await;
        let meta = late.message("score").await[1].clone();
        assert_eq!((&meta["kind"], &meta["at"]), (&json!("snapshot"), &json!(at)));
        assert!(meta["receivedAt"].as_i64().is_some_and(|received| received >= started), "{meta}");
    })
    .await;
}

#[tokio::test]
async fn an_update_is_neither_before_the_last_one_nor_in_the_future() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        assert_eq!(code(&score(&mut admin, json!({ "at": now(3_600) })).await), "bad_request");
        assert_eq!(code(&score(&mut admin, json!({ "at": "soon" })).await), "bad_request");
        assert_eq!(code(&score(&mut admin, json!({ "at": 5_000, "opId": "a" })).await), "ok");
        for at in [4_999, 0, -1] {
            let answer = score(&mut admin, json!({ "at": at })).await;
            assert_eq!((code(&answer), &answer["error"]["at"]), ("conflict", &json!(5_000)), "{answer}");
            let correction =
                json!({ "eventId": "match", "voids": 1, "data": {}, "reason": "slip", "at": at });
            let answer = admin.call("score:correct", &correction).await;
            assert_eq!((code(&answer), &answer["error"]["at"]), ("conflict", &json!(5_000)), "{answer}");
        }
        assert_eq!(code(&score(&mut admin, json!({ "at": 5_000 })).await), "ok", "the same time");
        // `at` is not part of what a retry must repeat.
        for at in [json!(1), json!(null), json!(9_000), json!(now(3_600))] {
            let again = score(&mut admin, json!({ "at": at, "opId": "a" })).await;
            assert_eq!((&again["seq"], &again["duplicate"]), (&json!(1), &json!(true)), "{at}: {again}");
        }
        // In a batch, the updates before it count.
        let updates = json!([{ "data": {}, "at": 7_000 }, { "data": {}, "at": 6_000 }]);
        let answer = admin.call("score", &json!({ "eventId": "match", "updates": updates })).await;
        let error = &answer["error"];
        assert_eq!(
            (code(&answer), &error["index"], &error["at"]),
            ("conflict", &json!(1), &json!(7_000)),
            "{answer}"
        );
        // A clock that is a little ahead is accepted, and the next update does not go back.
        let ahead = now(3);
        assert_eq!(code(&score(&mut admin, json!({ "at": ahead })).await), "ok");
        assert_eq!(code(&score(&mut admin, json!({})).await), "ok");
        let log = server.get("/api/events/match/updates").await.json();
        let times: Vec<_> =
            log["updates"].as_array().expect("a list").iter().map(|u| u["at"].as_i64()).collect();
        assert!(times.is_sorted() && times.len() == 4 && times[2] == Some(ahead), "{log}");
    })
    .await;
}

#[tokio::test]
async fn a_summary_of_another_shape_is_a_warning() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let sides = json!({ "sides": [{ "name": "A", "score": 1 }] });
        for (data, expected) in [
            (json!({ "n": 1 }), false),
            (json!({ "summary": sides }), false),
            (json!({ "summary": "1-0" }), true),
            (json!({ "n": 2 }), false),
            (json!({ "summary": { "note": "x" } }), true),
            (json!({ "summary": null }), false),
        ] {
            let answer = score(&mut admin, json!({ "data": data })).await;
            let warnings = answer.get("warnings").map(|warnings| warnings[0].as_str().expect("a text"));
            assert_eq!(warnings.is_some(), expected, "{data}: {answer}");
            assert!(warnings.is_none_or(|text| text.contains("summary")), "{answer}");
        }
        let updates = json!([{ "data": { "summary": 7 } }, { "data": { "n": 3 } }]);
        let answer = admin.done("score", &json!({ "eventId": "match", "updates": updates })).await;
        assert_eq!(answer["warnings"].as_array().map(Vec::len), Some(1), "{answer}");
        let correction =
            json!({ "eventId": "match", "voids": 1, "data": { "summary": [] }, "reason": "slip" });
        assert!(admin.done("score:correct", &correction).await["warnings"][0].is_string());
    })
    .await;
}
