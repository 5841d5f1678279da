//! Postgres becomes unavailable in several ways: loaded events continue, nothing is left half done, and everything recovers
//! on its own.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{interval, timeout};

use super::postgres::Postgres;
use crate::history::{History, merge, number};
use crate::http::DEADLINE;
use crate::packet::Packet;
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// The longest time for the answer to a write while the database is away: three seconds, and some for a busy machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(6);

/// Two nodes, an administrator on the first, and the event `match`.
async fn two_nodes(postgres: &Postgres) -> (Vec<Server>, Client) {
    let mut nodes = Vec::new();
    for _ in 0..2 {
        nodes.push(Server::start(&postgres.url, &[("DATABASE_TIMEOUT", "3s")]).await);
    }
    let admin = nodes[0].admin_with_event("match").await;
    (nodes, admin)
}

/// Watches until the update that `last` announces.
async fn follow(node: SocketAddr, last: tokio::sync::watch::Receiver<Option<i64>>) -> History {
    let (mut history, mut client) = (History::default(), Client::guest(node).await);
    history.join(&mut client, "match", Value::Null).await;
    loop {
        let until = *last.borrow();
        if until.is_some_and(|until| history.seq >= until) {
            return history;
        }
        if let Some(packet) = client.receive_within(Duration::from_millis(200)).await {
            history.take(&packet);
        }
    }
}

/// Retries one update until it is accepted; returns the number of failures and its `seq`.
async fn insist(admin: &mut Client, op: &str) -> (u32, i64) {
    let update = json!({ "eventId": "match", "data": { "last": op, op: 1 }, "opId": op });
    let mut ticks = interval(Duration::from_millis(100));
    for refused in 0.. {
        let asked = Instant::now();
        let answer = admin.call("score", &update).await;
        soak::took_less(asked.elapsed(), ANSWERED_WITHIN);
        if answer["ok"] == true {
            return (refused, number(&answer["seq"]));
        }
        assert_eq!(answer["error"]["code"], "unavailable", "{answer}");
        ticks.tick().await;
    }
    unreachable!("it goes on until it is taken")
}

async fn until_ready(node: &Server, ready: bool) {
    let mut ticks = interval(Duration::from_millis(50));
    let reached = timeout(DEADLINE, async {
        while (node.get("/readyz").await.status == 200) != ready {
            ticks.tick().await;
        }
    });
    reached.await.expect("the output in time");
}

/// Checks that the log has no gap; returns its last `seq` and the state it adds up to.
async fn check_log(node: &Server) -> (i64, Value) {
    let (mut seq, mut state) = (0, Value::Null);
    loop {
        let page = node.get(&format!("/api/events/match/updates?after={seq}&limit=1000")).await.json();
        let updates = page["updates"].as_array().expect("a list");
        for update in updates {
            seq += 1;
            assert_eq!(update["seq"], seq, "the log has a gap");
            merge(&mut state, &update["data"]);
        }
        if updates.is_empty() {
            break;
        }
    }
    let event = node.event("match").await;
    assert_eq!(event["seq"], seq);
    assert!(event["snapshot"] == state, "the snapshot is what the log adds up to");
    (seq, state)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_frozen_rooms_go_on_and_writes_are_unavailable_and_not_shown() {
    let postgres = Postgres::start().await;
    let (nodes, mut admin) = two_nodes(&postgres).await;
    insist(&mut admin, "first").await;
    let mut viewers = Vec::new();
    for node in &nodes {
        let mut client = Client::guest(node.address).await;
        let mut history = History::default();
        history.join(&mut client, "match", Value::Null).await;
        history.follow(&mut client, 1).await;
        viewers.push((client, history));
    }
    let frozen = Instant::now();
    postgres.freeze();
    let update = |op: &str| json!({ "eventId": "match", "data": { op: 1 }, "opId": op });
    let answer = admin.call("score", &update("unanswered")).await;
    assert_eq!(answer["error"]["code"], "unavailable", "{answer}");
    let after = frozen.elapsed();
    assert!(after >= Duration::from_millis(2_900), "{after:?}");
    soak::took_less(after, ANSWERED_WITHIN);
    let again = Instant::now();
    assert_eq!(admin.call("score", &update("another")).await["error"]["code"], "unavailable");
    // While one write hangs, the next is refused at once.
    soak::took_less(again.elapsed(), Duration::from_secs(1));
    for node in &nodes {
        assert_eq!(node.get("/readyz").await.status, 503);
        assert_eq!(node.get("/healthz").await.status, 200);
        let mut late = Client::guest(node.address).await;
        let joined = late.done("join", &json!("match")).await;
        assert_eq!(joined["seq"], 1, "a join gets the loaded state");
        assert_eq!(late.message("score").await[0]["first"], 1);
        late.done("reaction", &json!({ "emoji": "🔥" })).await;
        let asked = Instant::now();
        assert_eq!(node.get("/api/events/match").await.status, 503);
        soak::took_less(asked.elapsed(), ANSWERED_WITHIN);
    }
    for (client, _) in &mut viewers {
        let sent = client.sent_so_far().await;
        assert!(!sent.iter().any(|packet| matches!(packet, Packet::Message(name, _) if name == "score")));
    }
    // Longer than it takes to notice the silence.
    let frozen_for = Duration::from_secs(soak::count(8, 20) as u64);
    tokio::time::sleep(frozen_for.saturating_sub(frozen.elapsed())).await;
    postgres.thaw();
    for node in &nodes {
        until_ready(node, true).await;
    }
    let (_, last) = insist(&mut admin, "after").await;
    // An unanswered update may or may not be in the log; if it is, everybody sees it.
    insist(&mut admin, "unanswered").await;
    let (seq, state) = check_log(&nodes[1]).await;
    assert!(seq >= last);
    for (mut client, mut history) in viewers {
        history.follow(&mut client, seq).await;
        assert_eq!((history.state, history.snapshots), (state.clone(), 1));
    }
    for node in &nodes {
        node.until_metric("touchline_bus_connected", "", |connected| connected > 0.5).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_each_crash_of_postgres_every_answered_update_is_there_and_nodes_go_on_by_themselves() {
    let mut postgres = Postgres::start().await;
    let (nodes, admin) = two_nodes(&postgres).await;
    let (until, last) = tokio::sync::watch::channel(None);
    let mut viewers = JoinSet::new();
    for node in nodes.iter().cycle().take(10) {
        viewers.spawn(follow(node.address, last.clone()));
    }
    let token = nodes[0].token("second", "admin", &[]).await;
    let other = Client::admin(nodes[1].address, &token).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let scorers: Vec<JoinHandle<_>> = [("a", admin), ("b", other)]
        .map(|(name, mut admin)| {
            let stopped = stopped.clone();
            tokio::spawn(async move {
                let (mut refused, mut places) = (0, Vec::new());
                for n in 0.. {
                    if *stopped.borrow() {
                        break;
                    }
                    let (times, seq) = insist(&mut admin, &format!("{name}{n}")).await;
                    refused += times;
                    places.push((format!("{name}{n}"), seq));
                }
                (refused, places)
            })
        })
        .into();
    for _ in 0..soak::count(2, 10) {
        tokio::time::sleep(Duration::from_millis(500)).await;
        postgres.crash();
        for node in &nodes {
            until_ready(node, false).await;
        }
        postgres.restart().await;
        for node in &nodes {
            until_ready(node, true).await;
        }
    }
    stop.send_replace(true);
    let (mut refused, mut places) = (0, Vec::new());
    for scorer in scorers {
        let (times, of_scorer) = scorer.await.expect("every update is taken in the end");
        refused += times;
        places.extend(of_scorer);
    }
    assert!(refused > 0, "no write met a crash");
    let (seq, state) = check_log(&nodes[0]).await;
    assert_eq!(places.len(), usize::try_from(seq).expect("few"), "each is there once");
    for (op, _) in &places {
        assert_eq!(state[op], 1, "{op} was answered, and is lost");
    }
    until.send_replace(Some(seq));
    for history in viewers.join_all().await {
        assert_eq!(history.state, state);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_logged_when_it_begins_and_when_it_ends_however_many_calls_it_meets() {
    let mut postgres = Postgres::start().await;
    // How long a call waits for a connection.
    let node = Server::start(&postgres.url, &[("DATABASE_TIMEOUT", "1s")]).await;
    let mut admin = node.admin_with_event("match").await;
    insist(&mut admin, "first").await;
    let mut viewer = Client::guest(node.address).await;
    viewer.done("join", &json!({ "eventId": "match" })).await;
    let before = node.log().lines().count();
    postgres.crash();
    for round in 0..4 {
        for path in ["/api/events", "/api/events/match", "/api/events/match/updates"] {
            let reply = node.get(path).await;
            assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (503, "2"), "{reply:?}");
            let error = &reply.json()["error"];
            assert_eq!((&error["code"], &error["retryAfterMs"]), (&json!("unavailable"), &json!(2000)));
            assert_eq!(error["errorId"], reply.header("x-request-id"));
            assert!(!reply.text.contains("opId"), "a read has none: {reply:?}");
        }
        let op = format!("during {round}");
        let update = json!({ "eventId": "match", "data": {}, "opId": op });
        let refused = admin.call("score", &update).await;
        assert_eq!(refused["error"]["message"], "database unavailable; retry with the same opId");
    }
    postgres.restart().await;
    insist(&mut admin, "last").await;
    let mut ticks = interval(Duration::from_millis(50));
    let logged = timeout(DEADLINE, async {
        while !node.log().contains("database available again") {
            ticks.tick().await;
        }
    });
    logged.await.expect("its end is logged");
    let log = node.log();
    // The LISTEN connection logs its own state.
    let meanwhile: Vec<_> =
        log.lines().skip(before).filter(|line| !line.contains("LISTEN connection")).collect();
    let [began, ended] = meanwhile[..] else { panic!("more was logged: {meanwhile:#?}") };
    assert!(began.contains("database unavailable") && ended.contains("database available again"));
}
