//! Entity tags: a client with the current answer does not get it again; a client with an old one does.

use ::http::Method;
use serde_json::{Value, json};

use crate::http::{Reply, call};
use crate::plain::Plain;
use crate::server::{Server, each_server};

/// `GET` with `If-None-Match`.
async fn get(server: &Server, path: &str, tag: &str) -> Reply {
    let headers = [("if-none-match", tag)];
    call(server.address, Method::GET, path, &headers, String::new()).await.expect("the server answers")
}

/// Asks twice; the second answer is 304. Returns the tag and the answer.
async fn fresh(server: &Server, path: &str, old: &str) -> (String, Value) {
    let reply = get(server, path, old).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("cache-control")),
        (200, "public, max-age=1"),
        "{path}: {reply:?}"
    );
    let tag = reply.header("etag").to_owned();
    assert_ne!(tag, old);
    assert_known(server, path, &tag).await;
    (tag, reply.json())
}

async fn assert_known(server: &Server, path: &str, tag: &str) {
    for list in [tag.to_owned(), format!("\"x\", {tag}")] {
        let reply = get(server, path, &list).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (304, ""), "{path}");
        assert_eq!((reply.header("etag"), reply.header("cache-control")), (tag, "public, max-age=1"));
    }
}

#[tokio::test]
async fn a_page_of_the_log_is_sent_again_only_when_it_has_changed() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut score =
            async |n: i64| admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
        let page = |after: i64, limit: i64| format!("/api/events/match/updates?after={after}&limit={limit}");
        let (empty, _) = fresh(server, &page(0, 3), "").await;
        for n in 1..=5 {
            score(n).await;
        }
        let (closed, body) = fresh(server, &page(0, 3), &empty).await;
        assert_eq!((body["updates"].as_array().map(Vec::len), &body["next"]), (Some(3), &json!(3)));
        let (open, body) = fresh(server, &page(3, 3), &closed).await;
        assert_eq!((body["updates"].as_array().map(Vec::len), &body["next"]), (Some(2), &Value::Null));
        // The same updates, but with a next page.
        let (_, body) = fresh(server, &page(3, 2), &open).await;
        assert_eq!(body["next"], 5);
        let (beyond, _) = fresh(server, &page(100, 3), &open).await;

        score(6).await;
        assert_known(server, &page(0, 3), &closed).await;
        assert_known(server, &page(100, 3), &beyond).await;
        let (full, body) = fresh(server, &page(3, 3), &open).await;
        assert_eq!((&body["updates"][2]["data"], &body["next"]), (&json!({ "n": 6 }), &json!(6)));
        let correction = json!({ "eventId": "match", "voids": 2, "data": { "n": 0 }, "reason": "a slip" });
        admin.done("score:correct", &correction).await;
        assert_known(server, &page(0, 3), &closed).await;
        assert_known(server, &page(3, 3), &full).await;
        let (_, body) = fresh(server, &page(6, 3), &full).await;
        assert_eq!(body["updates"][0]["voids"], json!([2]));
    })
    .await;
}

#[tokio::test]
async fn an_event_is_sent_again_when_it_or_who_watches_it_has_changed() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://a.example")]).await;
    let mut admin = server.admin_with_event("match").await;
    let path = "/api/events/match";
    let (tag, _) = fresh(&server, path, "").await;
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
    let (tag, _) = fresh(&server, path, &tag).await;
    admin.done("event:update", &json!({ "eventId": "match", "title": "Another" })).await;
    let (tag, _) = fresh(&server, path, &tag).await;
    let (_viewer, _) = Plain::joined(server.address, "eventId=match").await;
    let (_, body) = fresh(&server, path, &tag).await;
    assert_eq!(body["viewers"]["total"], 1);
    // A page of an allowed origin may send `If-None-Match` and read `ETag`.
    let preflight = [
        ("origin", "https://a.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "if-none-match,last-event-id"),
    ];
    let reply = call(server.address, Method::OPTIONS, path, &preflight, String::new()).await;
    let reply = reply.expect("the server answers");
    let allowed = reply.header("access-control-allow-headers").to_lowercase();
    assert!(allowed.contains("if-none-match") && allowed.contains("last-event-id"), "{allowed}");
    let reply = crate::http::get_from(server.address, path, "https://a.example").await;
    assert!(reply.header("access-control-expose-headers").contains("etag"));
}

#[tokio::test]
async fn a_list_is_sent_again_only_when_it_has_changed() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let ask = async |tag: &str| {
            let headers = [("if-none-match", tag)];
            call(server.address, Method::GET, "/api/events?limit=10", &headers, String::new())
                .await
                .expect("an answer")
        };
        let first = ask("").await;
        let tag = first.header("etag").to_owned();
        assert_eq!((first.status.as_u16(), first.header("cache-control")), (200, "public, max-age=1"));
        let same = ask(&tag).await;
        assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
        assert_eq!((same.header("etag"), same.header("cache-control")), (tag.as_str(), "public, max-age=1"));
        let summary = json!({ "sides": [{ "name": "Harbour Lane", "score": "122" }] });
        admin.done("score", &json!({ "eventId": "match", "data": { "summary": summary } })).await;
        let changed = ask(&tag).await;
        assert_eq!(changed.status, 200);
        assert_ne!(changed.header("etag"), tag);
        let event = changed.json()["events"][0].clone();
        assert_eq!((&event["seq"], &event["summary"]), (&json!(1), &summary));
        assert_eq!(server.event("match").await["summary"], summary);
    })
    .await;
}
