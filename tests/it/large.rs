//! The size limits of packets: `MAX_PACKET`, and `MAX_ADMIN_PACKET` for clients of `/admin`.

use serde_json::{Value, json};

use crate::packet::{Packet, connect, message};
use crate::polling::Poller;
use crate::server::{Server, each_server};
use crate::socket::Client;

/// Larger than `MAX_PACKET`, within `MAX_ADMIN_PACKET`.
const LARGE: usize = 200 * 1024;
/// Larger than both.
const FAR_TOO_LARGE: usize = 3 * 1024 * 1024;

fn score(field: &str, size: usize) -> Value {
    json!({ "eventId": "match", "data": { field: "x".repeat(size) } })
}

/// A packet with a large message for a namespace.
fn large(namespace: &str) -> String {
    message(namespace, Some(7), "score", &score("a", LARGE).to_string())
}

/// Waits for the answer to [`large`], skipping other packets.
async fn answer(client: &mut Client) -> Value {
    loop {
        match client.next().await {
            Packet::Answer(7, answer) => return answer,
            Packet::Closed(code) => panic!("closed with {code:?}"),
            _ => {}
        }
    }
}

/// Sends a packet, and asserts that the server closes with 1009 and that the metric reaches `count`.
async fn assert_closed(server: &Server, mut client: Client, packet: String, count: f64) {
    client.write([packet]).await.ok();
    assert_eq!(client.end().await.0, Some(1009));
    server.until_metric("touchline_closed_total", "too_large", |closed| closed > count - 0.5).await;
}

#[tokio::test]
async fn a_client_of_admin_may_send_large_packets_and_is_told_when_a_state_is_too_large() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        admin.done("score", &score("a", LARGE)).await;
        admin.done("score", &score("b", 4 * LARGE)).await;
        let refused = admin.call("score", &score("c", 2 * LARGE)).await;
        assert_eq!(refused["error"]["code"], "too_large", "{refused}");
        // In the same session, messages on `/` are still limited by `MAX_MESSAGE`.
        admin.send("40").await;
        while !matches!(admin.next().await, Packet::Connected(_)) {}
        admin.send(&message("/", Some(7), "ping", &json!("x".repeat(LARGE)).to_string())).await;
        let refused = answer(&mut admin).await;
        assert_eq!(refused["error"]["code"], "too_large", "{refused}");
        admin.done("score", &score("a", 1)).await;
        let packet = message("/admin", None, "score", &score("a", FAR_TOO_LARGE).to_string());
        assert_closed(server, admin, packet, 1.0).await;
        server.until_log("too_large").await;
    })
    .await;
}

#[tokio::test]
async fn any_other_client_is_closed_for_a_large_packet() {
    let server = Server::alone(&[]).await;
    let token = server.token("ann", "admin", &[]).await;
    assert_closed(&server, Client::guest(server.address).await, large("/"), 1.0).await;
    // The larger limit does not apply before a token was accepted, …
    let mut early = Client::open(server.address, &format!("&token={token}")).await;
    assert!(matches!(early.next().await, Packet::Open(_)));
    assert_closed(&server, early, large("/admin"), 2.0).await;
    let early = Client::open(server.address, &format!("&token={token}")).await;
    let early = early.connect("/", &Value::Null).await.expect("the token is good");
    assert_closed(&server, early, large("/admin"), 3.0).await;
    // … nor after it was refused, …
    let mut refused = Client::open(server.address, "").await;
    assert!(matches!(refused.next().await, Packet::Open(_)));
    refused.send(&connect("/admin", &json!({ "token": "nonsense" }))).await;
    assert!(matches!(refused.next().await, Packet::Refused(_)));
    assert_closed(&server, refused, large("/admin"), 4.0).await;
    // … nor after the client has left.
    let mut left = Client::admin(server.address, &token).await;
    left.write(["41/admin,".to_owned()]).await.expect("the server reads");
    left.send("40").await;
    assert!(matches!(left.next().await, Packet::Connected(_)));
    assert_closed(&server, left, large("/"), 5.0).await;
}

#[tokio::test]
async fn a_polling_session_may_post_large_packets_once_it_is_accepted_at_admin() {
    each_server(&[], async |server| {
        let _event = server.admin_with_event("match").await;
        let token = server.token("ann", "admin", &[]).await;
        let mut guest = Poller::open(server).await.connect("/", &Value::Null).await;
        assert_eq!(guest.post(large("/")).await.status, 413);
        guest.end().await;
        let early = Poller::open(server).await;
        assert_eq!(early.post(large("/admin")).await.status, 413);
        server.until_metric("touchline_closed_total", "too_large", |closed| closed > 1.5).await;

        let mut admin = Poller::open(server).await.connect("/admin", &json!({ "token": token })).await;
        assert_eq!(admin.post(large("/admin")).await.status, 200);
        loop {
            match admin.next().await {
                Packet::Answer(7, answer) => break assert_eq!(answer["ok"], true, "{answer}"),
                Packet::Closed(_) => panic!("the session is over"),
                _ => {}
            }
        }
        let other = Poller::open(server).await.connect("/", &Value::Null).await;
        assert_eq!(other.post(large("/")).await.status, 413, "it is another session");
        let packet = message("/admin", None, "score", &score("a", 1024 * 1024).to_string());
        assert_eq!(admin.post(packet).await.status, 413);
        admin.end().await;
        server.until_metric("touchline_closed_total", "too_large", |closed| closed > 3.5).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_has_switched_to_a_websocket_keeps_the_limit_that_it_has() {
    let server = Server::alone(&[]).await;
    let _event = server.admin_with_event("match").await;
    let token = server.token("ann", "admin", &[]).await;
    let admin = Poller::open(&server).await.connect("/admin", &json!({ "token": token })).await;
    let mut admin = Client::probe(server.address, admin.session()).await.expect("the handshake succeeds");
    // Sent at once, before the engine owns the stream.
    admin.write(["5".to_owned(), large("/admin")]).await.expect("the server reads");
    assert_eq!(answer(&mut admin).await["ok"], true);
    let packet = message("/admin", None, "score", &score("a", FAR_TOO_LARGE).to_string());
    assert_closed(&server, admin, packet, 1.0).await;

    let guest = Poller::open(&server).await.connect("/", &Value::Null).await;
    let guest = Client::upgrade(server.address, guest.session()).await;
    assert_closed(&server, guest, large("/"), 2.0).await;
}
