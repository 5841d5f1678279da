//! Mail: its content, retries until it arrives, and that requests do not wait for it.

use std::time::{Duration, Instant};

use http::StatusCode;
use tokio::net::TcpListener;

use super::each_url;
use super::mailbox::Mailbox;
use super::server::{Answered, NO_LIMITS, Server, signed_in};
use crate::databases::Folder;
use crate::machine::{make_certificate, own_address};
use crate::server::secret;
use crate::soak;

/// The longest time for an answer while mail cannot be sent.
const AT_ONCE: Duration = Duration::from_secs(1);

async fn server_with_mail(url: &str, port: u16) -> Server {
    let smtp = format!("smtp://127.0.0.1:{port}");
    let mail = [
        ("SMTP_URL", smtp.as_str()),
        ("MAIL_FROM", "Scores <scores@example.org>"),
        ("APP_NAME", "Goals & <Wickets>"),
        ("LOG_LEVEL", "trace"),
    ];
    Server::start(url, &[&NO_LIMITS[..], &mail].concat()).await
}

#[tokio::test]
async fn the_mail_is_readable_and_says_what_to_do() {
    let folder = Folder::new();
    let mut mailbox = Mailbox::start().await;
    let server = server_with_mail(&folder.sqlite_url(), mailbox.port).await;
    server.sign_up("Ann+news@example.org").await;
    let mail = mailbox.mail_to("Ann+news@example.org").await;
    assert_eq!(mail.headers["to"], "Ann+news@example.org");
    assert_eq!(mail.headers["from"], "Scores <scores@example.org>");
    assert_eq!(mail.headers["subject"], "Your Goals & <Wickets> code");
    assert_eq!(mail.headers["auto-submitted"], "auto-generated");
    assert!(mail.headers["content-type"].starts_with("multipart/alternative"));
    assert!(mail.headers.contains_key("message-id") && mail.headers.contains_key("date"));
    for part in [&mail.text, &mail.html] {
        assert!(part.contains(&mail.code()) && part.contains("10 minutes"), "{part}");
        assert!(part.contains("If it wasn't you"), "{part}");
        assert!(!part.contains("Ann"), "nothing that a stranger could have typed: {part}");
    }
    assert!(mail.html.contains("Goals &amp; &lt;Wickets&gt;"), "{}", mail.html);
}

#[tokio::test]
async fn mail_goes_over_tls_with_a_password_and_to_no_server_that_cannot_prove_who_it_is() {
    let folder = Folder::new();
    let path = |name: &str| folder.0.join(name).display().to_string();
    let (certificate, key) = make_certificate(&folder, "server").await;
    for (kind, scheme) in [("starttls", "smtp"), ("smtps", "smtps")] {
        let mut mailbox = Mailbox::start_with_tls(kind, &certificate, &key).await;
        let url = format!("{scheme}://me%40example.org:p%3Aw%2Fd%40@localhost:{}", mailbox.port);
        let database = format!("sqlite://{}", path(&format!("{kind}.db")));
        let mail = [("SMTP_URL", url.as_str()), ("MAIL_FROM", "scores@example.org")];
        let trusting = [&NO_LIMITS[..], &mail, &[("SMTP_CA_FILE", certificate.as_str())]].concat();
        let server = Server::start(&database, &trusting).await;
        server.sign_up("ann@example.org").await;
        assert!(mailbox.mail_to("ann@example.org").await.tls);

        let database = format!("sqlite://{}", path(&format!("{kind}-distrusting.db")));
        let distrusting = Server::start(&database, &[&NO_LIMITS[..], &mail].concat()).await;
        distrusting.sign_up("bob@example.org").await;
        distrusting.log_matching(|log| log.find("cannot send mail; retrying")).await;
        assert!(!distrusting.log().contains("p:w/d@") && !server.log().contains("p:w/d@"));
        server.sign_up("eve@example.org").await;
        mailbox.mail_to("eve@example.org").await;
        assert!(mailbox.unread().is_empty(), "nothing was sent to a server that was not trusted");
    }
}

#[tokio::test]
async fn codes_travel_over_a_network_in_clear_only_if_the_operator_says_so() {
    let folder = Folder::new();
    // The server offers no TLS.
    let mut mailbox = Mailbox::start_at(own_address()).await;
    let url = format!("smtp://{}:{}", own_address(), mailbox.port);
    let start = async |url: &str, name: &str| {
        let database = format!("sqlite://{}/{name}.db", folder.0.display());
        let mail = [("SMTP_URL", url), ("MAIL_FROM", "scores@example.org")];
        Server::start(&database, &[&NO_LIMITS[..], &mail].concat()).await
    };
    let careful = start(&url, "careful").await;
    careful.sign_up("ann@example.org").await;
    careful.program.until_log("offers no TLS (STARTTLS)").await;
    assert!(careful.log().contains("?tls=none") && !careful.log().contains("can read the codes"));

    let careless = start(&format!("{url}?tls=none"), "careless").await;
    careless.sign_up("bob@example.org").await;
    mailbox.mail_to("bob@example.org").await;
    careless.program.until_log("can read the codes").await;
    assert!(mailbox.unread().is_empty(), "ann's code has not left");
}

#[tokio::test]
async fn international_addresses_get_their_mail() {
    each_url(async |url| {
        let mut mailbox = Mailbox::start().await;
        let server = server_with_mail(url, mailbox.port).await;
        for (typed, received, utf8) in [
            ("ann@exämple.org", "ann@xn--exmple-cua.org", false),
            ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v", true),
            ("É.Ann@example.org", "É.Ann@example.org", true),
        ] {
            let asked = server.sign_up(typed).await;
            let mail = mailbox.mail_to(received).await;
            assert_eq!((mail.headers["to"].as_str(), mail.utf8), (received, utf8));
            let challenge = asked.body["challengeId"].as_str().unwrap();
            let entered = server.verify(challenge, &mail.code(), "phone").await;
            signed_in(&entered);
            assert_eq!(entered.body["user"]["email"], typed);
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_goes_to_the_address_of_the_account_alone() {
    each_url(async |url| {
        let mut mailbox = Mailbox::start().await;
        let server = server_with_mail(url, mailbox.port).await;
        let challenge = |asked: &Answered| asked.body["challengeId"].as_str().unwrap().to_owned();
        // Without an account, a code goes to the address as typed.
        let other = challenge(&server.sign_up("A`b@example.org").await);
        let other_code = mailbox.mail_to("A`b@example.org").await.code();
        let first = challenge(&server.sign_up("a`b@example.org").await);
        let code = mailbox.mail_to("a`b@example.org").await.code();
        signed_in(&server.verify(&first, &code, "phone").await);
        let answer = server.verify(&other, &other_code, "phone").await;
        assert_eq!(answer.code(), "expired", "a code that went to another mailbox");

        for spelling in ["A`B@example.org", "a`b@EXAMPLE.org"] {
            for is_new in [false, true] {
                let asked =
                    if is_new { server.sign_up(spelling).await } else { server.log_in(spelling).await };
                let mail = mailbox.mail_to("a`b@example.org").await;
                assert_eq!(mail.headers["to"], "a`b@example.org");
                let entered = server.verify(&challenge(&asked), &mail.code(), "phone").await;
                assert_eq!(entered.body["user"]["email"], "a`b@example.org", "{:?}", entered.body);
            }
        }
        // The Greek varia normalises to a backtick.
        let asked = server.log_in("a\u{1fef}b@example.org").await;
        assert_eq!((asked.status, asked.code()), (StatusCode::BAD_REQUEST, "bad_request"));
        assert!(mailbox.unread().is_empty(), "nothing was mailed elsewhere");
    })
    .await;
}

#[tokio::test]
async fn mail_from_an_international_domain_needs_no_server_that_knows_such() {
    let folder = Folder::new();
    let mut mailbox = Mailbox::start().await;
    let smtp = format!("smtp://127.0.0.1:{}", mailbox.port);
    let mail = [("SMTP_URL", smtp.as_str()), ("MAIL_FROM", "Börse <scores@exämple.org>")];
    let server = Server::start(&folder.sqlite_url(), &[&NO_LIMITS[..], &mail].concat()).await;
    server.sign_up("ann@example.org").await;
    let mail = mailbox.mail_to("ann@example.org").await;
    assert_eq!((mail.headers["from"].as_str(), mail.utf8), ("Börse <scores@xn--exmple-cua.org>", false));
}

#[tokio::test]
async fn a_mail_waits_for_its_server_and_nobody_waits_for_the_mail() {
    each_url(async |url| {
        // A free port, for now.
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let server = server_with_mail(url, port).await;
        let ask = async |email: &str| {
            let started = Instant::now();
            let asked = server.sign_up(email).await;
            assert_eq!(asked.status, StatusCode::ACCEPTED);
            soak::took_less(started.elapsed(), AT_ONCE);
            asked.body["challengeId"].as_str().unwrap().to_owned()
        };
        let down = ask("down@example.org").await;
        server.log_matching(|log| log.find("cannot send mail; retrying")).await;
        let mut mailbox = Mailbox::start_on(port).await;
        let code = mailbox.mail_to("down@example.org").await.code();
        signed_in(&server.verify(&down, &code, "phone").await);

        mailbox.command("refuse 451").await;
        let refused = ask("refused@example.org").await;
        server.log_matching(|log| log.find("451")).await;
        mailbox.command("accept").await;
        let code = mailbox.mail_to("refused@example.org").await.code();
        signed_in(&server.verify(&refused, &code, "phone").await);

        mailbox.command("slow 3").await;
        let slow = ask("slow@example.org").await;
        let code = mailbox.mail_to("slow@example.org").await.code();
        signed_in(&server.verify(&slow, &code, "phone").await);

        mailbox.command("refuse 550").await;
        ask("nobody@example.org").await;
        server.log_matching(|log| log.find("cannot send mail; giving up")).await;
        let metrics = server.call(http::Method::GET, "/metrics", None, None).await;
        let metrics = metrics.body.as_str().unwrap();
        assert!(metrics.contains("touchline_mails_total{result=\"sent\"} 3"), "{metrics}");
        assert!(metrics.contains("touchline_mails_total{result=\"given_up\"} 1"), "{metrics}");
        assert!(mailbox.unread().is_empty());
    })
    .await;
}

#[tokio::test]
async fn nothing_secret_is_in_the_log_at_any_level() {
    each_url(async |url| {
        let mut mailbox = Mailbox::start().await;
        let server = server_with_mail(url, mailbox.port).await;
        let mut secrets = Vec::new();
        for device in ["phone", "laptop"] {
            let asked = server.sign_up("ann@example.org").await;
            let code = mailbox.mail_to("ann@example.org").await.code();
            let challenge = asked.body["challengeId"].as_str().unwrap();
            let wrong = if code == "12345678" { "87654321" } else { "12345678" };
            assert_eq!(server.verify(challenge, wrong, device).await.code(), "wrong_code");
            let token = signed_in(&server.verify(challenge, &code, device).await).token;
            let mut socket = super::socket::Socket::connect(&server, "/", Some(&token)).await.unwrap();
            assert_eq!(socket.ask("ping", serde_json::json!(token)).await["ok"], true);
            let by_query = format!("&token={token}");
            let auth = serde_json::json!({});
            super::socket::Socket::connect_with(&server, "/", &auth, &by_query).await.unwrap();
            server.me(&token).await;
            secrets.extend([code, token]);
        }
        let log = server.log();
        assert!(log.contains("TRACE") || log.contains("DEBUG"), "the log is at its most talkative: {log}");
        for secret in secrets {
            let line = log.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None);
        }
        assert!(!log.contains(secret()));
    })
    .await;
}
