//! No cookie identifies a user. So a page of an allowed origin gains nothing from its visitor's cookies, and CORS can allow
//! credentials.

use ::http::{HeaderMap, Method};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::accounts::server::{NO_LIMITS, Server};
use crate::databases::Folder;
use crate::http::{Reply, call};
use crate::packet::{Packet, connect};
use crate::plain::{Frame, Plain};

const POLLING: &str = "/socket.io/?EIO=4&transport=polling";

/// A cookie header with the token under every likely name.
fn cookie(token: &str) -> String {
    let names =
        ["token", "session", "sid", "io", "auth", "authorization", "Authorization", "tls", "connect.sid"];
    let pairs = names.iter().flat_map(|name| [format!("{name}={token}"), format!("{name}=Bearer {token}")]);
    pairs.collect::<Vec<_>>().join("; ")
}

fn assert_sets_none(headers: &HeaderMap, what: &str) {
    assert!(!headers.contains_key("set-cookie"), "{what}: {headers:?}");
}

#[tokio::test]
async fn no_cookie_is_set_and_none_identifies_anybody() {
    let folder = Folder::new();
    let server = Server::start(&folder.sqlite_url(), &NO_LIMITS).await;
    let address = server.program.address;
    let operator = server.program.token("operator", "admin", &[]).await;
    let _admin = server.program.admin_with_event("match").await;
    for answered in [server.sign_up("bob@example.org").await, server.log_in("bob@example.org").await] {
        assert_sets_none(&answered.headers, "asking for a code");
    }
    let (challenge, code) = server.challenge("ann@example.org").await;
    let verified = server.verify(&challenge, &code, "phone").await;
    assert_sets_none(&verified.headers, "signing in");
    let player = crate::accounts::server::signed_in(&verified).token;

    for token in [&player, &operator] {
        let cookie = cookie(token);
        let headers = [("cookie", cookie.as_str())];
        let ask = async |method: Method, path: &str, body: &str| -> Reply {
            let reply = call(address, method, path, &headers, body.to_owned()).await.expect("an answer");
            assert_sets_none(&reply.headers, path);
            reply
        };
        for path in ["/api/me", "/api/events/match/stats"] {
            assert_eq!(ask(Method::GET, path, "").await.status, 401, "{path}");
        }
        assert_eq!(ask(Method::POST, "/api/auth/logout", "").await.status, 401);
        for path in ["/api/leaderboard", "/api/events/match/leaderboard"] {
            let board = ask(Method::GET, path, "").await.json();
            assert_eq!((&board["ok"], &board["you"]), (&json!(true), &Value::Null), "{path}: {board}");
        }
        for path in ["/api/events", "/api/events/match", "/api/events/match/updates", "/healthz", "/"] {
            ask(Method::GET, path, "").await;
        }

        let Packet::Open(open) = Packet::parse(&ask(Method::GET, POLLING, "").await.text) else {
            panic!("no handshake");
        };
        let session = format!("{POLLING}&sid={}", open["sid"].as_str().expect("a session id"));
        ask(Method::POST, &session, &connect("/admin", &Value::Null)).await;
        let refused = loop {
            let text = ask(Method::GET, &session, "").await.text;
            let refused =
                text.split('\u{1e}').map(Packet::parse).find(|packet| *packet != Packet::Other("2".into()));
            if let Some(refused) = refused {
                break refused;
            }
        };
        assert_eq!(refused, Packet::Refused(json!({ "message": "unauthenticated" })));

        let stream = TcpStream::connect(address).await.expect("the server accepts");
        let plain = Plain::over(stream, address, "eventId=match", &[("cookie", &cookie)]).await;
        let Frame::Object(joined) = plain.expect("the handshake succeeds").next().await else {
            panic!("no frame")
        };
        assert_eq!((&joined["type"], &joined["viewers"]["users"]), (&json!("joined"), &json!(0)), "{joined}");
    }
    assert_eq!(server.me(&player).await.status, 200, "the token itself is good");
}
