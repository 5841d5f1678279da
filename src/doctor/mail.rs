//! The mail server: whether it answers and lets the server in. No mail is sent.

use super::CheckResult;
use crate::app::accounts::mail_server;
use crate::config::AccountOptions;

const TOPIC: &str = "mail";

pub(super) async fn look(accounts: &AccountOptions) -> CheckResult {
    match mail_server(accounts) {
        Err(error) => CheckResult::wrong(TOPIC, error.to_string()),
        Ok(None) => CheckResult::advice(
            TOPIC,
            "SMTP_URL is not set: codes are shown on the console, and nobody else can sign in",
        ),
        Ok(Some((smtp, from))) => match smtp.check().await {
            Ok(()) if smtp.unencrypted_host().is_some() => CheckResult::advice(
                TOPIC,
                format!(
                    "the server answers; mails come from {from}. SMTP_URL allows them without TLS: anyone between \
                     this machine and the mail server can read the codes. Remove ?tls= from it"
                ),
            ),
            Ok(()) => CheckResult::ok(TOPIC, format!("the server answers; mails come from {from}")),
            Err(reason) => CheckResult::wrong(
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
