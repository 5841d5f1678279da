//! Startup messages about account settings, and the API's description of itself.

use std::os::unix::fs::PermissionsExt as _;

use http::{Method, StatusCode};
use serde_json::json;

use super::each_url;
use super::server::{NO_LIMITS, Server, signed_in};
use crate::databases::{Folder, PostgresDatabase};

#[tokio::test]
async fn the_secret_is_made_and_kept_beside_an_embedded_database() {
    let folder = Folder::new();
    let settings = [("OTP_RESEND", "1ms"), ("SECRET_KEY", "")];
    let server = Server::start(&folder.sqlite_url(), &settings).await;
    let (challenge, code) = server.challenge("ann@example.org").await;
    let file = std::fs::metadata(folder.0.join("secret.key")).unwrap();
    assert_eq!((file.permissions().mode() & 0o777, file.len()), (0o600, 32));
    server.stop().await;
    // A code sent before a restart still works after it.
    let server = Server::start(&folder.sqlite_url(), &settings).await;
    signed_in(&server.verify(&challenge, &code, "phone").await);
}

#[tokio::test]
async fn nodes_that_share_a_file_share_the_secret_that_the_first_one_makes() {
    let (postgres, folder) = (PostgresDatabase::create().await, Folder::new());
    let file = folder.0.join("secret.key").display().to_string();
    let settings = [("OTP_RESEND", "1ms"), ("SECRET_KEY", ""), ("SECRET_KEY_FILE", file.as_str())];
    let (first, second) =
        tokio::join!(Server::start(&postgres.url, &settings), Server::start(&postgres.url, &settings));
    let (challenge, code) = first.challenge("ann@example.org").await;
    signed_in(&second.verify(&challenge, &code, "phone").await);
    drop((first, second));
    postgres.drop().await;
}

#[tokio::test]
async fn settings_that_let_nobody_sign_in_are_explained() {
    let postgres = PostgresDatabase::create().await;
    let text = Server::refusal_to_start(&postgres.url, &[]).await;
    assert!(text.contains("SECRET_KEY is not set") && text.contains("openssl rand -base64 32"), "{text}");
    postgres.drop().await;
    let folder = Folder::new();
    for (settings, part) in [
        (vec![("SECRET_KEY", "short")], "SECRET_KEY is too short"),
        (vec![("SECRET_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")], "SECRET_KEY is too simple"),
        (vec![("SECRET_KEY", "for trying out only, known to everybody")], "public example"),
        (vec![("SECRET_KEY", "a secret for tests, of no use elsewhere")], "public example"),
        (vec![("SECRET_KEY", "a secret for a measurement, of no use elsewhere")], "public example"),
        (vec![("SECRET_KEY_FILE", "/nowhere/secret.key")], "/nowhere/secret.key"),
        (vec![("SMTP_URL", "smtp://localhost")], "MAIL_FROM is not set"),
        (vec![("SMTP_URL", "smtp://localhost"), ("MAIL_FROM", "nobody")], "MAIL_FROM is not an address"),
        (vec![("SMTP_URL", "mail.example.org"), ("MAIL_FROM", "a@b.org")], "invalid SMTP_URL"),
        (vec![("ADMIN_EMAILS", "a@b.org,nobody")], "ADMIN_EMAILS contains \"nobody\""),
    ] {
        let text = Server::refusal_to_start(&folder.sqlite_url(), &settings).await;
        assert!(text.contains(part), "{settings:?}: {text}");
    }
}

#[tokio::test]
async fn without_a_mail_server_the_code_is_shown_in_a_box_and_it_is_said_once() {
    let folder = Folder::new();
    let server = Server::start(&folder.sqlite_url(), &NO_LIMITS).await;
    let (challenge, code) = server.challenge("ann@example.org").await;
    signed_in(&server.verify(&challenge, &code, "phone").await);
    let log = server.log();
    assert_eq!(log.matches("SMTP_URL is not set: codes are shown on the console").count(), 1, "{log}");
    assert!(log.contains("┌─") && log.contains("SMTP_URL is not set, so this code is shown here"), "{log}");
}

#[tokio::test]
async fn a_login_for_a_stranger_is_answered_alike_and_shows_no_code() {
    each_url(async |url| {
        let server = Server::start(url, &NO_LIMITS).await;
        server.sign_in("ann@example.org", "phone").await;
        let (known, unknown) =
            (server.log_in("ann@example.org").await, server.log_in("eve@example.org").await);
        server.code_on_console("ann@example.org").await;
        assert_eq!((known.status, unknown.status), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
        let shape = |answer: &super::server::Answered| {
            let mut body = answer.body.clone();
            let id = body["challengeId"].take();
            let names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            (body, id.as_str().map(str::len), names, answer.headers["content-length"].clone())
        };
        assert_eq!(shape(&known), shape(&unknown));
        let challenge = unknown.body["challengeId"].as_str().unwrap();
        for nth in 0..7 {
            let answer = server.verify(challenge, "12345678", "phone").await;
            assert_eq!(answer.code(), if nth < 5 { "wrong_code" } else { "too_many_attempts" });
        }
        assert!(!server.log().contains("eve@example.org"));
    })
    .await;
}

#[tokio::test]
async fn every_call_that_is_described_is_there_and_answers_as_described() {
    let folder = Folder::new();
    let server = Server::start(&folder.sqlite_url(), &NO_LIMITS).await;
    let description = server.call(Method::GET, "/api/openapi.json", None, None).await;
    assert_eq!(description.headers["content-type"], "application/json");
    assert_eq!(description.body["openapi"], "3.1.0");
    for (path, item) in description.body["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let body = (method == Method::POST).then(|| json!({}));
            // A list's stream has no end unless its query is refused.
            let query = if path == "/api/events/stream" { "?status=none" } else { "" };
            let path = format!("{}{query}", path.replace("{id}", "none"));
            let answer = server.call(method.clone(), &path, None, body).await;
            let status = answer.status.as_u16().to_string();
            let described = operation["responses"].get(&status);
            assert!(described.is_some(), "{method} {path} answered {status}: {:?}", answer.body);
            assert_ne!(answer.body["error"]["message"], "no such endpoint", "{method} {path}");
            let code = answer.code();
            let examples = &described.unwrap()["content"]["application/json"]["examples"];
            assert!(code.is_empty() || examples.get(code).is_some(), "{method} {path}: {code}");
        }
    }
}
