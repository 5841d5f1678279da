//! Refusals are logged and counted in the audit by address and account, without secrets.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::each_url;
use super::server::{NO_LIMITS, Server};
use super::socket::{Seen, Socket};
use crate::databases::{execute, query};
use crate::soak;

/// The log lines that contain all of these parts.
fn lines<'a>(log: &'a str, parts: &[&str]) -> Vec<&'a str> {
    log.lines().filter(|line| parts.iter().all(|part| line.contains(part))).collect()
}

#[tokio::test]
async fn refusals_and_closings_are_logged_with_address_and_account_and_without_secrets() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        let ann = server.sign_in("ann@example.org", "phone").await;
        // A wrong code, an expired token, an unknown token, a missing role, a forbidden message.
        let (challenge, code) = server.challenge("ann@example.org").await;
        let wrong = if code == "11111111" { "22222222" } else { "11111111" };
        assert_eq!(server.verify(&challenge, wrong, "phone").await.code(), "wrong_code");
        assert_eq!(Socket::connect(&server, "/admin", Some(&ann.token)).await.err().unwrap(), "forbidden");
        assert_eq!(server.me("tl_this-is-no-token").await.status, StatusCode::UNAUTHORIZED);
        let scorer = server.program.token("bob", "scorer", &[]).await;
        let mut bob = Socket::connect(&server, "/admin", Some(&scorer)).await.unwrap();
        assert_eq!(bob.ask("operator:list", json!({})).await["error"]["code"], "forbidden");
        let bob_id = server.me(&scorer).await.body["user"]["id"].as_str().unwrap().to_owned();
        execute(url, "update service_tokens set revoked_at = created_at").await.unwrap();
        while bob.next().await != Seen::Closed {}
        assert_eq!(server.me(&scorer).await.code(), "unauthenticated");

        let of = |account: &str| format!("account=\"{account}\"");
        let (of_ann, of_bob) = (of(&ann.user), of(&bob_id));
        for parts in [
            &["refused", &of_ann, "code=\"wrong_code\"", "POST /api/auth/verify", "request{"][..],
            &["refused", &of_ann, "code=\"forbidden\"", "connect to /admin", "socket{id="],
            &["refused", "GET /api/me", "code=\"unauthenticated\"", "request{"],
            &["refused", &of_bob, "operator:list", "code=\"forbidden\"", "socket{id="],
            &["refused", &of_bob, "GET /api/me", "code=\"unauthenticated\""],
            &["closed a connection", "signed_out", &of_bob, "socket="],
        ] {
            let of_all = [parts, &["address=127.0.0.1"]].concat();
            server.log_matching(|log| (!lines(log, &of_all).is_empty()).then_some(())).await;
        }
        let log = server.log();
        for secret in [&ann.token, &scorer, "this-is-no-token", wrong] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }

        // The audit has a row per account and network, with a count and without an address.
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(200));
        let rows = tokio::time::timeout(crate::http::DEADLINE, async {
            loop {
                ticks.tick().await;
                let rows: Vec<(String, String)> =
                    query(url, "select subject, detail from audit where action = 'access:refused'").await;
                if rows.iter().any(|(subject, _)| *subject == ann.user) {
                    return rows;
                }
            }
        });
        for (subject, detail) in rows.await.expect("it is on record in time") {
            let detail: Value = serde_json::from_str(&detail).unwrap();
            assert!(detail["count"].as_u64() >= Some(1) && detail["code"].is_string(), "{subject}: {detail}");
            assert_eq!(detail.as_object().unwrap().len(), 2);
        }
    })
    .await;
}

#[tokio::test]
async fn a_flood_of_refusals_gets_few_lines_and_rows() {
    each_url(async |url| {
        let started = std::time::Instant::now();
        let server = Server::start(url, &NO_LIMITS).await;
        for nth in 0..soak::count(40, 10_000) {
            let token = format!("tl_wrong{nth}");
            assert_eq!(
                server.call(Method::GET, "/api/me", Some(&token), None).await.code(),
                "unauthenticated"
            );
        }
        // At most 10 lines a minute; a slow machine may take longer than one.
        let minutes = usize::try_from(started.elapsed().as_secs() / 60).expect("a short time") + 1;
        let count = lines(&server.log(), &["refused", "GET /api/me"]).len();
        assert!((1..=10 * (minutes + 1)).contains(&count), "{count} lines in {minutes} minutes");
        let rows: Vec<(i64,)> =
            query(url, "select count(*) from audit where action = 'access:refused'").await;
        assert!(rows[0].0 <= i64::try_from(minutes).expect("few") + 1, "{rows:?}");
    })
    .await;
}
