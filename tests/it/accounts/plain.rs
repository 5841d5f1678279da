//! Sessions of clients without Socket.IO end as those of sockets do, with a message that says so.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;

use super::each_url;
use super::server::{NO_LIMITS, Server};
use crate::plain::Plain;
use crate::soak;

#[tokio::test]
async fn a_plain_websocket_ends_with_its_session_by_a_code_that_says_how() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let _admin = server.program.admin_with_event("match").await;
        let address = server.program.address;
        let phone = server.sign_in("ann@example.org", "phone").await;
        let query = format!("eventId=match&token={}", phone.token);
        let (mut on_phone, joined) = Plain::joined(address, &query).await;
        assert_eq!((&joined["viewerId"], &joined["viewers"]["users"]), (&json!(phone.user), &json!(1)));
        let (challenge, code) = server.challenge("ann@example.org").await;
        let started = Instant::now();
        let laptop = super::server::signed_in(&server.verify(&challenge, &code, "laptop").await);
        let replaced = on_phone.frame("session:replaced").await;
        assert_eq!(replaced["device"], json!({ "name": "laptop's name" }));
        let (closed, _) = on_phone.end().await;
        assert_eq!(closed.map(|(code, _)| code), Some(4409));
        soak::took_less(started.elapsed(), Duration::from_secs(1));
        let (closed, _) = Plain::open(address, &query).await.end().await;
        assert_eq!(closed.map(|(code, _)| code), Some(4409), "its token is refused as replaced");
        let stream = server.call(Method::GET, "/api/events/match/stream", Some(&phone.token), None).await;
        assert_eq!((stream.status.as_u16(), stream.code()), (401, "session_replaced"));

        let (mut on_laptop, _) =
            Plain::joined(address, &format!("eventId=match&token={}", laptop.token)).await;
        server.call(Method::POST, "/api/auth/logout", Some(&laptop.token), None).await;
        let (closed, before) = on_laptop.end().await;
        assert_eq!(closed.map(|(code, _)| code), Some(4401));
        assert!(before.iter().all(|frame| frame["type"] != "session:replaced"), "{before:?}");
    })
    .await;
}
