//! A flood of reactions: each viewer gets a sample, the totals are exact, and scores arrive first.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::interval;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{pulse_with, sum, watch};
use crate::packet::{Packet, message};
use crate::server::Server;
use crate::soak;
use crate::socket::Client;

/// Scores a second.
const SCORES: u32 = 10;
/// Reactions in one burst.
const SINGLES: u64 = 1_000;
/// How often each sender sends.
const STROKE: Duration = Duration::from_millis(100);

/// A connection whose packets are not parsed, for tests with many clients.
pub type Socket = WebSocketStream<TcpStream>;

/// What all viewers received.
#[derive(Default)]
struct Seen {
    pulses: AtomicU64,
    singles: AtomicU64,
    /// For each score, when the last viewer got it: microseconds after the test's start.
    scores: Vec<AtomicU64>,
}

/// Watches `match`.
async fn open(server: SocketAddr, name: &str) -> Socket {
    connect(server, &json!({ "eventId": "match", "id": name })).await
}

/// Connects to `/` with this `auth`.
pub async fn connect(server: SocketAddr, auth: &Value) -> Socket {
    let stream = TcpStream::connect(server).await.expect("the server accepts");
    stream.set_nodelay(true).expect("an option");
    let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket");
    let (mut socket, _) = client_async(url, stream).await.expect("the handshake succeeds");
    socket.send(Message::text(format!("40{auth}"))).await.expect("the server reads");
    while !next(&mut socket).await.starts_with("40") {}
    socket
}

/// The next packet. Answers Engine.IO's pings.
pub async fn next(socket: &mut Socket) -> String {
    loop {
        let text = match socket.next().await.expect("the server stays").expect("the connection holds") {
            Message::Text(text) => text.to_string(),
            Message::Close(frame) => panic!("the server closed: {frame:?}"),
            _ => continue,
        };
        if text == "2" {
            socket.send(Message::text("3")).await.expect("the server reads");
        } else {
            return text;
        }
    }
}

/// Reads until dropped.
async fn view(mut socket: Socket, seen: Arc<Seen>, start: Instant) {
    loop {
        let text = next(&mut socket).await;
        if text.starts_with(r#"42["pulse""#) {
            seen.pulses.fetch_add(1, Ordering::Relaxed);
        } else if text.starts_with(r#"42["reaction""#) {
            seen.singles.fetch_add(1, Ordering::Relaxed);
        } else if let Some(rest) = text.strip_prefix(r#"42["score",{"n":"#) {
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            let number: usize = digits.parse().expect("a score of the test");
            let now = u64::try_from(start.elapsed().as_micros()).expect("a short test");
            seen.scores[number].fetch_max(now, Ordering::Relaxed);
        }
    }
}

/// Sends `each` reactions per stroke until the end and reads all answers; returns how many were sent and `ok`.
async fn react(mut socket: Socket, each: usize, until: Instant) -> (u64, u64) {
    let mut strokes = interval(STROKE);
    let (mut sent, mut answered, mut accepted) = (0, 0, 0);
    while answered < sent || Instant::now() < until {
        tokio::select! {
            _ = strokes.tick(), if Instant::now() < until => {
                for _ in 0..each {
                    let emoji = ["🔥", "👏", "❤️", "😮", ":)"][sent % 5];
                    let comment = if sent % 50 == 0 { r#","comment":"what a ball""# } else { "" };
                    let text = format!(r#"42{sent}["reaction",{{"emoji":"{emoji}"{comment}}}]"#);
                    socket.feed(Message::text(text)).await.expect("the server reads");
                    sent += 1;
                }
                socket.flush().await.expect("the server reads");
            }
            text = next(&mut socket) => if text.starts_with("43") {
                answered += 1;
                accepted += u64::from(text.contains(r#"[{"ok":true"#));
            }
        }
    }
    (sent as u64, accepted)
}

/// Publishes numbered scores; returns when each was sent.
async fn publish(admin: &mut Client, numbers: std::ops::Range<usize>, start: Instant) -> Vec<Duration> {
    let mut ticks = interval(Duration::from_secs(1) / SCORES);
    let mut sent = Vec::new();
    for n in numbers {
        ticks.tick().await;
        sent.push(start.elapsed());
        admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
        admin.forget();
    }
    sent
}

/// The 99th percentile of the time from sending a score to its arrival at the last viewer.
fn p99(sent: &[Duration], seen: &[AtomicU64]) -> Duration {
    let taken = |(sent, seen): (&Duration, &AtomicU64)| {
        let seen = Duration::from_micros(seen.load(Ordering::Relaxed));
        seen.checked_sub(*sent).expect("every score reached a viewer")
    };
    let mut all: Vec<_> = sent.iter().zip(seen).map(taken).collect();
    all.sort();
    all[(all.len() - 1) * 99 / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_reactions_costs_the_viewers_and_the_score_little() {
    let (viewers, senders, a_second, seconds) =
        (soak::count(100, 2_000), soak::count(20, 500), soak::count(1_000, 20_000), soak::count(4, 10));
    let each = a_second / senders * usize::try_from(STROKE.as_millis()).expect("short") / 1_000;
    let server = Server::alone(&[]).await;
    let mut admin = server.admin_with_event("match").await;
    let start = Instant::now();
    let scores = seconds * SCORES as usize;
    let seen =
        Arc::new(Seen { scores: (0..2 * scores).map(|_| AtomicU64::new(0)).collect(), ..Seen::default() });
    let mut watching = JoinSet::new();
    for number in 0..viewers - senders {
        let socket = open(server.address, &format!("viewer {number}")).await;
        watching.spawn(view(socket, seen.clone(), start));
    }
    let mut sockets = Vec::new();
    for number in 0..senders {
        sockets.push(open(server.address, &format!("sender {number}")).await);
    }
    let quiet = publish(&mut admin, 0..scores, start).await;
    let memory = server.memory();
    let before = [&seen.pulses, &seen.singles].map(|count| count.load(Ordering::Relaxed));

    let flooding = Instant::now();
    let until = flooding + Duration::from_secs(seconds as u64);
    let mut sending: JoinSet<(u64, u64)> =
        sockets.into_iter().map(|socket| react(socket, each, until)).collect();
    let flooded = publish(&mut admin, scores..2 * scores, start).await;
    let (mut sent, mut accepted) = (0, 0);
    while let Some(counts) = sending.join_next().await {
        let (of_one, ok) = counts.expect("a sender ends well");
        (sent, accepted) = (sent + of_one, accepted + ok);
    }
    let mut late = watch(&server, "late").await;
    let pulse = pulse_with(&mut late, |pulse| sum(&pulse["reactions"]["totals"]) >= accepted).await;
    let after = [&seen.pulses, &seen.singles].map(|count| count.load(Ordering::Relaxed));
    let [pulses, singles] = [0, 1].map(|kind| (after[kind] - before[kind]) / (viewers - senders) as u64);
    let took = flooding.elapsed().as_secs() + 2;
    let (quiet, flooded) = (p99(&quiet, &seen.scores), p99(&flooded, &seen.scores[scores..]));
    let most = server.memory();
    println!(
        "{accepted} reactions, to each viewer {pulses} pulses and {singles} singles in {seconds} s; \
         a score to the last viewer, p99: quiet {quiet:?}, in the flood {flooded:?}; \
         memory before {memory:.1} MB, after {most:.1} MB"
    );
    assert_eq!(sum(&pulse["reactions"]["totals"]), accepted, "each that was accepted is counted once");
    assert_eq!(accepted, sent, "all were within the limits");
    assert!(pulses <= took * 4 && singles <= took * 20, "{pulses} pulses and {singles} singles to a viewer");
    assert!(pulses > 0 && singles > 0, "the crowd is there: {pulses} {singles}");
    // Those who send the flood take their time on the same processors.
    soak::took_less(flooded, quiet * 2 + Duration::from_millis(50));
    forgotten(&server, memory).await;
    watching.abort_all();
}

/// Waits until the memory of the flood is freed.
async fn forgotten(server: &Server, memory: f64) {
    let mut ticks = interval(Duration::from_secs(1));
    let mut left = 60;
    while server.memory() > memory * 1.15 + 4.0 {
        left -= 1;
        assert!(left > 0, "{:.1} MB, {memory:.1} before the flood", server.memory());
        ticks.tick().await;
    }
}

#[tokio::test]
async fn single_reactions_are_at_most_twenty_in_any_second_and_comments_come_first() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let mut ann = watch(&server, "ann").await;
    let mut bob = watch(&server, "bob").await;
    // All arrive in far less than a second, in which twenty are shown.
    let started = Instant::now();
    let reaction = |id: u64| {
        let comment = id.is_multiple_of(40).then_some("what a ball");
        message("/", Some(id), "reaction", &json!({ "emoji": "🔥", "comment": comment }).to_string())
    };
    bob.write((0..SINGLES).map(reaction)).await.expect("the server reads");
    let (mut shown, mut commented, mut counted) = (0, 0_u64, 0);
    while counted < SINGLES || commented == 0 {
        let Packet::Message(name, arguments) = ann.next().await else { continue };
        if name == "reaction" {
            shown += 1;
            commented += u64::from(arguments[0]["comment"].is_string());
        } else if name == "pulse" {
            counted = sum(&arguments[0]["reactions"]["totals"]);
        }
    }
    let most = 20 * (started.elapsed().as_secs() + 1);
    assert!(shown <= most, "{shown} of {SINGLES} were shown, {most} may be");
    // One in forty has a comment.
    assert!(commented * 10 > shown, "{commented} of {shown} have a comment");
}
