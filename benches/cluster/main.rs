//! Measures the latency of an update from a scorer on one node to a viewer on another, compared with a viewer on the same
//! node: the cost of the way through Postgres. It starts two nodes of the release build on the server at
//! `TEST_POSTGRES_URL`, and publishes `BENCH_UPDATES` updates.

use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

/// The time from one update to the next.
const EVERY: Duration = Duration::from_millis(20);
/// Generous: everything should arrive long before.
const DEADLINE: Duration = Duration::from_secs(20);

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[expect(clippy::disallowed_methods, reason = "a measurement's own settings, not the program's")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[tokio::main]
async fn main() {
    let server = setting("TEST_POSTGRES_URL").expect("run this with scripts/with-postgres");
    let updates = setting("BENCH_UPDATES").and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let name = format!("bench_{}", Uuid::now_v7().simple());
    let mut postgres = PgConnection::connect(&server).await.expect("Postgres answers");
    postgres.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("a superuser is allowed");
    let (start, _) = server.rsplit_once('/').expect("the URL names a database");
    let url = format!("{start}/{name}");

    let secret = format!("{0}{0}", Uuid::now_v7().simple());
    let (first, here) = node(&url, &secret).await;
    let (second, there) = node(&url, &secret).await;
    let token = token(&url).await;
    let mut scorer = connect(&here, "/admin,", &json!({ "token": token })).await;
    let event = json!(["event:create", { "eventId": "match", "sport": "cricket", "title": "A match" }]);
    send(&mut scorer, format!("42/admin,0{event}")).await;
    until(&mut scorer, "43/admin,0").await;
    let (mut same, mut other) = (watch(&here).await, watch(&there).await);

    let (mut to_same, mut to_other, mut between) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..updates {
        let filling = "x".repeat(200);
        let update = json!(["score", { "eventId": "match", "data": { "n": n, "filling": filling } }]);
        let sent = Instant::now();
        send(&mut scorer, format!("42/admin,1{update}")).await;
        let (here, there) =
            tokio::join!(received(&mut same, "42[\"score\""), received(&mut other, "42[\"score\""));
        until(&mut scorer, "43/admin,1").await;
        to_same.push(here - sent);
        to_other.push(there - sent);
        between.push(there.saturating_duration_since(here));
        tokio::time::sleep(EVERY.saturating_sub(sent.elapsed())).await;
    }
    println!("{updates} updates, one every {EVERY:?}; milliseconds       p50      p99      max");
    line("from the scorer to a viewer at the same node (with the commit)", &mut to_same);
    line("from the scorer to a viewer at the other node", &mut to_other);
    line("from the viewer at the same node to the one at the other", &mut between);
    drop((first, second));
    postgres.execute(AssertSqlSafe(format!("drop database {name} with (force)"))).await.expect("it goes");
}

fn line(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    println!("{what:<62} {:>8.2} {:>8.2} {:>8.2}", at(50), at(99), at(100));
}

fn program(arguments: &[&str], url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchline"));
    command.args(arguments).env_clear().env("DATABASE_URL", url).kill_on_drop(true);
    command
}

/// A node and its address.
async fn node(url: &str, secret: &str) -> (Child, String) {
    let mut child = program(&["serve"], url)
        .env("BIND_ADDR", "127.0.0.1:0")
        .env("SECRET_KEY", secret)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let line = timeout(DEADLINE, lines.next_line()).await.expect("it starts in time");
    let line = line.expect("text").expect("it says where it listens");
    let (_, place) = line.rsplit_once("http://").expect("an address");
    (child, place.to_owned())
}

async fn token(url: &str) -> String {
    let arguments = ["token", "create", "--email", "bench@example.org", "--role", "admin"];
    let output = program(&arguments, url).output().await.expect("the program runs");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

async fn connect(place: &str, namespace: &str, auth: &Value) -> Stream {
    let url = format!("ws://{place}/socket.io/?EIO=4&transport=websocket");
    let (mut stream, _) = connect_async(url).await.expect("a WebSocket");
    if let MaybeTlsStream::Plain(tcp) = stream.get_ref() {
        tcp.set_nodelay(true).expect("the system accepts it");
    }
    send(&mut stream, format!("40{namespace}{auth}")).await;
    until(&mut stream, &format!("40{namespace}")).await;
    stream
}

async fn watch(place: &str) -> Stream {
    let mut stream = connect(place, "", &json!({})).await;
    send(&mut stream, format!("420{}", json!(["join", "match"]))).await;
    until(&mut stream, "430").await;
    stream
}

async fn send(stream: &mut Stream, text: String) {
    stream.send(Message::text(text)).await.expect("the node reads");
}

/// Reads until a frame starts with `wanted`; answers Engine.IO's pings.
async fn until(stream: &mut Stream, start: &str) {
    loop {
        let frame = timeout(DEADLINE, stream.next()).await.expect("a message in time");
        let Some(Ok(Message::Text(text))) = frame else { panic!("the node closed: {frame:?}") };
        if text.starts_with(start) {
            return;
        }
        if text.as_str() == "2" {
            send(stream, "3".to_owned()).await;
        }
    }
}

/// When a frame with this start arrived.
async fn received(stream: &mut Stream, start: &str) -> Instant {
    until(stream, start).await;
    Instant::now()
}
