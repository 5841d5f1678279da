//! `score` and `score:correct` at `/admin`: accepted and refused updates, and the answers to retries.

use serde_json::{Value, json};

use crate::server::each_server;
use crate::socket::Client;

/// The answer to a `score` with these additional fields.
async fn score(client: &mut Client, fields: Value) -> Value {
    let mut payload = json!({ "eventId": "match", "data": { "n": 1 } });
    crate::history::merge(&mut payload, &fields);
    client.call("score", &payload).await
}

/// The parts of an answer that state the outcome.
fn outcome(answer: &Value) -> (Value, Value) {
    (answer["seq"].clone(), answer["duplicate"].clone())
}

fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or("ok")
}

#[tokio::test]
async fn a_retry_with_the_same_op_id_has_one_effect_and_the_first_answer() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let first = score(&mut admin, json!({ "opId": "a", "baseSeq": 0, "data": { "deep": { "x": 1.5, "y": [1] } } })).await;
        assert_eq!(outcome(&first), (json!(1), json!(false)), "{first}");
        score(&mut admin, json!({ "opId": 7 })).await;
        let correction = json!({ "eventId": "match", "voids": [2, 1, 2], "data": { "n": 0 }, "reason": "slip", "opId": "c" });
        assert_eq!(outcome(&admin.done("score:correct", &correction).await), (json!(3), json!(false)));

        for status in ["live", "ended"] {
            admin.done("event:status", &json!({ "eventId": "match", "status": status })).await;
            // `baseSeq`, the order of keys and the spelling of numbers do not matter.
            let raw = r#"{"opId":"a","data":{"n":1,"deep":{"y":[1],"x":15e-1}},"eventId":"match","baseSeq":99}"#;
            let again = admin.call_raw("score", raw).await;
            assert_eq!((outcome(&again), &again["epoch"]), ((json!(1), json!(true)), &first["epoch"]), "{again}");
            assert_eq!(outcome(&score(&mut admin, json!({ "opId": "7" })).await), (json!(2), json!(true)));
            let mut again = correction.clone();
            again["voids"] = json!(["1", 2]);
            assert_eq!(outcome(&admin.done("score:correct", &again).await), (json!(3), json!(true)));

            let other = score(&mut admin, json!({ "opId": "a", "data": { "n": 2 } })).await;
            assert_eq!(code(&other), "conflict", "another body");
            again["reason"] = json!("another");
            assert_eq!(code(&admin.call("score:correct", &again).await), "conflict", "another reason");
            assert_eq!(code(&score(&mut admin, json!({ "opId": "c", "data": { "n": 0 } })).await), "conflict");
        }
        assert_eq!(server.event("match").await["seq"], 3);
    })
    .await;
}

#[tokio::test]
async fn an_ended_event_takes_corrections_alone() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut seq = 0;
        for status in ["scheduled", "live", "paused", "ended", "live"] {
            admin.done("event:status", &json!({ "eventId": "match", "status": status })).await;
            let answer = score(&mut admin, json!({})).await;
            if status == "ended" {
                assert_eq!(code(&answer), "event_ended");
            } else {
                seq += 1;
                assert_eq!(answer["seq"], seq, "{status}: {answer}");
            }
            seq += 1;
            let correction =
                json!({ "eventId": "match", "voids": 1, "data": { "n": seq }, "reason": "checked" });
            assert_eq!(admin.done("score:correct", &correction).await["seq"], seq, "{status}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_base_seq_that_is_not_the_current_one_is_a_conflict_that_tells_it() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        for (base, taken) in
            [(json!(1), false), (json!(0), true), (json!("1"), true), (json!(1), false), (json!(null), true)]
        {
            let answer = score(&mut admin, json!({ "baseSeq": base })).await;
            if base.is_null() {
                assert_eq!(answer["seq"], 3);
            } else if taken {
                assert_eq!(answer["ok"], true, "{base}: {answer}");
            } else {
                let seq = server.event("match").await["seq"].clone();
                assert_eq!((code(&answer), &answer["error"]["seq"]), ("conflict", &seq), "{base}: {answer}");
            }
        }
        let correction =
            json!({ "eventId": "match", "voids": 1, "data": {}, "reason": "slip", "baseSeq": 1 });
        assert_eq!(code(&admin.call("score:correct", &correction).await), "conflict");
    })
    .await;
}

#[tokio::test]
async fn a_correction_tells_viewers_what_it_voids_and_repairs_the_state() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("match")).await;
        for n in 1..=3 {
            score(&mut admin, json!({ "data": { "n": n, format!("k{n}"): true } })).await;
            viewer.message("score").await;
        }
        for (voids, told) in [(json!(2), json!([2])), (json!([3, 1, 3]), json!([1, 3])), (json!("4"), json!([4]))] {
            let payload = json!({ "eventId": "match", "voids": voids, "data": { "k2": null, "n": 9 }, "reason": "not a run 🏏" });
            let seq = admin.done("score:correct", &payload).await["seq"].clone();
            let arguments = viewer.message("score").await;
            assert_eq!(arguments[0], json!({ "k2": null, "n": 9 }));
            let meta = &arguments[1];
            assert_eq!((&meta["kind"], &meta["seq"]), (&json!("correction"), &seq));
            assert_eq!((&meta["voids"], &meta["reason"]), (&told, &json!("not a run 🏏")));
        }
        assert_eq!(server.event("match").await["snapshot"], json!({ "n": 9, "k1": true, "k3": true }));
        let log = server.get("/api/events/match/updates").await.json();
        assert_eq!(log["updates"][4]["voids"], json!([1, 3]), "{log}");
        assert_eq!((&log["updates"][4]["kind"], &log["updates"][4]["reason"]), (&json!("correction"), &json!("not a run 🏏")));
        assert_eq!(log["updates"][0].get("voids"), None);
    })
    .await;
}

#[tokio::test]
async fn a_score_that_cannot_be_taken_is_refused_and_changes_nothing() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        score(&mut admin, json!({})).await;
        let before = server.event("match").await;
        let long = "x".repeat(4097);
        let deep = format!(r#"{{"eventId":"match","data":{{"a":{}1{}}}}}"#, "[".repeat(200), "]".repeat(200));
        let with = |data: &str| format!(r#"{{"eventId":"match","data":{data}}}"#);
        let correct = |more: &str| format!(r#"{{"eventId":"match","data":{{}},{more}}}"#);
        for (name, arguments, code) in [
            ("score", String::new(), "bad_request"),
            ("score", "null".to_owned(), "bad_request"),
            ("score", r#""match""#.to_owned(), "bad_request"),
            ("score", r#"{"eventId":"match"}"#.to_owned(), "bad_request"),
            ("score", r#"{"data":{}}"#.to_owned(), "bad_request"),
            ("score", r#"{"eventId":"nope","data":{}}"#.to_owned(), "not_found"),
            ("score", with("null"), "bad_request"),
            ("score", with("[]"), "bad_request"),
            ("score", with("7"), "bad_request"),
            ("score", with(r#""runs""#), "bad_request"),
            ("score", with(r#"{"a":"\u0000"}"#), "bad_request"),
            ("score", with(r#"{"\u0000":1}"#), "bad_request"),
            ("score", with(r#"{"a":["\ud800"]}"#), "bad_request"),
            ("score", with(r#"{"a":1e999}"#), "bad_request"),
            ("score", deep, "bad_request"),
            ("score", correct(r#""opId":"""#), "bad_request"),
            ("score", correct(r#""opId":{}"#), "bad_request"),
            ("score", correct(r#""opId":"a\u0000""#), "bad_request"),
            ("score", correct(&format!(r#""opId":"{}""#, "x".repeat(129))), "bad_request"),
            ("score", correct(r#""baseSeq":"x""#), "bad_request"),
            ("score:correct", correct(r#""voids":1"#), "bad_request"),
            ("score:correct", correct(r#""reason":"slip""#), "bad_request"),
            ("score:correct", correct(r#""voids":[],"reason":"slip""#), "bad_request"),
            ("score:correct", correct(r#""voids":"x","reason":"slip""#), "bad_request"),
            ("score:correct", correct(r#""voids":{},"reason":"slip""#), "bad_request"),
            ("score:correct", correct(r#""voids":1,"reason":"a\u0000""#), "bad_request"),
            ("score:correct", correct(&format!(r#""voids":1,"reason":"{long}""#)), "too_large"),
            ("score:correct", correct(r#""voids":2,"reason":"slip""#), "not_found"),
            ("score:correct", correct(r#""voids":0,"reason":"slip""#), "not_found"),
            ("score:correct", correct(r#""voids":-1,"reason":"slip""#), "not_found"),
            ("score:correct", correct(r#""voids":[1,2],"reason":"slip""#), "not_found"),
        ] {
            let answer = admin.call_raw(name, &arguments).await;
            assert_eq!(answer["error"]["code"], code, "{name} {arguments:.200}: {answer}");
        }
        assert_eq!(server.event("match").await, before);
    })
    .await;
}

#[tokio::test]
async fn an_update_that_would_make_the_state_larger_than_a_mebibyte_is_too_large() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let filling = "x".repeat(60_000);
        let mut seq = 0;
        let refused = loop {
            let answer = score(&mut admin, json!({ "data": { format!("k{seq}"): filling } })).await;
            if answer["ok"] != true {
                break answer;
            }
            seq += 1;
            assert!(seq < 20, "it is never too large");
        };
        assert_eq!((code(&refused), seq), ("too_large", 17), "{refused}");
        // An update that shrinks the state is accepted, and then the refused one too.
        let smaller = json!({ "eventId": "match", "data": { "k0": null } });
        assert_eq!(admin.done("score", &smaller).await["seq"], 18);
        assert_eq!(score(&mut admin, json!({ "data": { "k17": filling } })).await["seq"], 19);
        // A joining viewer gets this state.
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("match")).await;
        assert_eq!(viewer.message("score").await[0], server.event("match").await["snapshot"]);
    })
    .await;
}
