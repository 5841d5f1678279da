//! Creating and changing events over HTTP.

use ::http::Method;
use serde_json::{Value, json};

use super::Publisher;
use crate::databases::query;
use crate::server::each_server;
use crate::socket::Client;

const EVENTS: &str = "/api/events";

#[tokio::test]
async fn an_event_is_created_changed_and_archived_with_the_answers_of_admin() {
    each_server(&[], async |server| {
        let publisher = Publisher::admin(server).await;
        let details = json!({ "sport": "cricket", "title": "A v B", "startsAt": 5_000, "venue": "Harbour Lane",
            "competitors": [{ "name": "A", "short": "AAA" }, "B"], "competition": { "id": "cup", "title": "Cup" },
            "format": { "overs": 20 } });
        let created = publisher.done(Method::POST, EVENTS, &details, 201).await["event"].clone();
        let id = created["eventId"].as_str().expect("the server chooses an id").to_owned();
        for (field, value) in details.as_object().expect("an object") {
            assert_eq!(&created[field], value, "{field}");
        }
        let path = format!("{EVENTS}/{id}");
        assert_eq!(server.event(&id).await["event"], created);

        let mut viewer = Client::guest(server.address).await;
        assert_eq!(viewer.done("join", &json!(id)).await["event"], created);
        let wanted = json!({ "venue": null, "title": "B v A", "messages": false });
        let changed = publisher.done(Method::PATCH, &path, &wanted, 200).await["event"].clone();
        assert_eq!((&changed["venue"], &changed["title"], &changed["messages"]), (&Value::Null, &json!("B v A"), &json!(false)));
        assert_eq!(changed["format"], json!({ "overs": 20 }));
        assert_eq!(viewer.message("event").await[0]["title"], "B v A");
        let format = json!({ "format": { "overs": 5 } });
        let changed = publisher.done(Method::PATCH, &path, &format, 200).await["event"].clone();
        assert_eq!(viewer.message("event").await[0], changed);
        assert_eq!(changed["format"], json!({ "overs": 5 }));
        let mut late = Client::guest(server.address).await;
        assert_eq!(late.done("join", &json!(id)).await["event"], changed);
        assert_eq!(server.get(EVENTS).await.json()["events"][0]["format"], Value::Null);
        let mut watcher = Client::guest(server.address).await;
        let listed = watcher.done("events:watch", &json!({})).await["events"][0].clone();
        assert_eq!((&listed["eventId"], &listed["format"]), (&json!(id), &Value::Null));
        let live = publisher.done(Method::PUT, &format!("{path}/status"), &json!({ "status": "live" }), 200).await;
        assert_eq!(live["event"]["status"], "live");
        assert_eq!(viewer.message("event").await[0]["status"], "live");
        let mut listed = Value::Null;
        while listed["status"] != "live" {
            listed = watcher.message("events").await[0]["changed"][0].clone();
        }
        assert_eq!(listed["format"], Value::Null);

        let archive = format!("{path}/archive");
        assert_eq!(publisher.done(Method::PUT, &archive, &Value::Null, 204).await, Value::Null);
        assert_eq!(server.get(EVENTS).await.json()["events"], json!([]));
        publisher.done(Method::DELETE, &archive, &Value::Null, 204).await;
        assert_eq!(server.get(EVENTS).await.json()["events"][0]["eventId"], json!(id));

        // The audit names each change and who made it, as for a message of /admin.
        let actions: Vec<(String, bool)> =
            query(&server.database_url, "select action, actor is not null from audit where action like 'event:%' order by id").await;
        let actions: Vec<_> = actions.iter().map(|(action, has_actor)| (action.as_str(), *has_actor)).collect();
        let expected = ["event:create", "event:update", "event:update", "event:update", "event:archive", "event:unarchive"];
        assert_eq!(actions, expected.map(|action| (action, true)));
    })
    .await;
}

#[tokio::test]
async fn an_event_that_is_put_again_keeps_what_the_body_leaves_out_and_its_status() {
    each_server(&[], async |server| {
        let publisher = Publisher::admin(server).await;
        let path = "/api/events/cup%202026:7";
        let missing = publisher.refused(Method::PUT, path, &json!({ "title": "A v B" }), 400, "bad_request").await;
        assert_eq!(missing["message"], "a new event needs a sport");
        let full = json!({ "eventId": "cup 2026:7", "sport": "chess", "title": "A v B", "startsAt": 5, "venue": "Hall" });
        let created = publisher.done(Method::PUT, path, &full, 201).await["event"].clone();
        assert_eq!((&created["eventId"], &created["status"]), (&json!("cup 2026:7"), &json!("scheduled")));
        publisher.done(Method::PUT, &format!("{path}/status"), &json!({ "status": "live" }), 200).await;

        let again = json!({ "sport": "chess", "title": "A v C", "startsAt": null, "status": "scheduled" });
        let changed = publisher.done(Method::PUT, path, &again, 200).await["event"].clone();
        assert_eq!((&changed["title"], &changed["venue"], &changed["status"]), (&json!("A v C"), &json!("Hall"), &json!("live")));
        assert_eq!(changed["startsAt"], Value::Null);
        assert_eq!(server.event("cup%202026:7").await["event"], changed);
        // What is like that already is not written again.
        assert_eq!(publisher.done(Method::PUT, path, &again, 200).await["event"], changed);
        let updates: Vec<(i64,)> =
            query(&server.database_url, "select count(*) from audit where action = 'event:update'").await;
        assert_eq!(updates, [(2,)]);

        let other = json!({ "eventId": "cup 2026:8", "sport": "chess", "title": "A v B" });
        for (method, body) in [(Method::PUT, other.clone()), (Method::PATCH, other), (Method::PATCH, json!({ "eventId": 7 }))] {
            let error = publisher.refused(method, path, &body, 400, "bad_request").await;
            assert_eq!(error["message"], "eventId must be that of the path, or left out");
        }
        // The stream of lists has this path.
        publisher.refused(Method::PUT, "/api/events/stream", &full_without_id(), 405, "bad_request").await;
    })
    .await;
}

fn full_without_id() -> Value {
    json!({ "sport": "chess", "title": "A v B" })
}

#[tokio::test]
async fn a_deleted_event_is_gone_and_its_id_is_not_used_again() {
    each_server(&[], async |server| {
        let publisher = Publisher::admin(server).await;
        publisher.done(Method::PUT, "/api/events/x", &full_without_id(), 201).await;
        for (path, status, code) in [
            ("/api/events/x", 400, "bad_request"),
            ("/api/events/x?confirm=y", 400, "bad_request"),
            ("/api/events/y?confirm=y", 404, "not_found"),
        ] {
            publisher.refused(Method::DELETE, path, &Value::Null, status, code).await;
        }
        let status = "/api/events/x/status";
        publisher.done(Method::PUT, status, &json!({ "status": "live" }), 200).await;
        publisher.refused(Method::DELETE, "/api/events/x?confirm=x", &Value::Null, 409, "conflict").await;
        publisher.done(Method::PUT, status, &json!({ "status": "ended" }), 200).await;
        publisher.done(Method::DELETE, "/api/events/x?confirm=x", &Value::Null, 204).await;
        assert_eq!(server.get("/api/events/x").await.status, 404);
        publisher.refused(Method::PUT, "/api/events/x", &full_without_id(), 409, "conflict").await;
    })
    .await;
}

#[tokio::test]
async fn one_event_is_made_by_many_puts_at_once() {
    each_server(&[], async |server| {
        let publisher = Publisher::admin(server).await;
        let body = full_without_id();
        let puts = (0..8).map(|_| publisher.call(Method::PUT, "/api/events/x", &body));
        let mut statuses: Vec<_> =
            futures_util::future::join_all(puts).await.iter().map(|reply| reply.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
    })
    .await;
}

#[tokio::test]
async fn a_creation_under_a_key_happens_once() {
    each_server(&[], async |server| {
        let publisher = Publisher::admin(server).await;
        let body = full_without_id();
        let key = [("idempotency-key", "fixture 1")];
        let tries = (0..4).map(|_| publisher.call_with(Method::POST, EVENTS, &key, &body));
        let replies = futures_util::future::join_all(tries).await;
        let first = replies.iter().find(|reply| reply.status == 201).expect("one of them creates it").json();
        for reply in &replies {
            assert_eq!(reply.json(), first);
        }
        assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 3);

        // The first answer stays the answer, whatever becomes of the event. The order of fields means nothing.
        let id = first["event"]["eventId"].as_str().expect("an id");
        publisher
            .done(Method::PUT, &format!("{EVENTS}/{id}/status"), &json!({ "status": "live" }), 200)
            .await;
        let headers =
            [("authorization", publisher.bearer.as_str()), ("content-type", "application/json"), key[0]];
        let reordered = r#"{ "title": "A v B",  "sport": "chess" }"#.to_owned();
        let reply = crate::http::call(server.address, Method::POST, EVENTS, &headers, reordered)
            .await
            .expect("an answer");
        assert_eq!((reply.status.as_u16(), reply.json()), (200, first.clone()));

        let reply = publisher
            .call_with(Method::POST, EVENTS, &key, &json!({ "sport": "chess", "title": "C v D" }))
            .await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (409, &json!("conflict")));
        // The key is the account's own, and one that failed is free again.
        let other = Publisher::new(server, &server.token("other", "admin", &[]).await);
        let reply = other.call_with(Method::POST, EVENTS, &key, &body).await;
        assert_eq!(reply.status, 201);
        let taken = json!({ "eventId": id, "sport": "chess", "title": "E v F" });
        let retry = [("idempotency-key", "fixture 2")];
        assert_eq!(publisher.call_with(Method::POST, EVENTS, &retry, &taken).await.status, 409);
        assert_eq!(publisher.call_with(Method::POST, EVENTS, &retry, &body).await.status, 201);
        assert_eq!(server.get(EVENTS).await.json()["events"].as_array().map(Vec::len), Some(3));

        for keys in [&[("idempotency-key", "")][..], &[("idempotency-key", "a"), ("idempotency-key", "a")]] {
            let reply = publisher.call_with(Method::POST, EVENTS, keys, &body).await;
            assert_eq!(
                (reply.status.as_u16(), &reply.json()["error"]["code"]),
                (400, &json!("bad_request")),
                "{keys:?}"
            );
        }
        let long = "x".repeat(129);
        let reply = publisher.call_with(Method::POST, EVENTS, &[("idempotency-key", &long)], &body).await;
        assert_eq!(reply.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_bad_call_is_refused_as_on_admin_and_changes_nothing() {
    each_server(&[], async |server| {
        let publisher = Publisher::admin(server).await;
        let mut admin = server.admin_with_event("match").await;
        let before = server.event("match").await;
        for (body, message) in [
            (json!([]), "event:create"),
            (json!({}), "event:create"),
            (json!({ "sport": 1, "title": "A" }), "event:create"),
            (json!({ "sport": "x", "title": "" }), "event:create"),
            (json!({ "sport": "x", "title": "A", "eventId": "a/b" }), "event:create"),
            (json!({ "sport": "x", "title": "A", "eventId": "stream" }), "event:create"),
            (json!({ "sport": "x", "title": "A", "eventId": "match" }), "event:create"),
            (json!({ "sport": "x", "title": "A", "startsAt": "soon" }), "event:create"),
            (json!({ "sport": "x", "title": "A", "actions": [{ "name": "a" }] }), "event:create"),
            (json!({ "sport": "x", "title": "A", "format": "x".repeat(4_100) }), "event:create"),
            (json!({ "sport": "x", "title": "A", "competition": [] }), "event:create"),
        ] {
            let expected = admin.call(message, &body).await["error"].clone();
            let error = publisher.call(Method::POST, EVENTS, &body).await.json()["error"].clone();
            assert_eq!(error["code"], expected["code"], "{body}");
            let said = error["message"].as_str().expect("a text").replace("the body", "the payload");
            assert_eq!(said, expected["message"], "{body}");
        }
        let status = "/api/events/match/status";
        for (method, path, body, code, answered) in [
            (Method::PUT, status, json!({ "status": "over" }), 400, "bad_request"),
            (Method::PUT, status, json!({}), 400, "bad_request"),
            (Method::PUT, "/api/events/nope/status", json!({ "status": "live" }), 404, "not_found"),
            (Method::PATCH, "/api/events/nope", json!({ "title": "A" }), 404, "not_found"),
            (Method::PATCH, "/api/events/match", json!({ "title": "" }), 400, "bad_request"),
            (Method::PATCH, "/api/events/a%2Fb", json!({ "title": "A" }), 400, "bad_request"),
            (Method::PUT, "/api/events/nope/archive", Value::Null, 404, "not_found"),
            (Method::POST, "/api/events/match", json!({}), 405, "bad_request"),
        ] {
            publisher.refused(method, path, &body, code, answered).await;
        }
        let error = publisher.refused(Method::PUT, status, &json!({ "status": 1 }), 400, "bad_request").await;
        assert_eq!(error["message"], "status must be a string");
        assert_eq!(server.event("match").await, before);
    })
    .await;
}
