//! Every limit of a client: messages within it are accepted, and one more is told when to retry.

use std::time::Duration;

use ::http::Method;
use serde_json::{Value, json};

use super::{code, watch, watch_as};
use crate::http::{self, until};
use crate::packet::{Packet, message};
use crate::polling::Poller;
use crate::server::Server;
use crate::socket::Client;

/// The default counts over so long a time that no machine is too slow to send them within one refill.
const DEFAULTS: [(&str, &str); 5] = [
    ("SOCKET_RATE", "50/1h"),
    ("SOCKET_HARD_RATE", "100/1h"),
    ("REACTION_RATE", "10/1h"),
    ("MESSAGE_RATE", "5/1h"),
    ("JOIN_RATE", "40/1h"),
];

/// Sends a message as often as the limit allows, and once more.
async fn meet(client: &mut Client, name: &str, payload: &Value, limit: u32) {
    for number in 0..limit {
        let answer = client.call(name, payload).await;
        assert_ne!(answer["error"]["code"], "rate_limited", "{name} {number}: {answer}");
    }
    let refused = client.call(name, payload).await;
    assert_eq!(code(&refused), "rate_limited", "{name}");
    let wait = Duration::from_millis(refused["error"]["retryAfterMs"].as_u64().expect("a time"));
    let refill = Duration::from_hours(1) / limit + Duration::from_millis(1);
    assert!(!wait.is_zero() && wait <= refill, "{name}: {wait:?} of {refill:?}");
}

#[tokio::test]
async fn each_limit_of_messages_is_met_and_told() {
    let server = Server::alone(&DEFAULTS).await;
    let _admin = server.admin_with_event("match").await;
    let mut socket = Client::guest(server.address).await;
    meet(&mut socket, "ping", &Value::Null, 50).await;
    let mut guest = watch(&server, "ann").await;
    meet(&mut guest, "reaction", &json!({ "emoji": "🔥" }), 10).await;
    let mut user = watch_as(&server, "bob").await;
    meet(&mut user, "message", &json!("hello"), 5).await;
    let mut joining = Client::guest(server.address).await;
    meet(&mut joining, "join", &json!("match"), 40).await;
    for limit in ["socket", "reaction", "message", "join"] {
        assert!(server.metric("touchline_rate_limited_total", limit).await >= 1.0, "{limit}");
    }
}

#[tokio::test]
async fn guests_of_one_address_share_a_limit_that_no_new_connection_renews() {
    let server = Server::alone(&[("REACTION_RATE", "10/1h"), ("REACTION_NETWORK_RATE", "15/1h")]).await;
    let _admin = server.admin_with_event("match").await;
    let fire = json!({ "emoji": "🔥" });
    let mut taken = 0;
    for _ in 0..3 {
        let mut guest = watch(&server, "ann").await;
        for _ in 0..10 {
            taken += usize::from(guest.call("reaction", &fire).await["ok"] == true);
        }
    }
    assert_eq!(taken, 15);
    // An account has its own limit, from any address.
    watch_as(&server, "bob").await.done("reaction", &fire).await;
}

#[tokio::test]
async fn a_user_has_one_limit_over_all_sockets_and_each_guest_its_own() {
    let server = Server::alone(&DEFAULTS).await;
    let _admin = server.admin_with_event("match").await;
    let fire = json!({ "emoji": "🔥" });
    let mut first = watch_as(&server, "bob").await;
    for _ in 0..10 {
        first.done("reaction", &fire).await;
    }
    let mut second = watch_as(&server, "bob").await;
    assert_eq!(code(&second.call("reaction", &fire).await), "rate_limited");
    for _ in 0..2 {
        let mut guest = watch(&server, "ann").await;
        for _ in 0..10 {
            guest.done("reaction", &fire).await;
        }
    }
}

#[tokio::test]
async fn a_limited_message_without_acknowledgement_is_refused_by_a_message() {
    let server = Server::alone(&[("SOCKET_RATE", "2/1h")]).await;
    let mut client = Client::guest(server.address).await;
    for _ in 0..3 {
        client.emit("heartbeat", "").await;
    }
    let refused = client.message("exception").await.remove(0);
    assert_eq!((&refused["event"], &refused["error"]["code"]), (&json!("heartbeat"), &json!("rate_limited")));
    let wait = refused["error"]["retryAfterMs"].as_u64().expect("a time");
    assert!((1_700_000..=1_800_001).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_hundred_messages_in_a_second_are_answered_and_more_close_the_connection() {
    let server = Server::alone(&DEFAULTS).await;
    let mut brisk = Client::guest(server.address).await;
    let pings = |count: u64| (0..count).map(|id| message("/", Some(id), "ping", ""));
    brisk.write(pings(100)).await.expect("the server reads");
    for id in 0..100 {
        assert!(matches!(brisk.next().await, Packet::Answer(answered, _) if answered == id));
    }
    let mut flooding = Client::guest(server.address).await;
    // The server may close the connection before all are sent.
    flooding.write(pings(150)).await.ok();
    flooding.end().await;
    server.until_metric("touchline_closed_total", "flooding", |closed| closed > 0.5).await;
    let mut poller = Poller::open(&server).await.connect("/", &Value::Null).await;
    poller.post(pings(150).collect::<Vec<_>>().join("\u{1e}")).await;
    poller.end().await;
    server.until_metric("touchline_closed_total", "flooding", |closed| closed > 1.5).await;
    server.until_log("flooding").await;
}

#[tokio::test]
async fn operators_have_no_limits_of_messages() {
    let server = Server::alone(&DEFAULTS).await;
    let mut admin = server.admin_with_event("match").await;
    for _ in 0..300 {
        admin.done("event:list", &Value::Null).await;
    }
}

#[tokio::test]
async fn too_many_handshakes_are_told_when_to_come_back() {
    let server = Server::alone(&[("HANDSHAKE_RATE", "3/6s")]).await;
    let polling = "/socket.io/?EIO=4&transport=polling";
    for _ in 0..3 {
        assert_eq!(server.get(polling).await.status, 200);
    }
    for path in [polling, "/socket.io/?EIO=3&transport=polling"] {
        // On a slow machine the budget may already have refilled by one.
        let mut refused = server.get(path).await;
        while refused.status == 200 {
            refused = server.get(path).await;
        }
        assert_eq!(refused.status, 503, "{refused:?}");
        assert!(["1", "2"].contains(&refused.header("retry-after")), "{refused:?}");
        assert_eq!(code(&refused.json()), "unavailable");
    }
    // Requests with a session id are not limited; this one is only unknown.
    assert_eq!(server.get(&format!("{polling}&sid=AAAAAAAAAAAAAAAA")).await.status, 400);
    assert_eq!(server.get("/healthz").await.status, 200);
    until("a client that comes back is let in", async || server.get(polling).await.status == 200).await;
}

#[tokio::test]
async fn a_place_that_was_left_can_be_taken() {
    let server = Server::alone(&[("MAX_CONNECTIONS", "3")]).await;
    let _inside = [Client::guest(server.address).await, Client::guest(server.address).await];
    let last = Client::guest(server.address).await;
    assert_eq!(server.get("/api/events").await.status, 503);
    drop(last);
    until("a place that was left can be taken", async || server.get("/api/events").await.status == 200).await;
}

/// The path of a new polling session.
async fn session(server: &Server) -> String {
    let path = "/socket.io/?EIO=4&transport=polling";
    let Packet::Open(open) = Packet::parse(&server.get(path).await.text) else { panic!("no handshake") };
    format!("{path}&sid={}", open["sid"].as_str().expect("an id"))
}

#[tokio::test]
async fn who_joins_no_namespace_or_finishes_no_upgrade_is_closed() {
    let server = Server::alone(&[("CONNECT_TIMEOUT", "1s")]).await;
    let mut idle = Client::open(server.address, "").await;
    let mut refused = Client::open(server.address, "").await;
    assert!(matches!(refused.next().await, Packet::Open(_)));
    refused.send("40/admin,").await;
    assert!(matches!(refused.next().await, Packet::Refused(_)));
    let mut staying = Client::guest(server.address).await;
    idle.end().await;
    refused.end().await;
    let idle = session(&server).await;
    until("a session without a namespace is closed", async || server.get(&idle).await.status == 400).await;

    let upgrading = session(&server).await;
    let connect = http::call(server.address, Method::POST, &upgrading, &[], "40".to_owned());
    assert_eq!(connect.await.expect("an answer").status, 200);
    let (_, sid) = upgrading.split_once("&sid").expect("a session");
    let mut half = Client::open(server.address, &format!("&sid{sid}")).await;
    half.send("2probe").await;
    assert_eq!(half.next().await, Packet::Other("3probe".to_owned()));
    half.end().await;
    staying.done("ping", &Value::Null).await;
}
