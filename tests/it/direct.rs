//! Direct writes, seen from outside: which updates are written directly, and what a client sees that stalls, upgrades and
//! returns meanwhile.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::history::History;
use crate::http::DEADLINE;
use crate::packet::{Packet, message};
use crate::polling::Poller;
use crate::server::Server;
use crate::soak;
use crate::socket::Client;
use crate::ways;

async fn score(admin: &mut Client, n: i64, filling: usize) -> i64 {
    let data = json!({ "n": n, "filling": "x".repeat(filling), "by": { format!("k{}", n % 7): n } });
    let seq = admin.done("score", &json!({ "eventId": "match", "data": data })).await["seq"].as_i64();
    // Discard the messages to the scorer's own desk.
    admin.forget();
    seq.expect("a number")
}

/// The number of deliveries so far, and how many of them were direct writes.
async fn deliveries(server: &Server) -> (f64, f64) {
    let all = server.metric("touchline_deliveries_total", "").await;
    (all, server.metric("touchline_deliveries_direct_total", "").await)
}

#[tokio::test]
async fn updates_go_beside_the_engine_to_websockets_of_both_namespaces_after_an_upgrade_too_if_it_is_on() {
    for setting in ["true", "false"] {
        // A pulse that leaves with an update is a delivery too: the first one is the last.
        let settings = [("DIRECT_WRITES", setting), ("PULSE_INTERVAL", "1h"), ("PULSE_BEAT", "1h")];
        let server = Server::alone(&settings).await;
        let mut admin = server.admin_with_event("match").await;
        let mut ann = Client::guest(server.address).await;
        ann.done("join", &json!("match")).await;
        let mut poller = Poller::open(&server).await.connect("/", &json!({ "eventId": "match" })).await;
        // The first client polls.
        score(&mut admin, 1, 0).await;
        ann.message("score").await;
        while !matches!(poller.next().await, Packet::Message(name, _) if name == "score") {}
        while poller.fetched().is_some() {}

        let mut bob = poller.upgrade().await;
        // A delivery is counted after the client has it. The first was to both clients and the scorer's desk.
        let mut all = 3.0;
        server.until_metric("touchline_deliveries_total", "", |counted| counted > all - 0.5).await;
        let (before, mut direct) = deliveries(&server).await;
        all = all.max(before);
        let (mut most, mut updates) = (0.0_f64, 0);
        let begun = direct;
        // An update takes the queue of a client to which the engine is writing just then, and the first one after an upgrade
        // always does. So it is enough that one update goes directly to all three.
        let deadline = Instant::now() + DEADLINE;
        while updates < 10 || (setting == "true" && most < 2.5 && Instant::now() < deadline) {
            updates += 1;
            score(&mut admin, 1 + updates, 0).await;
            for client in [&mut ann, &mut bob] {
                let arguments = client.message("score").await;
                assert_eq!(
                    (&arguments[0]["n"], &arguments[1]["seq"]),
                    (&json!(1 + updates), &json!(1 + updates))
                );
            }
            all += 3.0;
            server.until_metric("touchline_deliveries_total", "", |counted| counted > all - 0.5).await;
            let counted = deliveries(&server).await;
            assert!(counted.0 < all + 0.5, "{setting}: {counted:?} after {updates} updates");
            most = most.max(counted.1 - direct);
            direct = counted.1;
        }
        assert_eq!(most > 2.5, setting == "true", "{setting}: at most {most} of 3");
        assert!(setting == "true" || direct - begun < 0.5, "{setting}: {direct}");
    }
}

#[tokio::test]
async fn nothing_of_a_join_takes_the_queue_of_a_client_that_began_with_a_websocket() {
    let server = Server::alone(&[("DIRECT_WRITES", "true")]).await;
    let mut admin = server.admin_with_event("match").await;
    let mut ann = Client::guest(server.address).await;
    ann.done("join", &json!("match")).await;
    let before = deliveries(&server).await;
    score(&mut admin, 1, 0).await;
    ann.message("score").await;
    server.until_metric("touchline_deliveries_total", "", |all| all > before.0 + 1.5).await;
    let (all, direct) = deliveries(&server).await;
    // If a packet were waiting in the queue, these updates would go there too.
    assert_eq!((all - before.0, direct - before.1), (2.0, 2.0));
}

/// The padding of an update in bytes, so large that a few dozen exceed the kernel's buffer for one viewer.
fn filling(seq: i64) -> usize {
    if seq % 3 == 1 { 100 } else { 60_000 }
}

/// The feed's position, and its last update once known.
type Progress = watch::Receiver<(i64, Option<i64>)>;

/// Joins over polling and upgrades to WebSocket.
async fn join_and_upgrade(server: &Server, history: &mut History) -> Client {
    let mut poller = Poller::open(server).await.connect("/", &Value::Null).await;
    let since = history.since();
    let payload = json!({ "eventId": "match", "since": since });
    poller.post(message("/", Some(0), "join", &payload.to_string())).await;
    loop {
        match poller.next().await {
            Packet::Answer(_, answer) => {
                history.joined(&answer, &since);
                break;
            }
            packet => history.take(&packet),
        }
    }
    while let Some(packet) = poller.fetched() {
        if packet != Packet::Other("2".to_owned()) {
            history.take(&packet);
        }
    }
    poller.upgrade().await
}

/// Runs one viewer until it has seen the last update.
async fn stall_and_come_back(server: &Server, seed: u64, mut progress: Progress) -> History {
    let mut random = StdRng::seed_from_u64(seed);
    let mut history = History::default();
    history.filling = Some(filling);
    loop {
        let mut client = if random.random_bool(0.4) {
            join_and_upgrade(server, &mut history).await
        } else {
            let client = Client::open_narrow(server.address).await;
            let mut client = client.connect("/", &Value::Null).await.expect("it connects");
            let since = history.since();
            history.join(&mut client, "match", since).await;
            client
        };
        for _ in 0..random.random_range(1..4) {
            let next = history.seq + random.random_range(1..20);
            match follow(&mut client, &mut history, next, &mut progress).await {
                Followed::SoFar => {}
                Followed::ToTheEnd => return history,
                Followed::UntilClosed => break,
            }
            // Read nothing until the feed has advanced by this much.
            let stalled_until = history.seq + random.random_range(1..250);
            let reached = progress.wait_for(|(now, last)| *now >= stalled_until || last.is_some());
            timeout(DEADLINE, reached).await.expect("the feed goes on").expect("the feed has started");
        }
    }
}

/// How following a viewer ended.
enum Followed {
    SoFar,
    ToTheEnd,
    /// The engine closed the session because its queue was full at a ping.
    UntilClosed,
}

/// Reads up to update `next`, or to the last one if the feed has ended.
async fn follow(client: &mut Client, history: &mut History, next: i64, progress: &mut Progress) -> Followed {
    let reached = progress.wait_for(|(now, last)| *now >= next || last.is_some());
    let last = reached.await.expect("the feed has started").1;
    while !history.has_state_of(last.unwrap_or(next)) {
        match client.next().await {
            Packet::Closed(_) => return Followed::UntilClosed,
            packet => history.take(&packet),
        }
    }
    if last.is_some() { Followed::ToTheEnd } else { Followed::SoFar }
}

#[tokio::test]
async fn viewers_that_stall_upgrade_and_come_back_at_full_speed_see_no_gap_and_no_repetition() {
    let length = Duration::from_secs(soak::count(5, 600) as u64);
    // The engine loses a packet that does not fit into the answer to a poll if the session then upgrades. Here every
    // waiting packet fits.
    let settings = [("QUEUE_SIZE", "64"), ("BEHIND_TIMEOUT", "10m"), ("MAX_PACKET", "16MiB")];
    let server = std::sync::Arc::new(Server::alone(&settings).await);
    let mut admin = server.admin_with_event("match").await;
    let (feed, progress) = watch::channel((0, None));
    let mut viewers = JoinSet::new();
    for seed in 0..soak::count(16, 60) {
        let (server, progress) = (server.clone(), progress.clone());
        viewers.spawn(async move { stall_and_come_back(&server, seed as u64, progress).await });
    }
    let (begun, mut last, mut behind) = (Instant::now(), 0, 0.0);
    // On a busy machine it takes longer until viewers fall behind.
    while begun.elapsed() < length || last < 300 || behind <= 3.0 {
        last = score(&mut admin, last + 1, filling(last + 1)).await;
        feed.send_replace((last, None));
        if last % 50 == 0 {
            behind = server.metric("touchline_members_behind_total", "").await;
        }
        assert!(begun.elapsed() < DEADLINE + length, "only {behind} fell behind");
    }
    feed.send_replace((last, Some(last)));
    let histories = timeout(DEADLINE, viewers.join_all()).await.expect("all have the last update in time");
    let event = server.event("match").await;
    assert_eq!(event["seq"], last);
    for history in &histories {
        assert_eq!((history.seq, &history.state), (last, &event["snapshot"]));
    }
    let (all, direct) = deliveries(&server).await;
    let are_as_set = if ways::are_direct() { direct > all / 3.0 } else { direct < 0.5 };
    assert!(are_as_set, "{direct} of {all} were direct writes");
}
