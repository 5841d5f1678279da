//! Limits on client reads: by count and bytes for each client, and by a budget of the node that addresses share. A campus
//! behind one address still works.

use std::sync::Arc;

use ::http::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::crowd::fair::{CROWD, FAN, watch_from};
use crate::http::{self, Reply};
use crate::packet::{Packet, connect};
use crate::plain::client::Plain;
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;

/// Publishes a state of this many kB.
async fn state_of(admin: &mut Client, kilobytes: usize) {
    for part in 0..kilobytes.div_ceil(40) {
        let bytes = (kilobytes - part * 40).min(40) * 1_000;
        let data = json!({ format!("part {part}"): "x".repeat(bytes) });
        admin.done("score", &json!({ "eventId": "match", "data": data })).await;
    }
}

/// The `retryAfterMs` of a refusal.
fn limited(answer: &Value) -> u64 {
    assert_eq!(answer["error"]["code"], "rate_limited", "{answer}");
    answer["error"]["retryAfterMs"].as_u64().expect("a time")
}

#[tokio::test]
async fn the_state_is_limited_by_its_bytes_however_a_client_asks_for_it() {
    each_server(&[("READ_BYTES", "1MiB/1h")], async |server| {
        let mut admin = server.admin_with_event("match").await;
        state_of(&mut admin, 240).await;
        let mut guest = Client::guest(server.address).await;
        guest.done("join", &json!("match")).await;
        guest.done("score", &json!("match")).await;
        guest.done("join", &json!("match")).await;
        guest.done("score", &json!({ "eventId": "match" })).await;
        // Four states of 240 kB use most of a mebibyte. The budget refills by 17 kB a minute.
        for name in ["score", "join"] {
            assert!(limited(&guest.call(name, &json!("match")).await) > 60_000, "{name}");
        }
        // Small reads still succeed, such as only the missed updates.
        let position = server.event("match").await;
        let since = json!({ "epoch": position["epoch"], "seq": position["seq"] });
        guest.done("join", &json!({ "eventId": "match", "since": since })).await;
        // Leaving and rejoining does not renew the limit.
        guest.send("41").await;
        loop {
            guest.send(&connect("/", &Value::Null)).await;
            let connected = async { while !matches!(guest.next().await, Packet::Connected(_)) {} };
            if tokio::time::timeout(std::time::Duration::from_secs(5), connected).await.is_ok() {
                break;
            }
        }
        limited(&guest.call("join", &json!("match")).await);
        let mut other = Client::guest(server.address).await;
        other.done("join", &json!("match")).await;
    })
    .await;
}

#[tokio::test]
async fn an_account_has_one_limit_of_bytes_over_all_connections_and_a_plain_one_has_its_own() {
    let server = Server::alone(&[("READ_BYTES", "600KiB/1h")]).await;
    let mut admin = server.admin_with_event("match").await;
    state_of(&mut admin, 240).await;
    let token = server.token("bob", "reviewer", &[]).await;
    for _ in 0..2 {
        let client = Client::open(server.address, "").await.connect("/", &json!({ "token": token })).await;
        client.expect("the token is accepted").done("join", &json!("match")).await;
    }
    let mut plain = Plain::open(server.address, &format!("eventId=match&token={token}")).await;
    let (ended, _) = plain.end().await;
    let (code, reason) = ended.expect("a close frame");
    assert!(code == 4429 && reason.starts_with("rate_limited"), "{code} {reason}");
    let (mut plain, _) = Plain::joined(server.address, "eventId=match").await;
    plain.command("score", &json!({})).await;
    limited(&plain.command("score", &json!({})).await);
}

#[tokio::test]
async fn requests_for_boards_and_the_state_have_a_limit_of_their_own() {
    let server = Server::alone(&[("READ_RATE", "5/1h")]).await;
    let _admin = server.admin_with_event("match").await;
    let mut guest = Client::guest(server.address).await;
    guest.done("join", &json!("match")).await;
    for name in ["leaderboard", "score", "leaderboard", "score", "leaderboard"] {
        guest.done(name, &json!("match")).await;
    }
    for name in ["leaderboard", "score"] {
        limited(&guest.call(name, &json!("match")).await);
    }
    guest.done("reaction", &json!({ "emoji": "🔥" })).await;
    guest.done("join", &json!("match")).await;
}

/// `GET` from an address, for a server that trusts its proxy.
async fn get_from(server: &Server, address: &str, path: &str) -> Reply {
    let headers = [("x-forwarded-for", address)];
    http::call(server.address, Method::GET, path, &headers, String::new()).await.expect("an answer")
}

#[tokio::test]
async fn an_address_that_has_read_its_share_leaves_others_theirs() {
    // 1,024 units of 16 KiB, with no refill during the test. One address can use nine tenths.
    let limits = [("TRUST_PROXY", "true"), ("READ_BUDGET", "16MiB/1000h")];
    let server = Server::alone(&limits).await;
    let mut admin = server.admin_with_event("match").await;
    state_of(&mut admin, 240).await;
    let mut crowd = watch_from(&server, CROWD, &Value::Null).await;
    let mut read = 0;
    let refused = loop {
        let answer = crowd.call("score", &json!("match")).await;
        crowd.forget();
        if answer["ok"] == false {
            break answer;
        }
        read += 1;
    };
    assert!(limited(&refused) > 0 && (55..=61).contains(&read), "{read} times 15 units");
    // A snapshot takes 15 units, more than the rest of the share.
    let path = "/api/events/match";
    loop {
        let reply = get_from(&server, CROWD, path).await;
        if reply.status != 200 {
            assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, "3"), "{reply:?}");
            break;
        }
    }
    for _ in 0..2 {
        assert_eq!(get_from(&server, FAN, path).await.status, 200);
    }
    watch_from(&server, FAN, &Value::Null).await.done("leaderboard", &json!("match")).await;
    assert!(server.metric("touchline_rate_limited_total", "read_budget").await >= 2.0);
}

#[tokio::test]
async fn a_search_counts_as_many_reads() {
    // One address can use 921 units, with no refill during the test: 14 searches of 64 units.
    let limits = [("TRUST_PROXY", "true"), ("READ_BUDGET", "16MiB/1000h")];
    let server = Server::alone(&limits).await;
    let _admin = server.admin_with_event("match").await;
    let mut crowd = watch_from(&server, CROWD, &Value::Null).await;
    crowd.done("events:watch", &json!({ "q": "nothing" })).await;
    for search in 1..14 {
        let reply = get_from(&server, CROWD, "/api/events?q=nothing").await;
        assert_eq!(reply.status, 200, "after {search}");
    }
    assert_eq!(get_from(&server, CROWD, "/api/events?q=%20&sport=chess").await.status, 200);
    crowd.done("events:watch", &json!({ "sport": "chess" })).await;
    let watch = json!({ "q": "something" });
    let (reply, answer) =
        tokio::join!(get_from(&server, CROWD, "/api/events?q=nothing"), crowd.call("events:watch", &watch));
    assert_eq!(reply.status.as_u16(), 429);
    assert!(limited(&answer) > 0);
    assert_eq!(get_from(&server, FAN, "/api/events?q=nothing").await.status, 200);
}

#[tokio::test]
async fn the_log_is_read_within_the_budget_and_arrives_whole() {
    let limits = [("TRUST_PROXY", "true"), ("READ_BUDGET", "4MiB/1s")];
    let server = Server::alone(&limits).await;
    let mut admin = server.admin_with_event("match").await;
    state_of(&mut admin, 800).await;
    for _ in 0..5 {
        let reply = get_from(&server, CROWD, "/api/events/match/updates?limit=1000").await;
        let updates = reply.json()["updates"].as_array().map(Vec::len);
        assert_eq!((reply.status.as_u16(), updates), (200, Some(20)));
    }
}

/// The default limits.
const DEFAULTS: [(&str, &str); 10] = [
    ("TRUST_PROXY", "true"),
    ("SOCKET_RATE", "50/20s"),
    ("SOCKET_HARD_RATE", "100/1s"),
    ("REACTION_RATE", "10/10s"),
    ("MESSAGE_RATE", "5/10s"),
    ("JOIN_RATE", "40/10s"),
    ("READ_RATE", "20/10s"),
    ("READ_BYTES", "8MiB/10s"),
    ("READ_BUDGET", "128MiB/1s"),
    ("HANDSHAKE_RATE", "2000/1s"),
];

#[tokio::test]
async fn a_campus_behind_one_address_watches_reacts_and_reads_with_the_limits_as_they_are() {
    let people = soak::count(50, 3_000);
    let server = Arc::new(Server::alone(&DEFAULTS).await);
    let mut admin = server.admin_with_event("match").await;
    state_of(&mut admin, 40).await;
    // API calls wait for a database connection; 3,000 at once would not all get one in time.
    let calls = Arc::new(Semaphore::new(50));
    let mut arriving = JoinSet::new();
    for _ in 0..people {
        let (server, calls) = (server.clone(), calls.clone());
        arriving.spawn(async move {
            let mut guest = watch_from(&server, CROWD, &Value::Null).await;
            assert_eq!(guest.message("score").await[1]["kind"], "snapshot");
            for name in ["leaderboard", "score"] {
                guest.done(name, &json!("match")).await;
            }
            for _ in 0..5 {
                guest.done("reaction", &json!({ "emoji": "🔥", "comment": "home!" })).await;
            }
            let _turn = calls.acquire().await.expect("it is not closed");
            assert_eq!(get_from(&server, CROWD, "/api/events/match").await.status, 200);
            guest
        });
    }
    let mut campus = arriving.join_all().await;
    assert_eq!(server.event("match").await["viewers"]["total"], people);
    assert!(server.metric("touchline_rate_limited_total", "").await < 0.5, "nobody was limited");
    admin.done("score", &json!({ "eventId": "match", "data": { "goal": true } })).await;
    for guest in &mut campus {
        while guest.message("score").await[0]["goal"] != true {}
    }
}
