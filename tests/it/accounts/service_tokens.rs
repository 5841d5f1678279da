//! Service tokens and the lifetime of credentials: ending one ends everything opened with it.

use std::net::SocketAddr;
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::interval;

use super::each_url;
use super::server::{NO_LIMITS, Server};
use super::socket::{Seen, Socket};
use crate::databases::{execute, query};
use crate::http::{DEADLINE, call, pause, until};
use crate::packet::Packet;
use crate::plain::Plain;
use crate::polling::Poller;
use crate::server::Server as Program;

/// The id of an account's token, as `touchline token list` shows it.
async fn id_of(program: &Program, name: &str) -> String {
    let line = line_of(program, name).await;
    line.split(' ').next().expect("an id").to_owned()
}

/// The line of an account's token in `touchline token list`.
async fn line_of(program: &Program, name: &str) -> String {
    let listed = program.token_command(&["list"]).await;
    let line = listed.lines().find(|line| line.contains(&format!("{name}@example.org")));
    line.expect("the token is listed").to_owned()
}

/// Waits until the line of a token in `touchline token list` is as wanted.
async fn until_line(program: &Program, name: &str, wanted: impl Fn(&str) -> bool) {
    let mut ticks = interval(Duration::from_millis(200));
    let wait = async {
        while !wanted(&line_of(program, name).await) {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(DEADLINE, wait).await.expect("the list shows it in time");
}

/// Everything that can be opened with a token.
pub struct Opened {
    admin: Socket,
    viewer: Socket,
    poller: Poller,
    plain: Plain,
    stream: JoinHandle<()>,
}

impl Opened {
    /// Opens everything, in the event `match`.
    pub async fn with(server: &Server, token: &str) -> Self {
        let address = server.program.address;
        let admin = Socket::connect(server, "/admin", Some(token)).await.expect("it connects");
        let mut viewer = Socket::connect(server, "/", Some(token)).await.expect("it connects");
        assert_eq!(viewer.ask("join", json!({ "eventId": "match" })).await["ok"], true);
        let poller = Poller::open(&server.program).await.connect("/admin", &json!({ "token": token })).await;
        let (plain, _) = Plain::joined(address, &format!("eventId=match&token={token}")).await;
        let stream = tokio::spawn(follow(address, token.to_owned()));
        server.program.until_metric("touchline_sockets", "stream", |streams| streams > 0.5).await;
        Self { admin, viewer, poller, plain, stream }
    }

    /// Waits until everything has ended.
    pub async fn end(self, server: &Server) {
        let ended = async {
            let Self { mut admin, mut viewer, mut poller, mut plain, stream } = self;
            assert_eq!(admin.next().await, Seen::Closed);
            while viewer.next().await != Seen::Closed {}
            while !matches!(poller.next().await, Packet::Closed(_)) {}
            let (closed, _) = plain.end().await;
            assert_eq!(closed.map(|(code, _)| code), Some(4401));
            stream.await.expect("it is read");
            server.program.until_metric("touchline_sockets", "stream", |streams| streams < 0.5).await;
        };
        // One deadline for all, because pings and pulses keep arriving while a socket is open.
        tokio::time::timeout(DEADLINE, ended).await.expect("all of it ends in time");
    }
}

/// Reads a stream of server-sent events to its end.
async fn follow(address: SocketAddr, token: String) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let stream = call(address, Method::GET, "/api/events/match/stream", &headers, String::new()).await;
    // The stream may be closed in the middle of a chunk.
    if let Ok(reply) = stream {
        assert_eq!(reply.status, StatusCode::OK);
    }
}

/// Asserts that a token is refused everywhere.
async fn assert_refused(server: &Server, token: &str) {
    for namespace in ["/", "/admin"] {
        let refused = Socket::connect(server, namespace, Some(token)).await.err();
        assert_eq!(refused.as_deref(), Some("unauthenticated"));
    }
    assert_eq!(server.me(token).await.code(), "unauthenticated");
}

#[tokio::test]
async fn a_service_token_that_is_revoked_or_runs_out_closes_whatever_it_has_opened() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let _admin = server.program.admin_with_event("match").await;
        let (kept, desk) = (
            server.program.token("ann", "admin", &[]).await,
            server.program.token("bob", "admin", &[]).await,
        );
        let mut other = Socket::connect(&server, "/admin", Some(&kept)).await.expect("it connects");
        let opened = Opened::with(&server, &desk).await;
        server.program.token_command(&["revoke", &id_of(&server.program, "bob").await]).await;
        opened.end(&server).await;
        assert_refused(&server, &desk).await;

        let feed = server.program.token("cid", "admin", &[]).await;
        let opened = Opened::with(&server, &feed).await;
        // As if it had expired.
        execute(
            url,
            "update service_tokens set expires_at = '2026-01-01T00:00:00.000Z' where user_id =
            (select id from users where email = 'cid@example.org')",
        )
        .await
        .unwrap();
        opened.end(&server).await;
        assert_refused(&server, &feed).await;
        assert!(line_of(&server.program, "cid").await.contains("  expired  "));
        assert_eq!(other.ask("event:list", json!({})).await["ok"], true, "another token is not touched");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_listed_with_its_end_and_its_last_use() {
    each_url(async |url| {
        // A shorter TTL makes the server record the use of sockets sooner.
        let server = Server::start(url, &[("SESSION_TTL", "100s")]).await;
        let program = &server.program;
        let create = ["create", "--role", "admin", "--email"];
        let month =
            program.token_command(&[&create[..], &["ann@example.org", "--expires", "30d"]].concat()).await;
        let desk = program.token("bob", "admin", &[]).await;
        let days: Vec<(bool,)> = query(
            url,
            "select substr(cast(expires_at as text), 1, 10) > substr(cast(created_at as text), 1, 10)
             from service_tokens where expires_at is not null",
        )
        .await;
        assert_eq!(days, [(true,)]);
        let (ann, bob) = (line_of(program, "ann").await, line_of(program, "bob").await);
        assert!(ann.contains("  live     ") && ann.contains("used never  expires 20"), "{ann}");
        assert!(bob.contains("used never  expires never"), "{bob}");

        // Used by a call, a connection, and a message on a long-open socket.
        assert_eq!(server.me(&month).await.status, StatusCode::OK);
        let mut socket = Socket::connect(&server, "/admin", Some(&desk)).await.expect("it connects");
        for name in ["ann", "bob"] {
            until_line(program, name, |line| line.contains("used 20")).await;
        }
        execute(url, "update service_tokens set last_used_at = null").await.unwrap();
        assert_eq!(socket.ask("event:list", json!({})).await["ok"], true);
        until_line(program, "bob", |line| line.contains("used 20")).await;
        assert!(line_of(program, "ann").await.contains("used never"));
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_as_old_as_one_may_be_however_much_it_is_used() {
    each_url(async |url| {
        let settings = [&NO_LIMITS[..], &[("SESSION_TTL", "3s"), ("SESSION_MAX", "9s")]].concat();
        let server = Server::start(url, &settings).await;
        let ann = server.sign_in("ann@example.org", "phone").await;
        let mut socket = Socket::connect(&server, "/", Some(&ann.token)).await.expect("it connects");
        let used = async {
            while socket.ask_or_end("heartbeat", Value::Null).await.is_some() {
                server.me(&ann.token).await;
                pause().await;
            }
        };
        tokio::time::timeout(DEADLINE, used).await.expect("it exits in time");
        assert_eq!(server.me(&ann.token).await.code(), "unauthenticated");

        server.stop().await;

        // The setting also applies to earlier sessions.
        let server = Server::start(url, &NO_LIMITS).await;
        let bob = server.sign_in("bob@example.org", "phone").await;
        server.stop().await;
        let server = Server::start(url, &[&NO_LIMITS[..], &[("SESSION_MAX", "3s")]].concat()).await;
        let ended = async || server.me(&bob.token).await.status != StatusCode::OK;
        until("the session ends", ended).await;
    })
    .await;
}
