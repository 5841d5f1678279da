//! The mail server: whether it answers and lets the server in. No mail is sent.

use super::Finding;
use crate::app::accounts::mail_server;
use crate::config::Accounts;

const TOPIC: &str = "mail";

pub(super) async fn look(accounts: &Accounts) -> Finding {
    match mail_server(accounts) {
        Err(error) => Finding::wrong(TOPIC, error.to_string()),
        Ok(None) => Finding::advice(
            TOPIC,
            "SMTP_URL is not set: codes are shown on the console, and nobody else can sign in",
        ),
        Ok(Some((smtp, from))) => match smtp.check().await {
            Ok(()) if smtp.in_clear_to().is_some() => Finding::advice(
                TOPIC,
                format!(
                    "the server answers; mails come from {from}. SMTP_URL allows them without TLS: anyone between \
                     this machine and the mail server can read the codes. Remove ?tls= from it"
                ),
            ),
            Ok(()) => Finding::ok(TOPIC, format!("the server answers; mails come from {from}")),
            Err(reason) => Finding::wrong(
                TOPIC,
                format!(
                    "the mail server cannot be used ({}); correct SMTP_URL, or see its log",
                    one_line(&reason)
                ),
            ),
        },
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
