//! Checks that the mail server answers and accepts the credentials. No mail is sent.

use super::{CheckResult, Topic};
use crate::app::accounts::mail_server;
use crate::config::AccountOptions;

const TOPIC: Topic = Topic("mail");

pub(super) async fn look(accounts: &AccountOptions) -> CheckResult {
    match mail_server(accounts) {
        Err(error) => TOPIC.wrong(error.to_string()),
        Ok(None) => {
            TOPIC.advice("SMTP_URL is not set: login codes are only shown on the console")
        }
        Ok(Some((smtp, from))) => match smtp.check().await {
            Ok(()) if smtp.unencrypted_host().is_some() => TOPIC.advice(format!(
                    "the server answers; mail is sent from {from}. SMTP_URL allows it without TLS: anyone between \
                     this machine and the mail server can read the codes; remove ?tls= from SMTP_URL"
                ),
            ),
            Ok(()) => TOPIC.ok(format!("the server answers; mail is sent from {from}")),
            Err(reason) => TOPIC.wrong(format!(
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
