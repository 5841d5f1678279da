//! The HTTP calls: events, their state and log, health, metrics, and the pages' headers.

use http::Method;
use serde_json::{Value, json};

use crate::databases::Folder;
use crate::http::call;
use crate::server::{Server, each_server};
use crate::socket::Client;

#[tokio::test]
async fn an_events_state_and_its_log_are_told_page_by_page() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("some Id").await;
        let empty = server.event("some%20Id").await;
        assert_eq!(
            (&empty["ok"], &empty["seq"], &empty["snapshot"]),
            (&json!(true), &json!(0), &Value::Null)
        );
        let page = server.get("/api/events/some%20Id/updates").await.json();
        assert_eq!((&page["updates"], &page["next"]), (&json!([]), &Value::Null));

        for n in 1..=150 {
            admin.done("score", &json!({ "eventId": "some Id", "data": { "n": n } })).await;
        }
        let event = server.event("some%20Id").await;
        assert_eq!((&event["seq"], &event["snapshot"]), (&json!(150), &json!({ "n": 150 })));
        assert_eq!(event["viewers"], json!({ "total": 0, "users": 0, "guests": 0 }));
        for (query, first, last, next) in [
            ("", 1, 100, json!(100)),
            ("?after=100", 101, 150, Value::Null),
            ("?after=140&limit=10", 141, 150, json!(150)),
            ("?after=140&limit=11", 141, 150, Value::Null),
            ("?after=0&limit=1000", 1, 150, Value::Null),
            ("?limit=1", 1, 1, json!(1)),
            ("?after=149&limit=1&unknown=x", 150, 150, json!(150)),
        ] {
            let page = server.get(&format!("/api/events/some%20Id/updates{query}")).await.json();
            let updates = page["updates"].as_array().expect("a list");
            let seqs: Vec<_> = updates.iter().map(|update| update["seq"].as_i64().expect("a seq")).collect();
            assert_eq!(seqs, (first..=last).collect::<Vec<_>>(), "{query}");
            assert_eq!((&page["next"], &page["epoch"]), (&next, &event["epoch"]), "{query}");
            assert_eq!(
                (&updates[0]["kind"], &updates[0]["data"]),
                (&json!("update"), &json!({ "n": first }))
            );
        }
        let beyond = server.get("/api/events/some%20Id/updates?after=150").await.json();
        assert_eq!((&beyond["updates"], &beyond["next"]), (&json!([]), &Value::Null));
        let list = server.get("/api/events").await.json();
        assert_eq!((&list["ok"], &list["events"][0]["seq"]), (&json!(true), &json!(150)), "{list}");
    })
    .await;
}

#[tokio::test]
async fn a_bad_call_is_answered_with_the_contracts_error() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    for (path, status, code) in [
        ("/api/events?status=over", 400, "bad_request"),
        ("/api/events/a%00b", 400, "bad_request"),
        ("/api/events/%20match", 400, "bad_request"),
        ("/api/events/nope", 404, "not_found"),
        ("/api/events/nope/updates", 404, "not_found"),
        ("/api/events/match/updates?after=-1", 400, "bad_request"),
        ("/api/events/match/updates?after=x", 400, "bad_request"),
        ("/api/events/match/updates?limit=0", 400, "bad_request"),
        ("/api/events/match/updates?limit=1001", 400, "bad_request"),
        ("/api/events/match/updates?limit=-5", 400, "bad_request"),
        ("/api/nope", 404, "not_found"),
        ("/api/events/match/nope", 404, "not_found"),
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        let body = reply.json();
        assert_eq!((&body["ok"], &body["error"]["code"]), (&json!(false), &json!(code)), "{path}: {body}");
        assert!(body["error"]["message"].is_string(), "{body}");
        assert_eq!(reply.header("content-type"), "application/json", "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_a_list_is_refused_like_any_other_that_is_no_object() {
    let server = Server::alone(&[]).await;
    let headers = [("content-type", "application/json")];
    for (path, body) in [
        ("signup", r#"["ann@example.org","Ann"]"#),
        ("signup", "[]"),
        ("login", r#"["ann@example.org"]"#),
        ("login", r#""ann@example.org""#),
        ("verify", r#"["c","12345678",{"id":"phone"}]"#),
        ("verify", r#"{"challengeId":"c","code":"12345678","device":["phone","Ann's phone"]}"#),
    ] {
        let path = format!("/api/auth/{path}");
        let reply =
            call(server.address, Method::POST, &path, &headers, body.to_owned()).await.expect("an answer");
        assert_eq!(
            (reply.status.as_u16(), &reply.json()["error"]["code"]),
            (400, &json!("bad_request")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_refused_request_says_which_field_is_wrong_and_what_it_must_be() {
    let server = Server::alone(&[]).await;
    let headers = [("content-type", "application/json")];
    for (path, body, expected) in [
        ("login", "[]", "the body must be an object"),
        ("login", "{}", "email is missing"),
        ("login", r#"{"email":5}"#, "email must be a string"),
        ("login", r#"{"email":"#, "the body is not valid JSON (line 1, column 9)"),
        ("verify", r#"{"challengeId":"c","code":"1","device":{}}"#, "device.id is missing"),
        ("verify", r#"{"challengeId":"c","code":[],"device":{}}"#, "code must be a string or a number"),
    ] {
        let path = format!("/api/auth/{path}");
        let reply = call(server.address, Method::POST, &path, &headers, body.to_owned()).await;
        let reply = reply.expect("an answer").json();
        assert_eq!(reply["error"]["message"], expected, "{body}");
    }
    let reply = call(server.address, Method::POST, "/api/auth/login", &[], "{}".to_owned()).await;
    let reply = reply.expect("an answer").json();
    assert_eq!(reply["error"]["message"], "the body must be JSON, with Content-Type: application/json");
    for (path, expected) in [
        ("?status=over", "status must be one of scheduled, live, paused, ended"),
        ("/match/updates?limit=x", "limit must be an integer within its range"),
        ("/a%00b", "an eventId is 1 to 64 characters of A-Z a-z 0-9 . _ ~ : @ - and single inner spaces"),
    ] {
        let reply = server.get(&format!("/api/events{path}")).await.json();
        assert_eq!(reply["error"]["message"], expected, "{path}");
    }
}

#[tokio::test]
async fn a_request_keeps_a_name_that_is_fit_for_a_log_and_else_gets_one() {
    let server = Server::alone(&[]).await;
    let long = "x".repeat(65);
    for (id, is_kept) in [("019a8d5e-4c1f-7d9a", true), ("a b", false), ("a\"b", false), (&*long, false)] {
        let headers = [("x-request-id", id)];
        let reply = call(server.address, Method::GET, "/api/events", &headers, String::new()).await;
        let reply = reply.expect("an answer");
        let told = reply.header("x-request-id");
        assert_eq!(told == id, is_kept, "{told}");
        assert!(is_kept || told.len() == 36, "{told}");
    }
}

#[tokio::test]
async fn health_readiness_and_metrics_are_told() {
    each_server(&[], async |server| {
        assert_eq!(server.get("/healthz").await.status, 200);
        assert_eq!(server.get("/readyz").await.status, 200);
        let mut admin = server.admin_with_event("match").await;
        let mut viewers = Vec::new();
        for _ in 0..3 {
            let mut viewer = Client::guest(server.address).await;
            viewer.done("join", &json!({ "eventId": "match", "id": "ann" })).await;
            viewers.push(viewer);
        }
        let poller = crate::polling::Poller::open(server).await.connect("/", &Value::Null).await;
        for n in 0..5 {
            admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
        }
        let correction = json!({ "eventId": "match", "voids": 1, "data": {}, "reason": "slip" });
        admin.done("score:correct", &correction).await;
        for (name, label, value) in [
            ("touchline_sockets", "websocket", 4.0),
            ("touchline_sockets", "polling", 1.0),
            ("touchline_rooms", "", 1.0),
            ("touchline_members", "", 4.0),
            // Three sockets of one person.
            ("touchline_viewers", "", 1.0),
            ("touchline_members_behind", "", 0.0),
            ("touchline_updates_total", "kind=\"update\"", 5.0),
            ("touchline_updates_total", "kind=\"correction\"", 1.0),
        ] {
            let measured = server.metric(name, label).await;
            assert!((measured - value).abs() < 0.5, "{name} {label} is {measured}, not {value}");
        }
        // To three viewers and the administrator's desk. On the bus, nothing waits for the end of a delivery.
        for (name, value) in [("touchline_deliveries_total", 24.0), ("touchline_delivery_seconds_count", 6.0)]
        {
            server.until_metric(name, "", |measured| (measured - value).abs() < 0.5).await;
        }
        assert!(server.metric("touchline_write_seconds_count", "").await >= 7.0);
        assert!(server.metric("touchline_connections", "").await >= 4.0);
        let metrics = server.get("/metrics").await;
        assert!(metrics.header("content-type").starts_with("text/plain"), "{metrics:?}");
        for name in ["touchline_connections", "touchline_updates_total", "touchline_delivery_seconds"] {
            assert!(metrics.text.contains(&format!("# HELP {name} ")), "{name} is not explained");
        }
        drop((viewers, poller));
        server.until_metric("touchline_sockets", "websocket", |sockets| sockets < 1.5).await;
    })
    .await;
}

#[tokio::test]
async fn pages_carry_the_headers_that_protect_them_and_files_are_served() {
    let web = Folder::new();
    std::fs::create_dir_all(web.0.join("assets")).unwrap();
    std::fs::create_dir_all(web.0.join("socket.io")).unwrap();
    std::fs::create_dir_all(web.0.join("schemas")).unwrap();
    for (file, text) in [
        ("index.html", "<!doctype html><title>T</title>"),
        ("assets/app-1.js", "export {}"),
        ("socket.io/socket.io.js", "/* the official client */"),
        ("schemas/sets.json", "{}"),
    ] {
        std::fs::write(web.0.join(file), text).unwrap();
    }
    let server = Server::alone(&[("WEB_DIR", web.0.to_str().unwrap())]).await;
    for path in ["/", "/index.html"] {
        let page = server.get(path).await;
        assert_eq!((page.status.as_u16(), page.text.contains("<title>")), (200, true), "{path}");
        for (name, part) in [
            ("content-security-policy", "default-src 'none'"),
            ("content-security-policy", "script-src 'self'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "strict-origin"),
            ("permissions-policy", "geolocation=()"),
            ("cache-control", "no-cache"),
            ("content-type", "text/html"),
        ] {
            assert!(page.header(name).contains(part), "{path} {name}: {:?}", page.header(name));
        }
        assert!(!page.header("content-security-policy").contains("unsafe"));
        assert_ne!(page.header("x-request-id"), "");
    }
    // Pages are named after `#`, so other paths do not exist, whatever a cache has for them.
    for path in ["/events/some%20Id", "/robots.txt", "/wp-login.php"] {
        let missing = server.get(path).await;
        assert_eq!(
            (missing.status.as_u16(), &missing.json()["error"]["code"]),
            (404, &json!("not_found")),
            "{path}"
        );
    }
    let asset = server.get("/assets/app-1.js").await;
    assert!(asset.header("cache-control").contains("immutable"), "{asset:?}");
    let missing = server.get("/assets/nope.js").await;
    assert_eq!((missing.status.as_u16(), missing.header("cache-control")), (404, "no-cache"));
    // Longer than the system's limits for a file name and for a path.
    for long in ["x".repeat(256), "x/".repeat(2100)] {
        assert_eq!(server.get(&format!("/{long}")).await.status, 404);
        assert_eq!(server.get(&format!("/assets/{long}")).await.status, 404);
    }
    assert_eq!(server.get("/socket.io/socket.io.js").await.text, "/* the official client */");
    assert_eq!(server.get("/api/events").await.header("x-content-type-options"), "nosniff");
    // Any page may read the schemas, so that programs can check what they send.
    let origin = [("origin", "https://elsewhere.example")];
    let schema = call(server.address, Method::GET, "/schemas/sets.json", &origin, String::new())
        .await
        .expect("an answer");
    let headers =
        ["content-type", "access-control-allow-origin", "cache-control"].map(|name| schema.header(name));
    assert_eq!(headers, ["application/schema+json", "*", "public, max-age=3600"]);
    assert_eq!((schema.status.as_u16(), schema.text.as_str()), (200, "{}"));
    let known = [("if-modified-since", schema.header("last-modified"))];
    let same = call(server.address, Method::GET, "/schemas/sets.json", &known, String::new())
        .await
        .expect("an answer");
    assert_eq!((same.status.as_u16(), same.header("cache-control")), (304, "public, max-age=3600"));
    let missing = server.get("/schemas/nope.json").await;
    assert_eq!((missing.status.as_u16(), missing.header("content-type")), (404, "application/json"));
    // Nothing outside the folder is served.
    for path in [
        "/../Cargo.toml",
        "/schemas/..%2f..%2fCargo.toml",
        "/..%2fCargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
    ] {
        let reply = call(server.address, Method::GET, path, &[], String::new()).await.expect("an answer");
        assert!(!reply.text.contains("[package]"), "{path}");
    }
}
