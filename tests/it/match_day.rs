//! A match day from an empty database, without a Socket.IO client on the scorers' side: fixtures from a file, one match scored by curl,
//! another by a program in Python, and a `kill -9` in the middle of each. Nothing that was answered is lost, and no viewer gets
//! anything twice.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::databases::{Folder, each_url};
use crate::history::{History, merge, number};
use crate::http::{DEADLINE, pause, until};
use crate::packet::Packet;
use crate::server::{Server, run};
use crate::soak;
use crate::socket::Client;

/// Fixtures in the file.
const FIXTURES: usize = 60;
/// The rate of the program in Python, in updates a second.
const RATE: usize = 200;

/// Publishes COUNT updates to EVENT at RATE a second, each with a key of its own, and prints `seq milliseconds` for each answer. An
/// update that is not answered is sent again with the same key.
const FEED: &str = r#"
import http.client, json, os, time
host, token, event = os.environ["HOST"], os.environ["TOKEN"], os.environ["EVENT"]
count, rate = int(os.environ["COUNT"]), int(os.environ["RATE"])
connection, begun = None, time.monotonic()
for n in range(count):
    time.sleep(max(0, begun + n / rate - time.monotonic()))
    while True:
        try:
            connection = connection or http.client.HTTPConnection(host, timeout=30)
            sent = time.monotonic()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": f"ball-{n}"}
            connection.request("POST", f"/api/events/{event}/updates", json.dumps({"data": {"n": n, f"k{n % 7}": n}}), headers)
            answer = connection.getresponse()
            body = json.load(answer)
            if answer.status in (200, 201):
                break
            if answer.status not in (429, 503):
                raise SystemExit(f"{answer.status}: {body}")
        except (OSError, http.client.HTTPException):
            connection = None
        time.sleep(0.05)
    print(body["seq"], (time.monotonic() - sent) * 1000, flush=True)
"#;

/// Makes or changes the fixtures by `touchline import`, while the server runs.
async fn import_fixtures(server: &Server) {
    let folder = Folder::new();
    let file = folder.0.join("fixtures.csv");
    let mut csv = "eventId,sport,title,startsAt,venue,competition,competitors\n".to_owned();
    for n in 0..FIXTURES {
        let line = format!(
            "m{n},cricket,Home {n} v Away {n},2026-12-{:02}T10:30:00Z,Ground {},league|The League,Home {n}|Away {n}\n",
            n % 28 + 1,
            n % 4
        );
        csv.push_str(&line);
    }
    std::fs::write(&file, csv).expect("the file is written");
    let file = file.display().to_string();
    for outcome in ["created", "unchanged"] {
        let done = run(&["import", &file], &[("DATABASE_URL", &server.database_url)]).await;
        assert!(done.status.success(), "{done:?}");
        let said = String::from_utf8(done.stdout).expect("text");
        assert_eq!(said.lines().filter(|line| line.contains(outcome)).count(), FIXTURES, "{said}");
    }
}

/// Runs curl with these arguments, and returns the answer's body. `None` if no answer came.
async fn curl(
    server: SocketAddr,
    token: &str,
    method: &str,
    path: &str,
    key: &str,
    body: &Value,
) -> Option<Value> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail-with-body", "--max-time", "30", "-X", method])
        .args(["-H", &format!("Authorization: Bearer {token}"), "-H", "Content-Type: application/json"])
        .args([
            "-H",
            &format!("Idempotency-Key: {key}"),
            "-d",
            &body.to_string(),
            &format!("http://{server}{path}"),
        ])
        .output()
        .await
        .expect("curl runs");
    let answer = serde_json::from_slice(&output.stdout).ok();
    assert!(output.status.success() || answer.is_none(), "{path}: {answer:?}");
    answer
}

/// The data of curl's `n`th update.
fn ball(n: i64) -> Value {
    json!({ "n": n, format!("k{}", n % 5): n, "summary": { "sides": [{ "name": "Home", "score": n }] } })
}

/// Publishes this many updates by curl, each until it is answered, and tells how many were.
async fn score_by_curl(server: SocketAddr, token: String, count: i64, answered: watch::Sender<i64>) {
    for n in 0..count {
        let body = json!({ "data": ball(n) });
        let answer = loop {
            match curl(server, &token, "POST", "/api/events/m0/updates", &format!("over-{n}"), &body).await {
                Some(answer) => break answer,
                None => pause().await,
            }
        };
        assert_eq!((&answer["ok"], number(&answer["seq"])), (&json!(true), n + 1), "{answer}");
        answered.send_replace(n + 1);
    }
}

/// A viewer that comes back when its connection breaks, until it has this update.
async fn watch_until(
    server: SocketAddr,
    event: &'static str,
    last: i64,
    here: watch::Sender<usize>,
) -> History {
    let mut history = History::default();
    while !history.has_state_of(last) {
        let Ok(client) = Client::try_open(server, "").await else {
            pause().await;
            continue;
        };
        let mut client = client.connect("/", &Value::Null).await.expect("guests are let in");
        let since = history.since();
        history.join(&mut client, event, since).await;
        here.send_modify(|here| *here += 1);
        while !history.has_state_of(last) {
            match client.next().await {
                Packet::Closed(_) => break,
                packet => history.take(&packet),
            }
        }
    }
    history
}

/// The program in Python, and its answers.
struct Feed {
    child: Child,
    answers: Lines<BufReader<ChildStdout>>,
    /// Milliseconds from the request to the answer.
    took: Vec<f64>,
}

impl Feed {
    fn start(server: SocketAddr, token: &str, count: i64) -> Self {
        let mut child = Command::new("python3")
            .args(["-c", FEED])
            .env("HOST", server.to_string())
            .env("TOKEN", token)
            .env("EVENT", "m1")
            .env("COUNT", count.to_string())
            .env("RATE", RATE.to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("python3 runs");
        let answers = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        Self { child, answers, took: Vec::new() }
    }

    /// Reads answers until there are this many. Each is the next update.
    async fn until(&mut self, answered: i64) {
        while i64::try_from(self.took.len()).expect("few") < answered {
            let line = tokio::time::timeout(DEADLINE, self.answers.next_line()).await.expect("answers come");
            let line = line.expect("text").expect("the program goes on");
            let (seq, took) = line.split_once(' ').expect("two numbers");
            assert_eq!(seq.parse(), Ok(self.took.len() + 1), "{line}");
            self.took.push(took.parse().expect("milliseconds"));
        }
    }

    fn p99(&self) -> f64 {
        let mut took = self.took.clone();
        took.sort_by(f64::total_cmp);
        took[took.len() * 99 / 100]
    }
}

/// What the state must be after these updates.
fn state_of(updates: impl Iterator<Item = Value>) -> Value {
    let mut state = Value::Null;
    updates.for_each(|data| merge(&mut state, &data));
    state
}

#[tokio::test]
async fn a_match_day_without_socket_io_loses_nothing_that_was_answered() {
    let (by_curl, by_feed) = (40, i64::try_from(soak::count(300, 60 * RATE)).expect("a count"));
    let viewers = soak::count(6, 500);
    each_url(async |url| {
        let mut server = Server::start(url, &[]).await;
        import_fixtures(&server).await;
        let token = server.token("desk", "scorer", &["m0", "m1"]).await;
        for event in ["m0", "m1"] {
            let path = format!("/api/events/{event}/status");
            let live = json!({ "status": "live" });
            let answer = curl(server.address, &token, "PUT", &path, "start", &live).await.expect("an answer");
            assert_eq!(answer["event"]["status"], "live");
        }
        let here = watch::Sender::new(0);
        let mut watching = JoinSet::new();
        for _ in 0..viewers {
            watching.spawn(watch_until(server.address, "m0", by_curl, here.clone()));
            watching.spawn(watch_until(server.address, "m1", by_feed, here.clone()));
        }
        let all_are_here = async |times: usize| {
            until("every viewer is here", async || *here.borrow() >= 2 * viewers * times).await;
        };
        all_are_here(1).await;

        let answered = watch::Sender::new(0);
        let curls = tokio::spawn(score_by_curl(server.address, token.clone(), by_curl, answered.clone()));
        until("half is answered", async || *answered.borrow() >= by_curl / 2).await;
        server.kill().await;
        server.restart().await;
        all_are_here(2).await;
        tokio::time::timeout(2 * DEADLINE, curls).await.expect("it goes on").expect("all is answered");

        let mut feed = Feed::start(server.address, &token, by_feed);
        feed.until(by_feed / 2).await;
        server.kill().await;
        server.restart().await;
        feed.until(by_feed).await;
        assert!(feed.child.wait().await.expect("it ends").success());
        println!("{} answers to the program, p99 {:.1} ms, {viewers} viewers", feed.took.len(), feed.p99());
        soak::took_less(Duration::from_secs_f64(feed.p99() / 1000.0), Duration::from_millis(50));

        let states = [
            (by_curl, state_of((0..by_curl).map(ball))),
            (by_feed, state_of((0..by_feed).map(|n| json!({ "n": n, format!("k{}", n % 7): n })))),
        ];
        let seen = tokio::time::timeout(2 * DEADLINE, watching.join_all()).await.expect("all updates come");
        for history in seen {
            assert!(
                states.iter().any(|(seq, state)| (*seq, state) == (history.seq, &history.state)),
                "{history:?}"
            );
        }
        for (event, (seq, state)) in ["m0", "m1"].into_iter().zip(&states) {
            let stored = server.event(event).await;
            assert_eq!((number(&stored["seq"]), &stored["snapshot"]), (*seq, state));
        }
        let list = server.get("/api/events?status=live").await.json();
        let score = list["events"].as_array().expect("a list").iter().find(|event| event["eventId"] == "m0");
        assert_eq!(score.expect("it is live")["summary"]["sides"][0]["score"], (by_curl - 1).to_string());
    })
    .await;
}
