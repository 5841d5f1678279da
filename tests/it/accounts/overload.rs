//! More codes than can be sent: requests are refused, and no request is promised an email that is not sent.

use std::time::Instant;

use http::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

use super::mailbox::Mailbox;
use super::server::{Answered, NO_LIMITS, Server};
use super::{each_url, times};

async fn sign_up(server: &Server, email: &str, from: &str) -> Answered {
    let body = json!({ "email": email, "name": "Ann" });
    server.call_with(Method::POST, "/api/auth/signup", &[("x-forwarded-for", from)], Some(body)).await
}

/// Asserts that an answer is a 503 with a time to retry.
fn assert_unavailable(answer: &Answered) {
    assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
    let wait = answer.body["error"]["retryAfterMs"].as_u64().expect("a time");
    let seconds = answer.headers["retry-after"].to_str().map(str::to_owned);
    assert_eq!(seconds.ok(), Some(wait.div_ceil(1000).to_string()));
}

#[tokio::test]
async fn a_code_that_cannot_be_queued_is_refused_whether_or_not_there_is_an_account() {
    each_url(async |url| {
        // A mail server that is down, for now.
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let smtp = format!("smtp://127.0.0.1:{port}");
        let mail = [("SMTP_URL", smtp.as_str()), ("MAIL_FROM", "a@example.org"), ("MAIL_QUEUE", "2")];
        let server = Server::start(url, &[&NO_LIMITS[..], &mail, &[("OTP_RESEND", "1h")]].concat()).await;
        let admin = server.program.token("desk", "admin", &[]).await;
        let mut desk = super::socket::Socket::connect(&server, "/admin", Some(&admin)).await.unwrap();
        let grant = json!({ "email": "known@example.org", "role": "scorer" });
        assert_eq!(desk.ask("role:grant", grant).await["ok"], true);
        for nth in 0..2 {
            let asked = server.sign_up(&format!("waits{nth}@example.org")).await;
            assert_eq!(asked.status, StatusCode::ACCEPTED);
        }
        assert_unavailable(&server.sign_up("new@example.org").await);
        let refusals = [server.log_in("known@example.org").await, server.log_in("unknown@example.org").await];
        for refused in &refusals {
            assert_unavailable(refused);
        }
        // Ignore the request id.
        let said = |answer: &Answered| {
            let error = &answer.body["error"];
            ["code", "message", "retryAfterMs"].map(|field| error[field].clone())
        };
        assert_eq!(said(&refusals[0]), said(&refusals[1]));

        let mut mailbox = Mailbox::start_on(port).await;
        for nth in 0..2 {
            mailbox.mail_to(&format!("waits{nth}@example.org")).await;
        }
        // Refused requests do not count, so the next code to this address need not wait an hour.
        loop {
            let asked = server.log_in("known@example.org").await;
            if asked.status == StatusCode::ACCEPTED {
                break;
            }
            assert_unavailable(&asked);
        }
        mailbox.mail_to("known@example.org").await;
        assert!(mailbox.unread().is_empty());
        server.program.until_log("sign-in codes are not mailed").await;
        assert_eq!(server.log().matches("sign-in codes are not mailed").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn all_codes_together_are_bounded() {
    each_url(async |url| {
        let server = Server::start(url, &[&NO_LIMITS[..], &[("OTP_TOTAL", "3/1h")]].concat()).await;
        server.sign_in("ann@example.org", "phone").await;
        for nth in 0..2 {
            assert_eq!(server.log_in(&format!("no{nth}@example.org")).await.status, StatusCode::ACCEPTED);
        }
        for email in ["ann@example.org", "nobody@example.org"] {
            let refused = server.log_in(email).await;
            assert_unavailable(&refused);
            let wait = refused.body["error"]["retryAfterMs"].as_u64().unwrap();
            assert!((1..=1_200_001).contains(&wait), "a third of the hour: {wait}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_ten_thousand_sign_ups_from_one_48_each_that_is_accepted_gets_its_letter() {
    each_url(async |url| {
        let mut mailbox = Mailbox::start().await;
        let smtp = format!("smtp://127.0.0.1:{}", mailbox.port);
        let mail = [("SMTP_URL", smtp.as_str()), ("MAIL_FROM", "a@example.org"), ("TRUST_PROXY", "true")];
        let per_ip = times(1, 20);
        let limit = format!("{per_ip}/1h");
        let settings = [&NO_LIMITS[..], &mail, &[("OTP_PER_IP", limit.as_str())]].concat();
        let server = Server::start(url, &settings).await;
        let mut accepted = Vec::new();
        let started = Instant::now();
        for nth in 0..times(60, 10_100) {
            // One /56 after another, each time with another /64.
            let network = nth % 256 * 256 + nth / 256;
            let (email, from) = (format!("a{nth}@example.org"), format!("2001:db8:1:{network:x}::1"));
            let asked = sign_up(&server, &email, &from).await;
            if asked.status == StatusCode::ACCEPTED {
                accepted.push(email);
            } else {
                assert_eq!(asked.code(), "rate_limited");
            }
        }
        assert_eq!(sign_up(&server, "neighbour@example.org", "2001:db8:2::1").await.status, 202);
        accepted.push("neighbour@example.org".to_owned());
        for email in &accepted {
            mailbox.mail_to(email).await;
        }
        let bound = 16 * per_ip;
        // The /48's share refills over time.
        let returned = started.elapsed().as_secs() * u64::try_from(bound).unwrap() / 3600 + 1;
        let most = bound + 1 + usize::try_from(returned).unwrap();
        assert!((bound + 1..=most).contains(&accepted.len()), "{} of {bound} to {most}", accepted.len());
    })
    .await;
}
