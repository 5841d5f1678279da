//! Who may publish over HTTP, and how much.

use std::time::Duration;

use ::http::Method;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::task::JoinSet;
use tokio::time::interval;

use super::Publisher;
use crate::databases::{PostgresDatabase, query};
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

#[tokio::test]
async fn a_publisher_that_was_accepted_before_does_not_wait_behind_the_reads_of_strangers() {
    let database = PostgresDatabase::create().await;
    // Two of five connections are for anonymous reads.
    let settings = [("DATABASE_CONNECTIONS", "5"), ("DATABASE_TIMEOUT", "2m")];
    let server = Server::start(&database.url, &settings).await;
    let _admin = server.admin_with_event("match").await;
    let publisher = Publisher::admin(&server).await;
    let path = "/api/events/match/updates";
    publisher.done(Method::POST, path, &json!({ "data": { "n": 1 } }), 201).await;

    // Publishing with a service token does not read this table.
    let mut held = PgConnection::connect(&database.url).await.expect("the database opens");
    let lock = "begin; lock table sessions in access exclusive mode";
    held.execute(lock).await.expect("nobody signs in now");
    let (address, mut strangers) = (server.address, JoinSet::new());
    for _ in 0..10 {
        strangers.spawn(async move {
            let headers = [("authorization", "Bearer tls_none")];
            call(address, Method::GET, "/api/me", &headers, String::new()).await.expect("an answer")
        });
    }
    let waiting = async || {
        let waiting = "select count(*) from pg_stat_activity
            where wait_event_type = 'Lock' and datname = current_database()";
        query::<(i64,)>(&database.url, waiting).await[0].0
    };
    let mut ticks = interval(Duration::from_millis(50));
    while waiting().await < 2 {
        ticks.tick().await;
        assert!(strangers.try_join_next().is_none(), "a stranger did not wait");
    }
    publisher.done(Method::POST, path, &json!({ "data": { "n": 2 } }), 201).await;
    assert!(waiting().await >= 2 && strangers.try_join_next().is_none(), "the strangers still wait");

    held.execute("rollback").await.expect("the transaction ends");
    while let Some(answer) = strangers.join_next().await {
        assert_eq!(answer.expect("it was asked").status, 401);
    }
    // A token that was accepted is still checked.
    let tokens = server.token_command(&["list"]).await;
    let id = tokens
        .lines()
        .find(|line| line.contains("publisher@"))
        .and_then(|line| line.split_whitespace().next());
    server.token_command(&["revoke", id.expect("it is listed")]).await;
    publisher.refused(Method::POST, path, &json!({ "data": { "n": 3 } }), 401, "unauthenticated").await;
    drop(server);
    database.drop().await;
}
