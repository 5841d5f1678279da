//! Official messages and scorers over HTTP.

use ::http::Method;
use serde_json::{Value, json};

use super::Publisher;
use crate::server::each_server;
use crate::socket::Client;

const MESSAGES: &str = "/api/events/match/messages";

#[tokio::test]
async fn an_official_message_is_posted_once_for_each_key_and_deleted() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let publisher = Publisher::new(server, &server.token("admin", "admin", &[]).await);
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("match")).await;
        let posted = publisher.done(Method::POST, MESSAGES, &json!({ "text": "Rain" }), 201).await;
        let shown = viewer.message("message").await[0].clone();
        assert_eq!(
            (&shown["text"], &shown["official"], &shown["messageId"]),
            (&json!("Rain"), &json!(true), &posted["messageId"])
        );

        let key = [("idempotency-key", "m 1")];
        let tea = json!({ "text": "Tea" });
        let first = publisher.call_with(Method::POST, MESSAGES, &key, &tea).await;
        let again = publisher.call_with(Method::POST, MESSAGES, &key, &tea).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
        assert_eq!(first.json(), again.json());
        // The key is the opId of the account's messages on /admin, too.
        let by_message =
            admin.done("message", &json!({ "eventId": "match", "text": "Tea", "opId": "m 1" })).await;
        assert_eq!(by_message["messageId"], first.json()["messageId"]);
        let body = json!({ "text": "Tea", "opId": "m 1" });
        assert_eq!(publisher.call_with(Method::POST, MESSAGES, &key, &body).await.status, 200);
        assert_eq!(publisher.call(Method::POST, MESSAGES, &body).await.status, 200);
        // Another text is refused, and another event has its own keys.
        let lunch = json!({ "text": "Lunch" });
        let reply = publisher.call_with(Method::POST, MESSAGES, &key, &lunch).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (409, &json!("conflict")));
        let answer =
            admin.call("message", &json!({ "eventId": "match", "text": "Lunch", "opId": "m 1" })).await;
        assert_eq!(answer["error"]["code"], "conflict", "{answer}");
        admin.done("event:create", &json!({ "eventId": "final", "sport": "x", "title": "x" })).await;
        let mut elsewhere = Client::guest(server.address).await;
        elsewhere.done("join", &json!("final")).await;
        let reply = publisher.call_with(Method::POST, "/api/events/final/messages", &key, &tea).await;
        assert_eq!(reply.status, 201);
        let shown = elsewhere.message("message").await[0].clone();
        assert_eq!((&shown["text"], &shown["messageId"]), (&json!("Tea"), &reply.json()["messageId"]));
        let other = json!({ "text": "Tea", "opId": "m 2" });
        let reply = publisher.call_with(Method::POST, MESSAGES, &key, &other).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json()["error"]["message"]),
            (400, &json!("Idempotency-Key and opId differ"))
        );
        assert_eq!(viewer.message("message").await[0]["text"], "Tea");

        let message = format!("{MESSAGES}/{}", first.json()["messageId"].as_str().expect("an id"));
        publisher.done(Method::DELETE, &message, &Value::Null, 204).await;
        assert_eq!(viewer.message("message:deleted").await[0]["messageId"], first.json()["messageId"]);
        publisher.refused(Method::DELETE, &message, &Value::Null, 404, "not_found").await;
        let error = publisher
            .refused(Method::DELETE, &format!("{MESSAGES}/x"), &Value::Null, 400, "bad_request")
            .await;
        assert_eq!(error["message"], "messageId must be a UUID");
        publisher.refused(Method::POST, MESSAGES, &json!({ "text": "" }), 400, "bad_request").await;
        publisher
            .refused(Method::POST, MESSAGES, &json!({ "text": "x".repeat(501) }), 413, "too_large")
            .await;
        publisher
            .refused(Method::POST, "/api/events/nope/messages", &json!({ "text": "x" }), 404, "not_found")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_scorer_is_assigned_to_an_event_and_taken_off_it() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let publisher = Publisher::new(server, &server.token("admin", "admin", &[]).await);
        let path = "/api/events/match/scorers/Ann%2Btoday@example.org";
        publisher.done(Method::PUT, path, &Value::Null, 204).await;
        let operators = admin.done("operator:list", &json!({ "eventId": "match" })).await;
        assert_eq!(operators["operators"][0]["email"], "Ann+today@example.org", "{operators}");
        assert_eq!(operators["operators"][0]["roles"], json!(["scorer"]));
        publisher.done(Method::DELETE, path, &Value::Null, 204).await;
        let operators = admin.done("operator:list", &json!({ "eventId": "match" })).await;
        assert_eq!(operators["operators"], json!([]));
        for (method, path, status, code) in [
            (Method::PUT, "/api/events/match/scorers/nobody", 400, "bad_request"),
            (Method::PUT, "/api/events/nope/scorers/ann@example.org", 404, "not_found"),
            (Method::DELETE, "/api/events/match/scorers/unknown@example.org", 404, "not_found"),
        ] {
            publisher.refused(method, path, &Value::Null, status, code).await;
        }
    })
    .await;
}
