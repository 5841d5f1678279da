//! Many watchers of a list in which many events change each second.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::interval;
use tokio_tungstenite::tungstenite::Message;

use crate::crowd::flood::{Socket, connect, next};
use crate::list::{List, listed, until_list};
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;

/// In the last message of a phase.
const LAST: &str = "the last of all";
/// Handshakes at a time.
const AT_ONCE: usize = 64;

/// What one client has received.
struct Received {
    socket: Socket,
    messages: usize,
    bytes: usize,
}

/// Connects this many guests.
async fn guests(server: SocketAddr, count: usize) -> Vec<Socket> {
    let mut connecting = JoinSet::new();
    let mut sockets = Vec::new();
    for number in 0..count {
        if connecting.len() == AT_ONCE {
            sockets.extend(connecting.join_next().await.map(|socket| socket.expect("a connection")));
        }
        connecting.spawn(async move { connect(server, &json!({ "id": format!("w{number}") })).await });
    }
    sockets.extend(connecting.join_all().await);
    sockets
}

/// Sends the client's message, then counts the messages with this name until the last one.
async fn read(
    mut socket: Socket,
    request: String,
    name: &'static str,
    ready: tokio::sync::mpsc::Sender<()>,
) -> Received {
    socket.send(Message::text(request)).await.expect("the server reads");
    while !next(&mut socket).await.starts_with("437[") {}
    ready.send(()).await.expect("the test waits");
    let start = format!("42[\"{name}\"");
    let (mut messages, mut bytes) = (0, 0);
    loop {
        let text = next(&mut socket).await;
        if text.starts_with(&start) {
            (messages, bytes) = (messages + 1, bytes + text.len());
            if text.contains(LAST) {
                return Received { socket, messages, bytes };
            }
        }
    }
}

/// Lets all clients send a request and read what comes while `publish` runs. Returns what they received, and the server's
/// CPU time meanwhile.
async fn phase(
    server: &Server,
    sockets: Vec<Socket>,
    (request, name): (&str, &'static str),
    publish: impl Future<Output = ()>,
) -> (Vec<Received>, f64) {
    let (ready, mut readies) = tokio::sync::mpsc::channel(1);
    let count = sockets.len();
    let reading: JoinSet<_> =
        sockets.into_iter().map(|socket| read(socket, request.to_owned(), name, ready.clone())).collect();
    for _ in 0..count {
        readies.recv().await.expect("each client is answered");
    }
    let before = server.cpu();
    publish.await;
    let received = reading.join_all().await;
    (received, server.cpu() - before)
}

/// In each round, publishes a score of each event.
async fn publish(admin: &mut Client, events: usize, rounds: std::ops::Range<usize>, pace: Duration) {
    let mut ticks = interval(pace);
    for round in rounds {
        ticks.tick().await;
        for event in 0..events {
            admin.done("score", &score(&format!("e{event}"), round)).await;
            admin.forget();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_of_a_busy_list_get_a_message_a_second_at_most_and_end_with_the_list() {
    let (watchers, events, rounds) = (soak::count(40, 10_000), soak::count(20, 100), soak::count(10, 10));
    let pace = Duration::from_millis(if soak::is_on() { 1_000 } else { 20 });
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("large").await;
        for event in 0..events {
            let event = json!({ "eventId": format!("e{event}"), "sport": "chess", "title": format!("Match {event}") });
            admin.done("event:create", &event).await;
        }
        let mut whole = Client::guest(server.address).await;
        let mut list = List::of_answer(&whole.done("events:watch", &json!({ "sport": "chess" })).await);
        let sockets = guests(server.address, watchers).await;
        // What the scores themselves cost.
        let before = server.cpu();
        publish(&mut admin, events, rounds..2 * rounds, pace).await;
        let scores = server.cpu() - before;

        let started = Instant::now();
        let watching = r#"427["events:watch",{"sport":"chess"}]"#;
        let (received, cpu) = phase(server, sockets, (watching, "events"), async {
            publish(&mut admin, events, 0..rounds, pace).await;
            admin.done("event:update", &json!({ "eventId": "e0", "title": LAST })).await;
        })
        .await;
        let most = started.elapsed().as_secs() + 2;
        let messages: usize = received.iter().map(|received| received.messages).sum();
        let bytes: usize = received.iter().map(|received| received.bytes).sum();
        let largest = received.iter().map(|received| received.messages).max().unwrap_or_default();
        assert!(largest as u64 <= most, "{largest} messages in {most} s");
        let expected = listed(server.address, "sport=chess").await;
        until_list(&mut whole, &mut list, |list| *list == expected).await;

        // The same clients and about the same bytes, as updates of one event.
        let clients = received.into_iter().map(|received| received.socket).collect();
        let size = bytes / messages.max(1);
        let join = r#"427["join",{"eventId":"large"}]"#;
        let (received, event_cpu) = phase(server, clients, (join, "score"), async {
            let mut ticks = interval(pace);
            for round in 0..rounds {
                ticks.tick().await;
                let ending = if round + 1 == rounds { LAST } else { "" };
                let data = json!({ "filler": round.to_string().repeat(size), "last": ending });
                admin.done("score", &json!({ "eventId": "large", "data": data })).await;
                admin.forget();
            }
        })
        .await;
        let event_bytes: usize = received.iter().map(|received| received.bytes).sum();
        let updates: usize = received.iter().map(|received| received.messages).sum();
        let cpu = (cpu - scores).max(0.0);
        println!(
            "{watchers} watchers of {events} events: {messages} messages of {size} B, {:.1} µs of CPU each and {:.3} per kB; \
             of one event {updates} updates of {} B, {:.1} µs each and {:.3} per kB",
            micros(cpu, messages),
            micros(cpu, bytes / 1_000),
            event_bytes / updates.max(1),
            micros(event_cpu, updates),
            micros(event_cpu, event_bytes / 1_000),
        );
    })
    .await;
}

/// Microseconds of CPU for each of so many.
fn micros(cpu_seconds: f64, count: usize) -> f64 {
    cpu_seconds * 1e6 / f64::from(u32::try_from(count).expect("few").max(1))
}

fn score(id: &str, score: usize) -> Value {
    json!({ "eventId": id, "data": { "summary": { "sides": [{ "name": "Ann", "score": score }, { "name": "Bo", "score": 0 }] } } })
}
