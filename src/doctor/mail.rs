//! Checks that the mail server answers and accepts the credentials. No mail is sent.

use super::CheckResult;
use crate::app::accounts::mail_server;
use crate::config::AccountOptions;

const TOPIC: &str = "mail";

pub(super) async fn look(accounts: &AccountOptions) -> CheckResult {
    match mail_server(accounts) {
        Err(error) => CheckResult::wrong(TOPIC, error.to_string()),
        Ok(None) => {
            CheckResult::advice(TOPIC, "SMTP_URL is not set: login codes are only shown on the console")
        }
        Ok(Some((smtp, from))) => match smtp.check().await {
            Ok(()) if smtp.unencrypted_host().is_some() => CheckResult::advice(
                TOPIC,
                format!(
                    "the server answers; mail is sent from {from}. SMTP_URL allows it without TLS: anyone between \
                     this machine and the mail server can read the codes; remove ?tls= from SMTP_URL"
                ),
            ),
            Ok(()) => CheckResult::ok(TOPIC, format!("the server answers; mail is sent from {from}")),
            Err(reason) => CheckResult::wrong(
                TOPIC,
                format!(
                    "cannot use the mail server: {}; correct SMTP_URL, or see the mail server's log",
                    one_line(&reason)
                ),
            ),
        },
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
