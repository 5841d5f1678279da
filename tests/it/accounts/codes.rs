//! Codes: limits on attempts, expiry, and requests that are refused before a code is made.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::each_url;
use super::server::{NO_LIMITS, Server, another, signed_in};
use crate::databases::{execute, query};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_wrong_codes_at_once_five_are_judged() {
    each_url(async |url| {
        let server = std::sync::Arc::new(Server::start(url, &NO_LIMITS).await);
        let mut spoiled = Vec::new();
        for round in 0..2 {
            let (challenge, code) = server.challenge("ann@example.org").await;
            let mut tries = JoinSet::new();
            for nth in 0..100 {
                let (server, challenge, wrong) = (server.clone(), challenge.clone(), another(&code, nth));
                tries.spawn(async move { server.verify(&challenge, &wrong, "phone").await });
            }
            let answers = tries.join_all().await;
            let count = |status, code: &str| {
                answers.iter().filter(|answer| answer.status == status && answer.code() == code).count()
            };
            assert_eq!(count(StatusCode::BAD_REQUEST, "wrong_code"), 5, "round {round}");
            assert_eq!(count(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"), 95);
            let right = server.verify(&challenge, &code, "phone").await;
            assert_eq!(right.code(), "too_many_attempts", "the right code comes too late");
            spoiled.push((challenge, code));
        }
        // The account's ten attempts from this network are used up; the answer says when a new code is possible.
        let asked = server.log_in("ann@example.org").await;
        let (challenge, code) = &spoiled[0];
        for refused in [asked, server.verify(challenge, code, "phone").await] {
            let answer = (refused.status, refused.code());
            assert_eq!(answer, (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
            let wait = refused.body["error"]["retryAfterMs"].as_u64().unwrap();
            assert!((3_500_000..=3_600_001).contains(&wait), "{wait}");
            let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert_eq!(seconds, wait.div_ceil(1000));
        }
        let (challenge, code) = server.challenge("bob@example.org").await;
        signed_in(&server.verify(&challenge, &code, "phone").await);
    })
    .await;
}

#[tokio::test]
async fn a_code_works_once_in_time_whatever_other_codes_there_are() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let (older, older_code) = server.challenge("ann@example.org").await;
        let (newer, code) = server.challenge("ann@example.org").await;
        let elsewhere = server.verify(&older, &code, "phone").await;
        assert_eq!(elsewhere.code(), "wrong_code", "a code is that of its own challenge");
        let spaced = format!(" {} {} ", &code[..4], &code[4..]);
        signed_in(&server.verify(&newer, &spaced, "phone").await);
        let again = server.verify(&newer, &code, "phone").await;
        assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "already_used"));
        signed_in(&server.verify(&older, &older_code, "phone").await);

        let (late, code) = server.challenge("ann@example.org").await;
        // As if ten minutes and a second had passed.
        execute(url, "update challenges set expires_at = '2026-01-01T00:00:00.000Z' where ending is null")
            .await
            .unwrap();
        let too_late = server.verify(&late, &code, "phone").await;
        assert_eq!((too_late.status, too_late.code()), (StatusCode::GONE, "expired"));

        for unknown in ["019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90", "", "x", "' or 1=1 --"] {
            let answer = server.verify(unknown, "12345678", "phone").await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "wrong_code"), "{unknown}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_that_is_none_is_refused_without_being_counted() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let (challenge, code) = server.challenge("ann@example.org").await;
        let long = "1".repeat(400);
        for none in ["", "1234567", "123456789", "abcdefgh", "①②③④⑤⑥⑦⑧", "1234567\0", &long] {
            let answer = server.verify(&challenge, none, "phone").await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "bad_request"), "{none:?}");
        }
        let device = |id: &str, name: Value| json!({ "id": id, "name": name });
        for bad in [device("", json!("x")), device("a\0", json!("x")), device("a", json!("x\ny")), json!({})]
        {
            let body = json!({ "challengeId": challenge, "code": code, "device": bad });
            let answer = server.post("/api/auth/verify", body).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "bad_request"), "{bad}");
        }
        // Some clients send the code as a number. The device has no name.
        let code: u64 = code.parse().unwrap();
        let body = json!({ "challengeId": challenge, "code": code, "device": { "id": 7 } });
        signed_in(&server.post("/api/auth/verify", body).await);
    })
    .await;
}

#[tokio::test]
async fn a_code_is_right_in_the_digits_of_any_keyboard() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        // Arabic-Indic, Devanagari, full-width; and Arabic-Indic with a direction mark.
        for (zero, before) in [('٠', ""), ('०', ""), ('０', ""), ('٠', "\u{200f}")] {
            let (challenge, code) = server.challenge("ann@example.org").await;
            let typed = code.bytes().map(|digit| {
                char::from_u32(u32::from(zero) + u32::from(digit - b'0')).expect("a digit of that script")
            });
            let typed: String = before.chars().chain(typed).collect();
            signed_in(&server.verify(&challenge, &typed, "phone").await);
        }
    })
    .await;
}

#[tokio::test]
async fn the_name_of_a_device_is_cut_to_the_limit() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let long = format!("Firefox 140 on {}", "x".repeat(400));
        let (challenge, code) = server.challenge("ann@example.org").await;
        let device = json!({ "id": "phone", "name": long });
        let body = json!({ "challengeId": challenge, "code": code, "device": device });
        signed_in(&server.post("/api/auth/verify", body).await);
        let names: Vec<(String,)> = query(url, "select device_name from sessions").await;
        assert_eq!(names, [(long[..40].to_owned(),)]);
    })
    .await;
}

#[tokio::test]
async fn what_would_be_an_injection_is_refused_or_shown_as_text() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let long = format!("{}@example.org", "x".repeat(388));
        for bad in [
            "ann@example.org\r\nBcc: eve@example.org",
            "ann\r\nRCPT TO:<eve@example.org>@example.org",
            "ann@example.org\nSubject: x",
            "ann@example.org,eve@example.org",
            "<ann@example.org>",
            "Ann <ann@example.org>",
            "\"a b\"@example.org",
            "ann@example.org\0",
            "ann\u{7}@example.org",
            "ann\u{202e}@example.org",
            "ann@[127.0.0.1]",
            "ann",
            "",
            &long,
        ] {
            for path in ["/api/auth/signup", "/api/auth/login"] {
                let answer = server.post(path, json!({ "email": bad, "name": "Ann" })).await;
                assert_eq!(
                    (answer.status, answer.code()),
                    (StatusCode::BAD_REQUEST, "bad_request"),
                    "{bad:?}"
                );
            }
        }
        for (name, code) in [
            ("Ann\r\nBcc: eve@example.org", "bad_request"),
            ("A\0", "bad_request"),
            ("A\u{1b}[2J", "bad_request"),
            ("A\u{2028}B", "bad_request"),
            ("\u{202e}nnA", "bad_request"),
            ("", "bad_request"),
            (" \u{200b} ", "bad_request"),
            (&"x".repeat(41), "too_large"),
        ] {
            let answer = server.post("/api/auth/signup", json!({ "email": "ann@b.org", "name": name })).await;
            assert_eq!(answer.code(), code, "{name:?}");
        }
        let large = json!({ "email": "ann@b.org", "name": "x".repeat(70_000) });
        let large = server.post("/api/auth/signup", large).await;
        assert_eq!((large.status, large.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));

        let name = "<script>alert(1)</script>'\"";
        let asked = server.post("/api/auth/signup", json!({ "email": "html@b.org", "name": name })).await;
        let code = server.code_on_console("html@b.org").await;
        let entered = server.verify(asked.body["challengeId"].as_str().unwrap(), &code, "phone").await;
        assert_eq!(entered.body["user"]["name"], name);
        assert_eq!(entered.headers["content-type"], "application/json");
        assert_eq!(entered.headers["x-content-type-options"], "nosniff");
        assert_eq!(entered.headers["cache-control"], "private, no-store");
        assert!(!server.log().contains("eve@"));
    })
    .await;
}

#[tokio::test]
async fn codes_are_limited_by_mailbox_and_by_who_asks() {
    each_url(async |url| {
        let settings = [("OTP_PER_IP", "4/1h"), ("TRUST_PROXY", "true")];
        let server = Server::start(url, &settings).await;
        let ask = async |path: &str, email: &str, forwarded: &str| {
            let body = json!({ "email": email, "name": "Ann" });
            server.call_with(Method::POST, path, &[("x-forwarded-for", forwarded)], Some(body)).await
        };
        let (sign_up, log_in) = ("/api/auth/signup", "/api/auth/login");
        assert_eq!(ask(sign_up, "ann@b.org", "192.0.2.1").await.status, StatusCode::ACCEPTED);
        for spelling in ["ann@b.org", "ANN@B.ORG", "ann+1@b.org"] {
            let refused = ask(log_in, spelling, "192.0.2.2, 192.0.2.1").await;
            assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
            let wait = refused.body["error"]["retryAfterMs"].as_u64().unwrap();
            assert!((1..=60_001).contains(&wait), "{wait}");
        }
        // Entries on the left come from the client; only the rightmost one counts.
        for nth in 0..4 {
            let spoofed = format!("203.0.113.{nth}, 192.0.2.9");
            let asked = ask(log_in, &format!("stranger{nth}@b.org"), &spoofed).await;
            assert_eq!(asked.status, StatusCode::ACCEPTED);
        }
        let refused = ask(log_in, "one-more@b.org", "198.51.100.1, 192.0.2.9").await;
        assert_eq!(refused.code(), "rate_limited", "refused requests count too");
        assert_eq!(ask(log_in, "one-more@b.org", "192.0.2.10").await.status, StatusCode::ACCEPTED);
    })
    .await;
}
