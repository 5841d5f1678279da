//! Nobody can lock out somebody else: a stranger's requests and attempts count for the stranger's network.

use http::{Method, StatusCode};
use serde_json::json;

use super::each_url;
use super::server::{Answered, NO_LIMITS, Server, another, signed_in};
use super::socket::Socket;
use crate::soak;

/// The networks of the owner, a stranger and others.
const OWNER: &str = "192.0.2.1";
const STRANGER: &str = "2001:db8:1:2::3";
const ELSEWHERE: &str = "198.51.100.7";
const OTHERS: [&str; 3] = ["203.0.113.1", "203.0.113.200", "2001:db8:7::1"];

/// A server that trusts `X-Forwarded-For`, with these limits and all others out of the way.
async fn server(url: &str, settings: &[(&str, &str)]) -> Server {
    let settings = [&NO_LIMITS[..], &[("TRUST_PROXY", "true")], settings].concat();
    Server::start(url, &settings).await
}

async fn log_in(server: &Server, email: &str, from: &str) -> Answered {
    let body = json!({ "email": email });
    server.call_with(Method::POST, "/api/auth/login", &[("x-forwarded-for", from)], Some(body)).await
}

/// Requests a code, and reads it from the output.
async fn challenge(server: &Server, email: &str, from: &str) -> (String, String) {
    let asked = log_in(server, email, from).await;
    (id(&asked), server.code_on_console(email).await)
}

fn id(asked: &Answered) -> String {
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{:?}", asked.body);
    asked.body["challengeId"].as_str().expect("a challenge").to_owned()
}

async fn verify(server: &Server, challenge: &str, code: &str, from: &str) -> Answered {
    let device = json!({ "id": "phone", "name": "Ann's phone" });
    let body = json!({ "challengeId": challenge, "code": code, "device": device });
    server.call_with(Method::POST, "/api/auth/verify", &[("x-forwarded-for", from)], Some(body)).await
}

/// Enters wrong codes for a challenge until no attempts are left.
async fn use_up(server: &Server, challenge: &str, from: &str) {
    for nth in 0..6 {
        let answer = verify(server, challenge, &another("12345678", nth), from).await;
        assert_eq!(answer.code(), if nth < 5 { "wrong_code" } else { "too_many_attempts" });
    }
}

fn wait(answer: &Answered) -> u64 {
    answer.body["error"]["retryAfterMs"].as_u64().expect("a time")
}

#[tokio::test]
async fn a_stranger_who_asks_and_types_wrong_codes_stops_neither_the_code_nor_the_mails_of_the_owner() {
    each_url(async |url| {
        let limits = [("OTP_PER_ADDRESS", "5/1h"), ("OTP_PER_ADDRESS_TOTAL", "20/1h")];
        let server = server(url, &limits).await;
        server.sign_in("ann@example.org", "phone").await;
        let (pending, code) = challenge(&server, "ann@example.org", OWNER).await;

        // The stranger's codes are sent to the owner; nobody else can read them.
        for stranger in std::iter::once(STRANGER).chain(OTHERS).take(soak::count(1, 4)) {
            for _ in 0..2 {
                let (theirs, _) = challenge(&server, "ann@example.org", stranger).await;
                use_up(&server, &theirs, stranger).await;
            }
        }
        let refused = log_in(&server, "ann@example.org", "2001:db8:1:ff::1").await;
        assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
        assert!((3_500_000..=3_600_001).contains(&wait(&refused)), "{}", wait(&refused));
        let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert_eq!(seconds, wait(&refused).div_ceil(1000));
        for _ in 0..5 {
            log_in(&server, "ann@example.org", STRANGER).await;
        }
        assert_eq!(log_in(&server, "ann@example.org", STRANGER).await.code(), "rate_limited");

        signed_in(&verify(&server, &pending, &code, OWNER).await);
        let (fresh, code) = challenge(&server, "ann@example.org", OWNER).await;
        signed_in(&verify(&server, &fresh, &code, OWNER).await);
    })
    .await;
}

#[tokio::test]
async fn the_right_code_is_taken_whatever_was_typed_before_for_other_challenges() {
    each_url(async |url| {
        let server = server(url, &[]).await;
        server.sign_in("ann@example.org", "phone").await;
        let (older, older_code) = challenge(&server, "ann@example.org", OWNER).await;
        let (newer, newer_code) = challenge(&server, "ann@example.org", OWNER).await;
        for _ in 0..2 {
            let (spoiled, right) = challenge(&server, "ann@example.org", OWNER).await;
            use_up(&server, &spoiled, OWNER).await;
            let late = verify(&server, &spoiled, &right, OWNER).await;
            assert_eq!(late.code(), "too_many_attempts", "a challenge ends with its tries");
        }
        // No new code from this network after so many wrong ones; but existing codes work, and other networks can ask.
        assert_eq!(log_in(&server, "ann@example.org", OWNER).await.code(), "too_many_attempts");
        for nth in 0..4 {
            let wrong = verify(&server, &newer, &another(&newer_code, nth), OWNER).await;
            assert_eq!(wrong.code(), "wrong_code");
        }
        for (challenge, code) in [(&newer, &newer_code), (&older, &older_code)] {
            signed_in(&verify(&server, challenge, code, OWNER).await);
            assert_eq!(verify(&server, challenge, code, OWNER).await.code(), "already_used");
        }
        let (fresh, code) = challenge(&server, "ann@example.org", ELSEWHERE).await;
        signed_in(&verify(&server, &fresh, &code, ELSEWHERE).await);
    })
    .await;
}

#[tokio::test]
async fn a_wider_bound_holds_for_an_account_over_all_networks() {
    each_url(async |url| {
        let server = server(url, &[("OTP_FAILURES_TOTAL", "12/1h")]).await;
        server.sign_in("ann@example.org", "phone").await;
        let (pending, code) = challenge(&server, "ann@example.org", OWNER).await;
        for nth in 0..3 {
            let from = format!("203.0.113.{nth}");
            let asked = log_in(&server, "ann@example.org", &from).await;
            use_up(&server, &id(&asked), &from).await;
        }
        let refused = log_in(&server, "ann@example.org", ELSEWHERE).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
        id(&log_in(&server, "bob@example.org", ELSEWHERE).await);
        signed_in(&verify(&server, &pending, &code, OWNER).await);
    })
    .await;
}

#[tokio::test]
async fn limits_are_the_same_for_an_address_without_an_account() {
    each_url(async |url| {
        let limits = [("OTP_PER_ADDRESS", "4/1h"), ("OTP_PER_ADDRESS_TOTAL", "6/1h")];
        let server = server(url, &limits).await;
        // Creates the account without an email.
        let admin = server.program.token("desk", "admin", &[]).await;
        let mut desk = Socket::connect(&server, "/admin", Some(&admin)).await.unwrap();
        let grant = json!({ "email": "ann@example.org", "role": "scorer" });
        assert_eq!(desk.ask("role:grant", grant).await["ok"], true);
        let mut seen = Vec::new();
        for email in ["ann@example.org", "nobody@example.org"] {
            let mut answers = Vec::new();
            let mut ask = async |from: &str| {
                let asked = log_in(&server, email, from).await;
                let wait = asked.body["error"]["retryAfterMs"].as_u64();
                answers.push((asked.status, asked.code().to_owned(), wait.map(|millis| millis / 600_000)));
                asked
            };
            for from in [STRANGER, ELSEWHERE] {
                let (first, second) = (ask(from).await, ask(from).await);
                use_up(&server, &id(&first), STRANGER).await;
                use_up(&server, &id(&second), ELSEWHERE).await;
            }
            for from in [STRANGER, OWNER, OWNER] {
                ask(from).await;
            }
            let codes: Vec<_> = answers.iter().map(|(_, code, _)| code.as_str()).collect();
            assert_eq!(codes, ["", "", "", "", "too_many_attempts", "", "rate_limited"], "{email}");
            seen.push(answers);
        }
        assert_eq!(seen[0], seen[1]);
    })
    .await;
}
