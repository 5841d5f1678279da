//! A login with `ask` is refused while another device uses a desk, and the code stays valid.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::each_url;
use super::server::{Answered, NO_LIMITS, Server, signed_in};
use super::socket::Socket;
use crate::databases::{execute, query};
use crate::http::pause;

const ANN: &str = "ann@example.org";

/// Waits until the use of a desk by the live session is recorded.
pub async fn desk_is_recorded(url: &str) {
    let used = "select count(*) from sessions where ending is null and desk_used_at is not null";
    while query::<(i64,)>(url, used).await != [(1,)] {
        pause().await;
    }
}

/// A server where Ann may score the event `1`.
pub async fn server_with_scorer(url: &str) -> Server {
    let server = Server::start(url, &NO_LIMITS).await;
    let mut admin = server.program.admin_with_event("1").await;
    admin.done("event:assign", &json!({ "eventId": "1", "email": ANN })).await;
    server
}

pub async fn verify(server: &Server, challenge: &str, code: &str, device: &str, ask: Value) -> Answered {
    let device = json!({ "id": device, "name": format!("{device}'s name") });
    let body = json!({ "challengeId": challenge, "code": code, "device": device, "ask": ask });
    server.post("/api/auth/verify", body).await
}

/// Asserts that the login was refused because of the desk on `device`.
pub fn assert_desk_is_used(answered: &Answered, device: &str) {
    assert_eq!((answered.status, answered.code()), (StatusCode::CONFLICT, "conflict"), "{:?}", answered.body);
    let used = &answered.body["error"]["device"];
    assert_eq!(used["name"], format!("{device}'s name"));
    assert!(used["lastUsedAt"].as_i64() > Some(1_700_000_000_000), "{used}");
}

#[tokio::test]
async fn a_login_that_asks_is_refused_while_another_device_is_connected_to_admin() {
    each_url(async |url| {
        let server = server_with_scorer(url).await;
        let phone = server.sign_in(ANN, "phone").await;
        let _desk = Socket::connect(&server, "/admin", Some(&phone.token)).await.expect("Ann is a scorer");
        desk_is_recorded(url).await;

        let (challenge, code) = server.challenge(ANN).await;
        for _ in 0..2 {
            let refused = verify(&server, &challenge, &code, "laptop", json!(true)).await;
            assert_desk_is_used(&refused, "phone");
        }
        assert_eq!(server.me(&phone.token).await.status, StatusCode::OK, "the phone stays signed in");
        let laptop = signed_in(&server.verify(&challenge, &code, "laptop").await);
        assert!(laptop.replaced, "the code is still valid");
        assert_eq!(server.me(&phone.token).await.code(), "session_replaced");
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_call_that_scores_is_the_use_of_a_desk_for_two_minutes() {
    each_url(async |url| {
        let server = server_with_scorer(url).await;
        let phone = server.sign_in(ANN, "phone").await;
        let update = Some(json!({ "data": { "runs": 1 } }));
        let scored = server.call(Method::POST, "/api/events/1/updates", Some(&phone.token), update).await;
        assert_eq!(scored.status, StatusCode::CREATED, "{:?}", scored.body);
        desk_is_recorded(url).await;
        let (challenge, code) = server.challenge(ANN).await;
        let refused = verify(&server, &challenge, &code, "laptop", json!(true)).await;
        assert_desk_is_used(&refused, "phone");

        // The last use goes back by more than two minutes.
        let earlier = if url.starts_with("sqlite") {
            "update sessions set desk_used_at = strftime('%Y-%m-%dT%H:%M:%fZ', desk_used_at, '-121 seconds')"
        } else {
            "update sessions set desk_used_at = desk_used_at - interval '121 seconds'"
        };
        execute(url, earlier).await.expect("the column exists");
        let laptop = verify(&server, &challenge, &code, "laptop", json!(true)).await;
        assert!(signed_in(&laptop).replaced);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_login_that_asks_is_as_before_where_no_desk_of_another_device_is_used() {
    each_url(async |url| {
        let server = server_with_scorer(url).await;
        let phone = server.sign_in(ANN, "phone").await;
        let _watching = Socket::connect(&server, "/", Some(&phone.token)).await.expect("it connects");
        assert_eq!(server.me(&phone.token).await.status, StatusCode::OK);
        let (challenge, code) = server.challenge(ANN).await;
        let laptop = signed_in(&verify(&server, &challenge, &code, "laptop", json!(true)).await);
        assert!(laptop.replaced, "a device that only watches is no desk");

        let desk = Socket::connect(&server, "/admin", Some(&laptop.token)).await.expect("Ann is a scorer");
        desk_is_recorded(url).await;
        let (challenge, code) = server.challenge(ANN).await;
        let again = signed_in(&verify(&server, &challenge, &code, "laptop", json!(true)).await);
        assert!(!again.replaced, "the same device takes its own desk");
        drop(desk);

        let _desk = Socket::connect(&server, "/admin", Some(&again.token)).await.expect("Ann is a scorer");
        desk_is_recorded(url).await;
        let (challenge, code) = server.challenge(ANN).await;
        let wrong = verify(&server, &challenge, &code, "phone", json!("yes")).await;
        assert_eq!((wrong.status, wrong.code()), (StatusCode::BAD_REQUEST, "bad_request"));
        for ask in [json!(false), Value::Null] {
            let (challenge, code) = server.challenge(ANN).await;
            signed_in(&verify(&server, &challenge, &code, "phone", ask).await);
        }
        server.stop().await;
    })
    .await;
}
