//! The time of an answer does not reveal whether an address is known.

use std::time::{Duration, Instant};

use http::StatusCode;

use super::mailbox::Mailbox;
use super::server::{NO_LIMITS, Server};
use super::{each_url, times};
use crate::soak;

#[tokio::test]
async fn a_login_takes_the_same_time_for_a_known_and_an_unknown_address() {
    each_url(async |url| {
        let mailbox = Mailbox::start().await;
        let smtp = format!("smtp://127.0.0.1:{}", mailbox.port);
        let mail = [("SMTP_URL", smtp.as_str()), ("MAIL_FROM", "scores@example.org"), ("LOG_LEVEL", "error")];
        let server = Server::start(url, &[&NO_LIMITS[..], &mail].concat()).await;
        // Accounts created by an administrator.
        let calls = times(20, 1000);
        let admin = server.program.token("desk", "admin", &[]).await;
        let mut desk = super::socket::Socket::connect(&server, "/admin", Some(&admin)).await.unwrap();
        for nth in 0..calls {
            let grant =
                serde_json::json!({ "email": format!("known{nth:04}@example.org"), "role": "scorer" });
            assert_eq!(desk.ask("role:grant", grant).await["ok"], true);
        }
        // Times on a busy machine mean nothing, so without `SOAK=1` only the answers are compared.
        if !soak::is_on() {
            measure(&server, calls).await;
            return;
        }
        // A real difference shows up every time; noise from other work does not.
        let mut seen = Vec::new();
        while seen.len() < 3 {
            let (difference, noise) = measure(&server, calls).await;
            eprintln!("difference {difference} µs, noise {noise} µs");
            if difference.abs() <= noise {
                return;
            }
            seen.push((difference, noise));
        }
        panic!("known addresses take another time, (difference, noise) in µs: {seen:?}");
    })
    .await;
}

/// How much longer a login for a known address takes, and how much of that may be noise, in µs.
async fn measure(server: &Server, calls: usize) -> (i64, i64) {
    let (mut known, mut differences) = (Vec::new(), Vec::new());
    for nth in 0..calls {
        let mut took = [Duration::ZERO; 2];
        // Alternate the order, because the first call affects the second.
        let order = if nth % 2 == 0 { [0, 1] } else { [1, 0] };
        for kind in order {
            let email = format!("{}{nth:04}@example.org", ["known", "wrong"][kind]);
            let started = Instant::now();
            let answer = server.log_in(&email).await;
            took[kind] = started.elapsed();
            assert_eq!(answer.status, StatusCode::ACCEPTED);
        }
        // Both calls of a round see the same load, so compare their difference.
        let [of_known, of_unknown] = took.map(|time| i64::try_from(time.as_micros()).expect("a short time"));
        known.push(of_known);
        differences.push(of_known - of_unknown);
    }
    known.sort_unstable();
    differences.sort_unstable();
    let at = |quarter: usize| differences[differences.len() * quarter / 4];
    // A quarter of the spread is four times the median's error over two hundred rounds.
    let noise = ((at(3) - at(1)) / 4).max(known[known.len() / 2] / 20).max(50);
    (at(2), noise)
}
