//! Publishing updates and corrections over HTTP.

use ::http::Method;
use serde_json::json;

use super::Publisher;
use crate::server::{Server, each_server};
use crate::socket::Client;

const UPDATES: &str = "/api/events/match/updates";
const CORRECTIONS: &str = "/api/events/match/corrections";

async fn publisher(server: &Server) -> (Client, Publisher<'_>) {
    let admin = server.admin_with_event("match").await;
    (admin, Publisher::new(server, &server.token("ann", "scorer", &["match"]).await))
}

#[tokio::test]
async fn an_update_reaches_the_viewers_and_a_retry_under_its_key_gets_the_first_answer() {
    each_server(&[], async |server| {
        let (mut admin, publisher) = publisher(server).await;
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("match")).await;
        let key = [("idempotency-key", "ball 1")];
        let body = json!({ "data": { "runs": 1.50, "n": 9_007_199_254_740_993_i64 } });
        let first = publisher.call_with(Method::POST, UPDATES, &key, &body).await;
        let epoch = server.event("match").await["epoch"].clone();
        assert_eq!(
            (first.status.as_u16(), first.json()),
            (201, json!({ "ok": true, "epoch": epoch, "seq": 1, "duplicate": false }))
        );
        assert_eq!(viewer.message("score").await[0], body["data"]);
        let again = publisher.call_with(Method::POST, UPDATES, &key, &body).await;
        assert_eq!(
            (again.status.as_u16(), again.json()),
            (200, json!({ "ok": true, "epoch": epoch, "seq": 1, "duplicate": true }))
        );
        // The key is the opId of /admin.
        let by_message = json!({ "eventId": "match", "opId": "ball 1", "data": body["data"] });
        assert_eq!(admin.done("score", &by_message).await["duplicate"], json!(true));
        let mut same = body.clone();
        same["opId"] = json!("ball 1");
        same["eventId"] = json!("match");
        assert_eq!(publisher.call_with(Method::POST, UPDATES, &key, &same).await.status, 200);
        assert_eq!(publisher.call(Method::POST, UPDATES, &same).await.status, 200);

        for (change, status, code) in [
            (json!({ "opId": "ball 2" }), 400, "bad_request"),
            (json!({ "eventId": "other" }), 400, "bad_request"),
            (json!({ "data": { "runs": 3 } }), 409, "conflict"),
        ] {
            let mut other = body.clone();
            other.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            let reply = publisher.call_with(Method::POST, UPDATES, &key, &other).await;
            assert_eq!(
                (reply.status.as_u16(), &reply.json()["error"]["code"]),
                (status, &json!(code)),
                "{change}"
            );
        }
        let behind = publisher
            .refused(Method::POST, UPDATES, &json!({ "data": {}, "baseSeq": 0 }), 409, "conflict")
            .await;
        assert_eq!(behind["seq"], 1);
        let earlier = json!({ "data": { "runs": 2 }, "at": 5 });
        let late = publisher.refused(Method::POST, UPDATES, &earlier, 409, "conflict").await;
        assert!(late["at"].is_i64(), "{late}");
        assert_eq!(server.event("match").await["seq"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_published_whole_or_not_at_all_and_its_key_names_each_update() {
    each_server(&[], async |server| {
        let (_admin, publisher) = publisher(server).await;
        let key = [("idempotency-key", "over 1")];
        let batch = json!({ "updates": [{ "data": { "a": 1 } }, { "data": { "b": 2 }, "opId": null }, { "data": { "a": null } }] });
        let first = publisher.call_with(Method::POST, UPDATES, &key, &batch).await;
        let results = |is_duplicate: bool| {
            let result = |seq: i64| json!({ "seq": seq, "duplicate": is_duplicate });
            json!([result(1), result(2), result(3)])
        };
        assert_eq!((first.status.as_u16(), &first.json()["results"]), (201, &results(false)));
        let again = publisher.call_with(Method::POST, UPDATES, &key, &batch).await;
        assert_eq!((again.status.as_u16(), &again.json()["results"]), (200, &results(true)));
        let event = server.event("match").await;
        assert_eq!((&event["seq"], &event["snapshot"]), (&json!(3), &json!({ "b": 2 })));
        // Update n has the opId KEY#n, from 0.
        let second = json!({ "data": { "b": 2 }, "opId": "over 1#1" });
        assert_eq!(publisher.done(Method::POST, UPDATES, &second, 200).await["seq"], 2);
        // One that is new among known ones makes 201.
        let longer = json!({ "updates": [{ "data": { "a": 1 } }, { "data": { "b": 2 } }, { "data": { "a": null } }, { "data": { "c": 3 } }] });
        let reply = publisher.call_with(Method::POST, UPDATES, &key, &longer).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["results"][3]), (201, &json!({ "seq": 4, "duplicate": false })));

        let named = json!({ "updates": [{ "data": {}, "opId": "mine" }] });
        let reply = publisher.call_with(Method::POST, UPDATES, &key, &named).await;
        assert_eq!(reply.json()["error"]["message"], "Idempotency-Key and opId differ");
        let long = "x".repeat(127);
        let reply = publisher.call_with(Method::POST, UPDATES, &[("idempotency-key", &long)], &batch).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (400, &json!("bad_request")));

        let many = |count: usize| json!({ "updates": vec![json!({ "data": { "n": 1 } }); count] });
        publisher.refused(Method::POST, UPDATES, &many(501), 413, "too_large").await;
        // They are counted before any is named.
        for key in ["over 2", &long] {
            let reply = publisher.call_with(Method::POST, UPDATES, &[("idempotency-key", key)], &many(501)).await;
            assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (413, &json!("too_large")));
        }
        for wrong in [
            json!({ "updates": [] }),
            json!({ "updates": {} }),
            json!({ "updates": [1] }),
            json!({ "updates": [{ "data": {} }, { "data": 5 }] }),
            json!({ "updates": [{ "data": {} }], "data": {} }),
            json!({}),
        ] {
            for keys in [&[][..], &[("idempotency-key", "another")]] {
                let reply = publisher.call_with(Method::POST, UPDATES, keys, &wrong).await;
                assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (400, &json!("bad_request")), "{wrong}");
            }
        }
        assert_eq!(server.event("match").await["seq"], 4);
        let answer = publisher.done(Method::POST, UPDATES, &many(500), 201).await;
        assert_eq!(answer["results"][499], json!({ "seq": 504, "duplicate": false }));
    })
    .await;
}

#[tokio::test]
async fn a_correction_voids_updates_even_after_the_end() {
    each_server(&[], async |server| {
        let (_admin, publisher) = publisher(server).await;
        publisher.done(Method::POST, UPDATES, &json!({ "data": { "runs": 4 } }), 201).await;
        let status = "/api/events/match/status";
        publisher.done(Method::PUT, status, &json!({ "status": "ended" }), 200).await;
        publisher.refused(Method::POST, UPDATES, &json!({ "data": { "runs": 5 } }), 409, "event_ended").await;
        let correction = json!({ "voids": 1, "data": { "runs": 3 }, "reason": "One short" });
        let key = [("idempotency-key", "c")];
        let first = publisher.call_with(Method::POST, CORRECTIONS, &key, &correction).await;
        let again = publisher.call_with(Method::POST, CORRECTIONS, &key, &correction).await;
        assert_eq!(
            (first.status.as_u16(), again.status.as_u16(), &again.json()["seq"]),
            (201, 200, &json!(2))
        );
        let log = server.get(UPDATES).await.json();
        assert_eq!(
            (&log["updates"][1]["kind"], &log["updates"][1]["voids"]),
            (&json!("correction"), &json!([1]))
        );
        for (wrong, code, word) in [
            (json!({ "voids": 7, "data": {}, "reason": "" }), 404, "not_found"),
            (json!({ "voids": [], "data": {}, "reason": "" }), 400, "bad_request"),
            (json!({ "voids": 1, "data": {} }), 400, "bad_request"),
        ] {
            publisher.refused(Method::POST, CORRECTIONS, &wrong, code, word).await;
        }
        for path in ["/api/events/nope/updates", "/api/events/nope/corrections"] {
            let body = json!({ "voids": 1, "data": {}, "reason": "" });
            publisher.refused(Method::POST, path, &body, 404, "not_found").await;
        }
        let elsewhere = Publisher::new(server, &server.token("else", "scorer", &[]).await);
        elsewhere.refused(Method::POST, UPDATES, &json!({ "data": {} }), 403, "forbidden").await;
        elsewhere.refused(Method::POST, CORRECTIONS, &correction, 403, "forbidden").await;
    })
    .await;
}
