//! One device per account: the effect of a login on the other device, its token and its sockets.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use serde_json::json;

use super::mailbox::Mailbox;
use super::server::{NO_LIMITS, Server, signed_in};
use super::socket::{Seen, Socket};
use super::{each_url, times};
use crate::databases::{PostgresDatabase, query};
use crate::http::pause;
use crate::soak;

/// The number of live sessions in the database.
async fn live_sessions(url: &str) -> i64 {
    let rows: Vec<(i64,)> = query(url, "select count(*) from sessions where ending is null").await;
    rows[0].0
}

/// Asserts that a socket is notified that its session was replaced, is disconnected, and its connection ends.
async fn assert_replaced(socket: &mut Socket, device: &str, since: Instant) {
    let Seen::Message(name, replaced) = socket.next().await else { panic!("a message comes first") };
    assert_eq!(name, "session:replaced");
    assert_eq!(replaced["device"], json!({ "name": device }));
    assert!(replaced["at"].as_i64() > Some(1_700_000_000_000), "{replaced}");
    assert_eq!(socket.next().await, Seen::Disconnected);
    soak::took_less(since.elapsed(), Duration::from_secs(1));
    assert_eq!(socket.next().await, Seen::Closed);
}

#[tokio::test]
async fn the_whole_way_by_mail_from_sign_up_to_the_second_device() {
    each_url(async |url| {
        let mut mailbox = Mailbox::start().await;
        let smtp = format!("smtp://127.0.0.1:{}", mailbox.port);
        let mail = [("SMTP_URL", smtp.as_str()), ("MAIL_FROM", "Scores <scores@example.org>")];
        let server = Server::start(url, &[&NO_LIMITS[..], &mail].concat()).await;

        let asked = server.sign_up("Ann@example.org").await;
        assert_eq!(asked.status, StatusCode::ACCEPTED);
        assert_eq!((&asked.body["ok"], &asked.body["expiresInMs"]), (&json!(true), &json!(600_000)));
        let challenge = asked.body["challengeId"].as_str().unwrap();
        let code = mailbox.mail_to("Ann@example.org").await.code();
        let phone = signed_in(&server.verify(challenge, &code, "phone").await);
        assert!(!phone.replaced);
        let me = server.me(&phone.token).await;
        let user = json!({ "id": phone.user, "email": "Ann@example.org", "name": "Ann", "roles": [] });
        assert_eq!(me.body, json!({ "ok": true, "user": user }));

        let desk = server.program.token("desk", "admin", &[]).await;
        let mut admin = Socket::connect(&server, "/admin", Some(&desk)).await.unwrap();
        let event = json!({ "eventId": "1", "sport": "chess", "title": "A game" });
        assert_eq!(admin.ask("event:create", event).await["ok"], true);
        let mut on_phone = Socket::connect(&server, "/", Some(&phone.token)).await.unwrap();
        let joined = on_phone.ask("join", json!({ "eventId": "1", "id": "somebody else" })).await;
        assert_eq!(joined["viewerId"], phone.user.as_str(), "the account counts, not what it calls itself");
        let mut in_tab =
            Socket::connect_with(&server, "/", &json!({}), &format!("&token={}", phone.token)).await.unwrap();
        let joined = in_tab.ask("join", json!("1")).await;
        assert_eq!(joined["viewers"], json!({ "total": 1, "users": 1, "guests": 0 }), "tabs share a session");
        let mut guest = Socket::connect(&server, "/", None).await.unwrap();
        let joined = guest.ask("join", json!({ "eventId": "1", "id": "bob" })).await;
        assert_eq!(joined["viewers"], json!({ "total": 2, "users": 1, "guests": 1 }));

        let asked = server.log_in("ann@EXAMPLE.org").await;
        let code = mailbox.mail_to("Ann@example.org").await.code();
        let started = Instant::now();
        let laptop = server.verify(asked.body["challengeId"].as_str().unwrap(), &code, "laptop").await;
        let laptop = signed_in(&laptop);
        assert!(laptop.replaced && laptop.user == phone.user);
        assert_replaced(&mut on_phone, "laptop's name", started).await;
        assert_replaced(&mut in_tab, "laptop's name", started).await;
        let me = server.me(&phone.token).await;
        assert_eq!((me.status, me.code()), (StatusCode::UNAUTHORIZED, "session_replaced"));
        for namespace in ["/", "/admin"] {
            let refused = Socket::connect(&server, namespace, Some(&phone.token)).await.err();
            assert_eq!(refused.as_deref(), Some("session_replaced"));
        }
        assert_eq!(server.me(&laptop.token).await.status, StatusCode::OK);
        assert_eq!(live_sessions(url).await, 1);
        assert!(mailbox.unread().is_empty());
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_device_again_gets_a_new_token_and_its_old_sockets_close_without_a_word() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let first = server.sign_in("ann@example.org", "phone").await;
        let mut socket = Socket::connect(&server, "/", Some(&first.token)).await.unwrap();
        let second = server.sign_in("ann@example.org", "phone").await;
        let started = Instant::now();
        assert!(!second.replaced);
        assert_eq!(socket.next().await, Seen::Closed);
        soak::took_less(started.elapsed(), Duration::from_secs(1));
        assert_eq!(server.me(&first.token).await.code(), "unauthenticated");
        assert_eq!(Socket::connect(&server, "/", Some(&first.token)).await.err().unwrap(), "unauthenticated");
        assert_eq!(server.me(&second.token).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_logout_ends_the_token_and_closes_the_sockets() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let phone = server.sign_in("ann@example.org", "phone").await;
        let mut socket = Socket::connect(&server, "/", Some(&phone.token)).await.unwrap();
        let started = Instant::now();
        let logout = server.call(Method::POST, "/api/auth/logout", Some(&phone.token), None).await;
        assert_eq!(logout.status, StatusCode::NO_CONTENT);
        assert_eq!(socket.next().await, Seen::Closed);
        soak::took_less(started.elapsed(), Duration::from_secs(1));
        for path in ["/api/auth/logout", "/api/me"] {
            let method = if path == "/api/me" { Method::GET } else { Method::POST };
            let again = server.call(method, path, Some(&phone.token), None).await;
            assert_eq!((again.status, again.code()), (StatusCode::UNAUTHORIZED, "unauthenticated"));
        }
        let service = server.program.token("desk", "scorer", &[]).await;
        let refused = server.call(Method::POST, "/api/auth/logout", Some(&service), None).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "forbidden"));
        assert_eq!(server.me(&service).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_used_lives_and_one_that_is_not_ends_with_its_sockets() {
    each_url(async |url| {
        let server = Server::start(url, &[&NO_LIMITS[..], &[("SESSION_TTL", "5s")]].concat()).await;
        let (ann, bob) = (server.sign_in("ann@b.org", "a").await, server.sign_in("bob@b.org", "b").await);
        let eve = server.sign_in("eve@b.org", "e").await;
        let started = Instant::now();
        let mut silent = Socket::connect(&server, "/", Some(&bob.token)).await.unwrap();
        let mut busy = Socket::connect(&server, "/", Some(&ann.token)).await.unwrap();
        let silence = tokio::spawn(async move { (silent.next().await, started.elapsed()) });
        while !silence.is_finished() || started.elapsed() < Duration::from_secs(10) {
            assert_eq!(busy.ask("ping", json!(null)).await["ok"], true, "messages keep a session alive");
            assert_eq!(server.me(&eve.token).await.status, StatusCode::OK, "calls keep a session alive");
            assert!(started.elapsed() < Duration::from_mins(1), "the silent one is closed");
            pause().await;
        }
        let (seen, after) = silence.await.unwrap();
        assert_eq!(seen, Seen::Closed);
        assert!(after > Duration::from_secs(4), "{after:?}");
        soak::took_less(after, Duration::from_millis(6200));
        assert_eq!(server.me(&bob.token).await.code(), "unauthenticated");
        assert_eq!(server.me(&ann.token).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_newer_login_can_be_refused_and_keeps_its_code() {
    each_url(async |url| {
        let server = Server::start(url, &[&NO_LIMITS[..], &[("SINGLE_DEVICE", "reject")]].concat()).await;
        let phone = server.sign_in("ann@example.org", "phone").await;
        let (challenge, code) = server.challenge("ann@example.org").await;
        let refused = server.verify(&challenge, &code, "laptop").await;
        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "conflict"));
        assert_eq!(server.me(&phone.token).await.status, StatusCode::OK);
        server.call(Method::POST, "/api/auth/logout", Some(&phone.token), None).await;
        assert!(!signed_in(&server.verify(&challenge, &code, "laptop").await).replaced);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ended_on_another_node_closes_its_sockets_here() {
    let database = PostgresDatabase::create().await;
    let url = &database.url;
    let (here, there) = (Server::start(url, &NO_LIMITS).await, Server::start(url, &NO_LIMITS).await);
    let phone = here.sign_in("ann@example.org", "phone").await;
    let mut socket = Socket::connect(&here, "/", Some(&phone.token)).await.unwrap();
    let laptop = there.sign_in("ann@example.org", "laptop").await;
    assert!(laptop.replaced);
    assert_replaced(&mut socket, "laptop's name", Instant::now()).await;
    assert_eq!(here.me(&laptop.token).await.status, StatusCode::OK);
    assert_eq!(here.me(&phone.token).await.code(), "session_replaced");
    drop((here, there));
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_devices_with_one_code_at_the_same_instant_one_gets_in() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        for round in 0..times(50, 1000) {
            // Each account takes part twice: first new, then with a third device signed in.
            let email = format!("player{}@example.org", round / 2);
            let with_third = round % 2 == 1;
            let third = if with_third { Some(server.sign_in(&email, "tablet").await) } else { None };
            let (challenge, code) = server.challenge(&email).await;
            let (phone, laptop) = tokio::join!(
                server.verify(&challenge, &code, "phone"),
                server.verify(&challenge, &code, "laptop")
            );
            let (winner, loser) =
                if phone.status == StatusCode::OK { (phone, laptop) } else { (laptop, phone) };
            assert_eq!((loser.status, loser.code()), (StatusCode::CONFLICT, "already_used"), "round {round}");
            let winner = signed_in(&winner);
            assert_eq!(winner.replaced, with_third);
            assert_eq!(server.me(&winner.token).await.status, StatusCode::OK);
            if let Some(third) = third {
                assert_eq!(server.me(&third.token).await.code(), "session_replaced");
            }
            assert_eq!(live_sessions(url).await, i64::try_from(round / 2).unwrap() + 1, "round {round}");
        }
    })
    .await;
}
