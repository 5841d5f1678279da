//! Requests of clients that are not signed in wait for the database behind scorers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::interval;
use uuid::Uuid;

use super::each_url;
use super::server::{Answered, NO_LIMITS, Server};
use crate::http::DEADLINE;
use crate::soak;

/// The most anonymous writes that can wait at once.
const PLACES: usize = 256;

/// A timeout longer than any test waits for an answer.
const PATIENT: (&str, &str) = ("DATABASE_TIMEOUT", "2m");

/// A lock held by another program that blocks storing codes; on SQLite, all writes.
enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Held {
    async fn hold(url: &str) -> Self {
        if url.starts_with("sqlite") {
            let mut connection = SqliteConnection::connect(url).await.expect("the database opens");
            connection.execute("begin immediate").await.expect("nobody writes now");
            Self::Sqlite(connection)
        } else {
            let mut connection = PgConnection::connect(url).await.expect("the database opens");
            let lock = "begin; lock table challenges in exclusive mode";
            connection.execute(lock).await.expect("nobody writes now");
            Self::Postgres(connection)
        }
    }

    async fn release(self) {
        match self {
            Self::Sqlite(mut connection) => connection.execute("rollback").await.map(|_| ()),
            Self::Postgres(mut connection) => connection.execute("rollback").await.map(|_| ()),
        }
        .expect("the transaction ends");
    }

    fn stops_scores(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

async fn sign_up_from(server: &Server, network: usize) -> Answered {
    let address = format!("10.0.{}.{}", network / 256, network % 256);
    let body = json!({ "email": format!("fan{network}@example.org"), "name": "Fan" });
    let headers = [("x-forwarded-for", address.as_str())];
    server.call_with(Method::POST, "/api/auth/signup", &headers, Some(body)).await
}

#[tokio::test]
async fn made_up_challenges_are_refused_without_a_write() {
    each_url(async |url| {
        let server = Server::start(url, &[&NO_LIMITS[..], &[PATIENT]].concat()).await;
        let (challenge, code) = server.challenge("ann@example.org").await;
        let held = Held::hold(url).await;
        let made_up = (0..50).map(|_| async {
            let answer = server.verify(&Uuid::now_v7().to_string(), "12345678", "phone").await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "wrong_code"));
        });
        futures_util::future::join_all(made_up).await;
        held.release().await;

        assert_eq!(server.verify(&challenge, &code, "phone").await.status, StatusCode::OK);
        // The challenge has ended, so this needs no write.
        let held = Held::hold(url).await;
        assert_eq!(server.verify(&challenge, &code, "phone").await.code(), "already_used");
        held.release().await;
    })
    .await;
}

#[tokio::test]
async fn a_score_does_not_wait_behind_sign_ups_that_hang() {
    each_url(async |url| {
        let settings = [&NO_LIMITS[..], &[PATIENT, ("TRUST_PROXY", "true")]].concat();
        let server = Server::start(url, &settings).await;
        let mut admin = server.program.admin_with_event("match").await;
        let held = Held::hold(url).await;
        let mut waiting: JoinSet<_> = JoinSet::new();
        let server = Arc::new(server);
        for network in 0..PLACES + 20 {
            let server = server.clone();
            waiting.spawn(async move { sign_up_from(&server, network).await });
        }
        for _ in 0..20 {
            let refused = tokio::time::timeout(DEADLINE, waiting.join_next()).await;
            let refused = refused.expect("the lane is full").expect("it was asked").expect("it exits with 0");
            assert_eq!((refused.status, refused.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
            assert!(refused.headers.contains_key("retry-after"), "{refused:?}");
        }

        let score = json!({ "eventId": "match", "data": { "n": 1 } });
        if held.stops_scores() {
            // Nothing is written while the lock is held, and the score is first after it.
            let (_, ()) = tokio::join!(admin.done("score", &score), held.release());
        } else {
            admin.done("score", &score).await;
            assert_eq!(waiting.len(), PLACES, "nobody has got through to the codes");
            held.release().await;
        }
        while let Some(answer) = waiting.join_next().await {
            assert_eq!(answer.expect("it exits with 0").status, StatusCode::ACCEPTED);
        }
        // Logged once with its own message, and once when it is over.
        let mut network = 2 * PLACES;
        let mut ticks = interval(Duration::from_millis(100));
        let deadline = Instant::now() + DEADLINE;
        while !server.log().contains("there is room again") {
            ticks.tick().await;
            sign_up_from(&server, network).await;
            network += 1;
            assert!(Instant::now() < deadline, "{}", server.log());
        }
        let log = server.log();
        for (words, count) in [
            ("too many requests from clients that have not signed in", 1),
            ("there is room again", 1),
            ("database unavailable", 0),
        ] {
            assert_eq!(log.matches(words).count(), count, "{words}: {log}");
        }
    })
    .await;
}

/// Sends made-up challenges over one connection, one after another.
async fn guess_for_ever(server: SocketAddr, answers: Arc<AtomicU64>) {
    let body = json!({ "challengeId": Uuid::now_v7(), "code": "12345678", "device": { "id": "x" } });
    let body = body.to_string();
    let request = format!(
        "POST /api/auth/verify HTTP/1.1\r\nhost: {server}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = BufReader::new(TcpStream::connect(server).await.expect("the server accepts"));
    loop {
        stream.get_mut().write_all(request.as_bytes()).await.expect("the server reads");
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            assert!(stream.read_line(&mut line).await.expect("the connection holds") > 0, "it was closed");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.expect("the connection holds");
        let body = String::from_utf8_lossy(&body);
        // Some of this many requests wait too long.
        let is_refused = ["wrong_code", "unavailable"].iter().any(|code| body.contains(code));
        assert!(is_refused, "{body}");
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_score_is_taken_while_thousands_guess_at_codes() {
    each_url(async |url| {
        let server = Server::start(url, &[("LOG_LEVEL", "warn")]).await;
        let mut admin = server.program.admin_with_event("match").await;
        let (address, answers) = (server.program.address, Arc::new(AtomicU64::new(0)));
        let mut guessing: JoinSet<()> = JoinSet::new();
        for _ in 0..soak::count(50, 6_000) {
            guessing.spawn(guess_for_ever(address, answers.clone()));
        }
        let guessed = || answers.load(Ordering::Relaxed);
        let mut ticks = interval(Duration::from_millis(10));
        while guessed() < soak::count(50, 6_000) as u64 {
            ticks.tick().await;
            assert!(guessing.try_join_next().is_none(), "a guess failed");
        }
        let mut took = Vec::new();
        for n in 0..soak::count(20, 100) {
            let asked = Instant::now();
            admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
            took.push(asked.elapsed());
        }
        took.sort();
        let p99 = took[(took.len() - 1) * 99 / 100];
        println!("{} guesses; a score: median {:?}, p99 {p99:?}", guessed(), took[took.len() / 2]);
        assert!(!soak::is_on() || p99 <= Duration::from_millis(250), "{took:?}");
        guessing.abort_all();
    })
    .await;
}
