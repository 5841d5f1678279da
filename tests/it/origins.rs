//! Allowed origins on both transports, and invalid requests to the engine.

use http::Method;
use serde_json::Value;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::http::{call, get_from};
use crate::packet::Packet;
use crate::polling::Poller;
use crate::server::Server;
use crate::socket::Client;

const POLLING: &str = "/socket.io/?EIO=4&transport=polling";

/// The HTTP status of a page's WebSocket handshake.
async fn handshake(server: &Server, origin: &str) -> u16 {
    match Client::from_origin(server.address, origin).await {
        Ok(_) => 101,
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_on_both_transports() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://app.example, https://b.example:8443/")]).await;
    let own = format!("http://{}", server.address);
    for (origin, allowed) in [
        (own.as_str(), true),
        ("https://app.example", true),
        ("https://APP.example", true),
        ("https://b.example:8443", true),
        ("https://b.example", false),
        ("http://app.example", false),
        ("https://app.example.evil.example", false),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let reply = get_from(server.address, POLLING, origin).await;
        assert_eq!(reply.status, if allowed { 200 } else { 403 }, "{origin}: {reply:?}");
        assert_eq!(handshake(&server, origin).await, if allowed { 101 } else { 403 }, "{origin}");
        let told = if allowed { origin } else { "" };
        assert_eq!(reply.header("access-control-allow-origin"), told, "{origin}");
        let api = get_from(server.address, "/api/events", origin).await;
        assert_eq!((api.status.as_u16(), api.header("access-control-allow-origin")), (200, told), "{origin}");
    }
    // Clients that are not pages send no origin.
    assert_eq!(server.get(POLLING).await.status, 200);
    Client::guest(server.address).await;
}

#[tokio::test]
async fn a_refusal_says_what_was_sent_and_what_is_allowed_in_the_answer_and_once_in_the_log() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://app.example")]).await;
    let own = server.address.to_string();
    let evil = "https://evil.example";
    for path in [POLLING, "/api/events/x/stream"] {
        for _ in 0..3 {
            let reply = get_from(server.address, path, evil).await;
            assert_eq!(reply.status, 403, "{path}");
            let body = reply.json();
            assert_eq!(body["error"]["code"], "forbidden", "{path}");
            let message = body["error"]["message"].as_str().unwrap_or_default();
            for word in [evil, &own, "ALLOWED_ORIGINS", "https://app.example"] {
                assert!(message.contains(word), "{word}: {message}");
            }
        }
    }
    let reference = get_from(server.address, POLLING, evil).await.json();
    assert_eq!((reference["code"].clone(), reference["message"].clone()), (4.into(), "Forbidden".into()));
    server.until_log("make the load balancer forward Host").await;
    assert_eq!(server.log().matches("may not connect").count(), 1, "{}", server.log());
}

#[tokio::test]
async fn a_default_port_is_no_other_origin() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://app.example:443")]).await;
    for (origin, host, allowed) in [
        ("https://127.0.0.1", "127.0.0.1:443", true),
        ("http://127.0.0.1", "127.0.0.1:80", true),
        ("https://127.0.0.1", "127.0.0.1:80", false),
        ("https://app.example", "127.0.0.1", true),
    ] {
        let headers = [("origin", origin), ("host", host)];
        let reply =
            call(server.address, Method::GET, POLLING, &headers, String::new()).await.expect("an answer");
        assert_eq!(reply.status == 200, allowed, "{origin} at {host}: {reply:?}");
    }
}

#[tokio::test]
async fn the_first_subprotocol_that_a_page_offers_is_selected() {
    let server = Server::alone(&[]).await;
    for path in ["/socket.io/?EIO=4&transport=websocket", "/ws/updates?eventId=x"] {
        for (offered, selected) in [(Some("v1.json, other"), "v1.json"), (None, "")] {
            let mut request = format!("ws://{}{path}", server.address).into_client_request().unwrap();
            if let Some(offered) = offered {
                request.headers_mut().insert("sec-websocket-protocol", offered.parse().unwrap());
            }
            let (_, response) =
                tokio_tungstenite::connect_async(request).await.expect("the handshake succeeds");
            let header = response.headers().get("sec-websocket-protocol");
            let header = header.map_or("", |name| name.to_str().unwrap());
            assert_eq!(header, selected, "{path}");
        }
    }
}

#[tokio::test]
async fn the_origin_is_looked_at_in_every_request_of_a_session() {
    let server = Server::alone(&[]).await;
    let open = server.get(POLLING).await;
    let Packet::Open(open) = Packet::parse(&open.text) else { panic!("{open:?}") };
    let path = format!("{POLLING}&sid={}", open["sid"].as_str().unwrap_or_default());
    let evil = [("origin", "https://evil.example")];
    for (method, body) in [(Method::POST, "40"), (Method::GET, "")] {
        let reply = call(server.address, method, &path, &evil, body.to_owned()).await.expect("an answer");
        assert_eq!(reply.status, 403);
    }
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_ask_before_it_calls() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "*")]).await;
    let headers = [
        ("origin", "https://any.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    for path in ["/api/events", POLLING] {
        let reply =
            call(server.address, Method::OPTIONS, path, &headers, String::new()).await.expect("an answer");
        assert!(reply.status.is_success(), "{path}: {reply:?}");
        assert_eq!(reply.header("access-control-allow-origin"), "https://any.example", "{path}");
        assert_eq!(reply.header("access-control-allow-credentials"), "true");
        assert!(reply.header("access-control-allow-headers").contains("authorization"), "{path}");
    }
    assert_eq!(handshake(&server, "https://any.example").await, 101);
}

#[tokio::test]
async fn a_session_that_is_unknown_is_told_so() {
    let server = Server::alone(&[]).await;
    for sid in ["AAAAAAAAAAAAAAAA", "x"] {
        for method in [Method::GET, Method::POST] {
            let path = format!("{POLLING}&sid={sid}");
            let reply = call(server.address, method, &path, &[], "2".to_owned()).await.expect("an answer");
            assert_eq!(reply.status, 400, "{reply:?}");
            if sid.len() > 1 {
                let body = reply.json();
                assert_eq!(body["code"], 1, "{body}");
                assert_eq!(body["message"], "Session ID unknown");
            }
        }
    }
    for path in [
        "/socket.io/?EIO=4&transport=nope",
        "/socket.io/?transport=polling",
        "/socket.io/?EIO=9&transport=polling",
    ] {
        assert_eq!(server.get(path).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn a_post_over_the_limit_of_a_packet_is_refused_with_413() {
    let server = Server::alone(&[]).await;
    let poller = Poller::open(&server).await.connect("/", &Value::Null).await;
    let reply = poller.post(format!(r#"42["ping","{}"]"#, "x".repeat(64 * 1024))).await;
    assert_eq!(reply.status, 413, "{reply:?}");
    assert_eq!(server.get("/healthz").await.status, 200);
}
