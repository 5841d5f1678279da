//! Error answers: each has the contract's body and the request's id.

use http::{Method, StatusCode};

use crate::http::{Reply, call, get_from};
use crate::server::{Server, each_server};

async fn ask(server: &Server, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    call(server.address, method, path, headers, String::new()).await.expect("the server answers")
}

/// Asserts that an answer has the contract's body with the request's id.
fn assert_contract(reply: &Reply, code: &str) {
    let body = reply.json();
    assert_eq!((&body["ok"], body["error"]["code"].as_str()), (&false.into(), Some(code)), "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/json", "{reply:?}");
    let id = body["error"]["errorId"].as_str().expect("an id");
    assert_eq!(id, reply.header("x-request-id"), "{reply:?}");
    assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{reply:?}");
}

#[tokio::test]
async fn every_error_has_the_body_of_the_contract_and_names_its_request() {
    each_server(&[], async |server| {
        for (method, path, status, code) in [
            (Method::PUT, "/api/events", 405, "bad_request"),
            (Method::POST, "/api/events/1", 405, "bad_request"),
            (Method::GET, "/api/auth/verify", 405, "bad_request"),
            (Method::DELETE, "/healthz", 405, "bad_request"),
            (Method::POST, "/metrics", 405, "bad_request"),
            (Method::POST, "/ws/updates", 405, "bad_request"),
            (Method::POST, "/api/auth/signup", 400, "bad_request"),
            (Method::GET, "/api/events/no-such", 404, "not_found"),
            (Method::GET, "/api/nothing", 404, "not_found"),
            (Method::GET, "/api/me", 401, "unauthenticated"),
            (Method::GET, "/api/events?status=x", 400, "bad_request"),
            (Method::GET, "/assets/no-such.js", 404, "not_found"),
            (Method::POST, "/assets/no-such.js", 405, "bad_request"),
            (Method::GET, "/ws/updates", 400, "bad_request"),
        ] {
            let reply = ask(server, method.clone(), path, &[]).await;
            assert_eq!(reply.status, status, "{method} {path}: {reply:?}");
            assert_contract(&reply, code);
        }
        let wrong = ask(server, Method::PUT, "/api/events", &[]).await;
        assert!(wrong.header("allow").contains("GET"), "{wrong:?}");
        assert!(wrong.json()["error"]["message"].as_str().expect("a text").contains("GET"), "{wrong:?}");
        // The id from a proxy is kept.
        let named = ask(server, Method::GET, "/api/nothing", &[("x-request-id", "from-the-proxy")]).await;
        assert_eq!(named.json()["error"]["errorId"], "from-the-proxy");
        // The engine's own refusals have the reference implementation's form.
        let engine = server.get("/socket.io/?EIO=4&transport=polling&sid=none").await;
        assert_eq!((engine.status, &engine.json()["code"]), (StatusCode::BAD_REQUEST, &1.into()));
    })
    .await;
}

#[tokio::test]
async fn a_page_of_another_origin_can_read_the_id_of_its_request() {
    let origin = "https://page.example";
    let server = Server::alone(&[("ALLOWED_ORIGINS", origin)]).await;
    let reply = get_from(server.address, "/api/nothing", origin).await;
    assert_eq!(reply.header("access-control-allow-origin"), origin);
    let exposed = reply.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.split(',').any(|name| name.trim() == "x-request-id"), "{exposed}");
    assert_contract(&reply, "not_found");
}
