//! Who may publish over HTTP, and how much.

use ::http::Method;
use serde_json::{Value, json};

use super::Publisher;
use crate::http::call;
use crate::server::{Server, each_server};

/// A call of each kind, with what an administrator is answered.
fn calls() -> [(Method, &'static str, Value); 10] {
    [
        (Method::POST, "/api/events", json!({ "sport": "x", "title": "y" })),
        (Method::PUT, "/api/events/new", json!({ "sport": "x", "title": "y" })),
        (Method::PATCH, "/api/events/match", json!({ "title": "z" })),
        (Method::PUT, "/api/events/match/status", json!({ "status": "live" })),
        (Method::PUT, "/api/events/match/archive", Value::Null),
        (Method::DELETE, "/api/events/match/archive", Value::Null),
        (Method::POST, "/api/events/match/messages", json!({ "text": "z" })),
        (Method::PUT, "/api/events/match/scorers/bob@example.org", Value::Null),
        (Method::DELETE, "/api/events/match/scorers/bob@example.org", Value::Null),
        (Method::DELETE, "/api/events/gone?confirm=gone", Value::Null),
    ]
}

#[tokio::test]
async fn every_call_needs_a_token_with_the_right_and_a_refusal_is_logged_and_counted() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        admin.done("event:create", &json!({ "eventId": "gone", "sport": "x", "title": "y" })).await;
        let reviewer = Publisher::new(server, &server.token("rev", "reviewer", &[]).await);
        let elsewhere = Publisher::new(server, &server.token("else", "scorer", &[]).await);
        let scorer = Publisher::new(server, &server.token("ann", "scorer", &["match"]).await);
        let unknown = Publisher::new(server, "tl_none");
        for (method, path, body) in calls() {
            let headers = [("content-type", "application/json")];
            let reply = call(server.address, method.clone(), path, &headers, body.to_string())
                .await
                .expect("an answer");
            assert_eq!(
                (reply.status.as_u16(), &reply.json()["error"]["code"]),
                (401, &json!("unauthenticated")),
                "{path}"
            );
            assert_eq!(reply.header("www-authenticate"), "Bearer");
            unknown.refused(method.clone(), path, &body, 401, "unauthenticated").await;
            reviewer.refused(method.clone(), path, &body, 403, "forbidden").await;
            elsewhere.refused(method.clone(), path, &body, 403, "forbidden").await;
            // A scorer sets the status and writes messages; the rest is the administrator's.
            let may = path.ends_with("/status") || path.ends_with("/messages");
            let reply = scorer.call(method, path, &body).await;
            assert_eq!(reply.status.as_u16() < 300, may, "{path}: {reply:?}");
            assert!(may || reply.json()["error"]["code"] == "forbidden", "{path}: {reply:?}");
        }
        server.until_log("asked=\"PUT /api/events/new\" code=\"forbidden\"").await;
        let publisher = Publisher::admin(server).await;
        for (method, path, body) in calls() {
            let reply = publisher.call(method, path, &body).await;
            assert!(reply.status.is_success(), "{path}: {reply:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_may_be_as_long_as_a_packet_of_admin_and_that_of_a_stranger_is_not_read() {
    let server = Server::alone(&[("MAX_ADMIN_PACKET", "256KiB")]).await;
    let publisher = Publisher::admin(&server).await;
    let of = |length: usize| json!({ "sport": "x", "title": "y", "more": "z".repeat(length) });
    assert_eq!(publisher.call(Method::POST, "/api/events", &of(200 * 1024)).await.status, 201);
    let reply = publisher.call(Method::POST, "/api/events", &of(300 * 1024)).await;
    assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (413, &json!("too_large")));
    let unknown = Publisher::new(&server, "tl_none");
    unknown.refused(Method::POST, "/api/events", &of(200 * 1024), 401, "unauthenticated").await;
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_make_every_call_and_others_may_not() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://a.example")]).await;
    for (origin, is_allowed) in [("https://a.example", true), ("https://b.example", false)] {
        for (method, path, _) in calls() {
            let headers = [
                ("origin", origin),
                ("access-control-request-method", method.as_str()),
                ("access-control-request-headers", "authorization,content-type,idempotency-key"),
            ];
            let reply = call(server.address, Method::OPTIONS, path, &headers, String::new())
                .await
                .expect("an answer");
            let allowed = reply.header("access-control-allow-origin");
            assert_eq!(allowed, if is_allowed { origin } else { "" }, "{path}");
            let methods = reply.header("access-control-allow-methods").to_uppercase();
            assert!(
                methods.split(',').any(|allowed| allowed.trim() == method.as_str()),
                "{method}: {methods}"
            );
            let names = reply.header("access-control-allow-headers").to_lowercase();
            for name in ["authorization", "content-type", "idempotency-key"] {
                assert!(names.split(',').any(|allowed| allowed.trim() == name), "{name}: {names}");
            }
        }
    }
}
