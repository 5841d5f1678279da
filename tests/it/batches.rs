//! Several updates in one `score`: all of them or none, each sent to viewers once and in order.

use serde_json::{Value, json};

use crate::databases::each_url;
use crate::history::{History, number};
use crate::packet::{Packet, message};
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;

/// The answer to a batch for `match`.
pub async fn batch(client: &mut Client, updates: Value) -> Value {
    client.call("score", &json!({ "eventId": "match", "updates": updates })).await
}

/// The `seq` and `duplicate` of each update.
fn results(answer: &Value) -> Vec<(i64, bool)> {
    let results = answer["results"].as_array().unwrap_or_else(|| panic!("{answer}"));
    results.iter().map(|result| (number(&result["seq"]), result["duplicate"] == true)).collect()
}

/// The code and index of an error.
fn refusal(answer: &Value) -> (&str, &Value) {
    (answer["error"]["code"].as_str().unwrap_or("ok"), &answer["error"]["index"])
}

/// Updates that count up to `last`.
pub fn counting(last: usize) -> Value {
    (1..=last).map(|n| json!({ "data": { "n": n, format!("k{}", n % 7): n } })).collect()
}

#[tokio::test]
async fn viewers_get_each_update_of_a_batch_once_and_in_order() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let (mut viewer, mut history) = (Client::guest(server.address).await, History::default());
        history.join(&mut viewer, "match", Value::Null).await;
        let answer = batch(&mut admin, counting(500)).await;
        let expected: Vec<_> = (1..=500).map(|seq| (seq, false)).collect();
        assert_eq!(results(&answer), expected);
        assert_eq!(answer["epoch"], history.epoch, "{answer}");
        assert_eq!((answer.get("warnings"), answer.get("seq")), (None, None));
        // An update that follows at once comes after them.
        let last = admin.done("score", &json!({ "eventId": "match", "data": { "last": true } })).await;
        history.follow(&mut viewer, 501).await;
        assert_eq!((&last["seq"], history.updates, history.snapshots), (&json!(501), 501, 0));
        let event = server.event("match").await;
        assert_eq!((&event["seq"], &event["snapshot"]), (&json!(501), &history.state));
        let log = server.get("/api/events/match/updates?after=498").await.json();
        assert_eq!(log["updates"][0]["data"], json!({ "n": 499, "k2": 499 }), "{log}");
    })
    .await;
}

#[tokio::test]
async fn updates_of_a_batch_that_were_stored_before_are_duplicates_and_the_others_are_appended() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let entry = |op: &str, n: i64| json!({ "data": { "n": n, op: true }, "opId": op });
        let first = batch(&mut admin, json!([entry("a", 1), entry("b", 2)])).await;
        assert_eq!(results(&first), [(1, false), (2, false)]);
        // With duplicates within the batch, in another order, and an entry without an `opId`.
        let again =
            json!([entry("b", 2), entry("c", 3), { "data": { "n": 4 } }, entry("a", 1), entry("c", 3)]);
        let answer = batch(&mut admin, again.clone()).await;
        assert_eq!(results(&answer), [(2, true), (3, false), (4, false), (1, true), (3, true)]);
        let all_known = json!([entry("a", 1), entry("b", 2), entry("c", 3)]);
        admin.done("event:status", &json!({ "eventId": "match", "status": "ended" })).await;
        assert_eq!(results(&batch(&mut admin, all_known).await), [(1, true), (2, true), (3, true)]);
        assert_eq!(results(&batch(&mut admin, json!([entry("c", 3)])).await), [(3, true)]);
        assert_eq!(refusal(&batch(&mut admin, again).await), ("event_ended", &json!(2)));
        assert_eq!(server.event("match").await["seq"], 4);
    })
    .await;
}

#[tokio::test]
async fn a_refused_update_refuses_its_batch_and_is_named() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        batch(&mut admin, json!([{ "data": { "n": 1 }, "opId": "a" }, { "data": { "n": 2 }, "opId": "b" }])).await;
        let before = server.event("match").await;
        let good = json!({ "data": { "n": 9 } });
        let with = |fields: Value| {
            let mut entry = good.clone();
            crate::history::merge(&mut entry, &fields);
            entry
        };
        let large = "x".repeat(700_000);
        for (updates, code, index) in [
            (json!([]), "bad_request", Value::Null),
            (json!({}), "bad_request", Value::Null),
            (json!("x"), "bad_request", Value::Null),
            (Value::from(vec![good.clone(); 501]), "too_large", Value::Null),
            (json!([good, 7]), "bad_request", json!(1)),
            (json!([good, {}]), "bad_request", json!(1)),
            (json!([good, [{}]]), "bad_request", json!(1)),
            (json!([good, with(json!({ "opId": "" }))]), "bad_request", json!(1)),
            (json!([good, with(json!({ "at": "x" }))]), "bad_request", json!(1)),
            (json!([good, with(json!({ "at": i64::MAX }))]), "bad_request", json!(1)),
            (json!([good, good, { "data": [] }]), "bad_request", json!(2)),
            (json!([{ "data": null }]), "bad_request", json!(0)),
            (json!([good, with(json!({ "opId": "a" }))]), "conflict", json!(1)),
            (json!([with(json!({ "opId": "a" }))]), "conflict", json!(0)),
            (json!([with(json!({ "opId": "c" })), { "data": {}, "opId": "c" }, with(json!({ "opId": "a" }))]), "conflict", json!(1)),
            (json!([with(json!({ "baseSeq": 2 })), with(json!({ "baseSeq": 2 }))]), "conflict", json!(1)),
            (json!([good, with(json!({ "at": 1 }))]), "conflict", json!(1)),
            (json!([good, { "data": { "a": large } }]), "ok", Value::Null),
            (json!([good, { "data": { "b": large } }]), "too_large", json!(1)),
        ] {
            let answer = batch(&mut admin, updates.clone()).await;
            assert_eq!(refusal(&answer), (code, &index), "{updates:.300}: {answer}");
            if code == "ok" {
                assert_eq!(results(&answer), [(3, false), (4, false)]);
            }
        }
        admin.done("score", &json!({ "eventId": "match", "data": { "a": null } })).await;
        assert_eq!((&before["seq"], &server.event("match").await["seq"]), (&json!(2), &json!(5)));
        for payload in [
            json!({ "eventId": "match", "updates": [good], "data": {} }),
            json!({ "eventId": "match", "updates": [good], "opId": "x" }),
            json!({ "eventId": "match", "updates": [good], "baseSeq": 5 }),
            json!({ "eventId": "match", "updates": [good], "at": 5 }),
            json!({ "eventId": "match", "updates": null }),
        ] {
            assert_eq!(refusal(&admin.call("score", &payload).await), ("bad_request", &Value::Null), "{payload}");
        }
        let none = json!({ "eventId": "nope", "updates": [good] });
        assert_eq!(refusal(&admin.call("score", &none).await), ("not_found", &Value::Null));
        // `baseSeq` counts the updates before it in the batch.
        let checked = json!([with(json!({ "baseSeq": 5 })), with(json!({ "baseSeq": "6" })), good]);
        assert_eq!(results(&batch(&mut admin, checked).await), [(6, false), (7, false), (8, false)]);
        let stranger = server.token("stranger", "scorer", &[]).await;
        let mut stranger = Client::admin(server.address, &stranger).await;
        assert_eq!(refusal(&batch(&mut stranger, json!([good])).await), ("forbidden", &Value::Null));
    })
    .await;
}

/// The updates of a batch of the crash test.
fn of_round(round: usize, place: usize, size: usize) -> Value {
    let entry = |n| json!({ "data": { "batch": place, "round": round, "n": n }, "opId": format!("{round}-{place}-{n}") });
    (0..size).map(entry).collect()
}

#[tokio::test]
async fn killed_at_any_moment_a_batch_is_there_whole_or_not_at_all() {
    const SIZE: usize = 40;
    each_url(async |url| {
        let mut server = Server::start(url, &[]).await;
        server.admin_with_event("match").await;
        let token = server.token("scorer", "scorer", &["match"]).await;
        let mut stored = 0;
        for round in 0..soak::count(4, 60) {
            let mut scorer = Client::admin(server.address, &token).await;
            let mut frames = Vec::new();
            for place in 0..12 {
                let payload = json!({ "eventId": "match", "updates": of_round(round, place, SIZE) });
                frames.push(message("/admin", Some(place as u64), "score", &payload.to_string()));
            }
            scorer.write(frames).await.expect("the server reads");
            // Killed while some are answered, one is being written, and others wait.
            for _ in 0..round % 4 {
                while !matches!(scorer.next().await, Packet::Answer(..)) {}
            }
            server.kill().await;
            server.restart().await;

            let event = server.event("match").await;
            let last = number(&event["seq"]);
            let size = i64::try_from(SIZE).expect("a small number");
            assert_eq!(last % size, 0, "a batch is there in part");
            assert!(last >= stored + i64::try_from(round % 4).expect("a small number") * size);
            stored = last;
            let mut admin = Client::admin(server.address, &token).await;
            for place in 0..12 {
                let answer = batch(&mut admin, of_round(round, place, SIZE)).await;
                let results = results(&answer);
                let first = results[0];
                let expected: Vec<_> = (first.0..first.0 + size).map(|seq| (seq, first.1)).collect();
                assert_eq!(results, expected);
                assert_eq!(first.1, first.0 <= stored, "{results:?} after {stored}");
            }
            stored = number(&server.event("match").await["seq"]);
            assert_eq!(stored, i64::try_from((round + 1) * 12 * SIZE).expect("a small number"));
        }
    })
    .await;
}
