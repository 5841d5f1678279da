//! `touchline doctor`: looks at everything that a start depends on, and says of each thing whether it is well or what
//! to do. It changes nothing: what the start would make is only said to be missing, and what it writes to try the
//! database leaves that as it was.

use std::fmt;

use crate::config::Serve;

mod database;
mod machine;
mod mail;
mod settings;

/// What is thought of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStatus {
    /// It is well.
    Ok,
    /// It works, and is not what one would want in production.
    Advice,
    /// It has to be mended.
    Wrong,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct CheckResult {
    /// Whether that is well.
    pub verdict: CheckStatus,
    /// What was looked at.
    pub topic: &'static str,
    /// What is so, and what to do.
    pub text: String,
}

impl CheckResult {
    fn ok(topic: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: CheckStatus::Ok, topic, text: text.into() }
    }

    fn advice(topic: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: CheckStatus::Advice, topic, text: text.into() }
    }

    fn wrong(topic: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: CheckStatus::Wrong, topic, text: text.into() }
    }

    fn of<E: fmt::Display>(topic: &'static str, result: Result<String, E>) -> Self {
        match result {
            Ok(text) => Self::ok(topic, text),
            Err(error) => Self::wrong(topic, error.to_string()),
        }
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            CheckStatus::Ok => "ok",
            CheckStatus::Advice => "advice",
            CheckStatus::Wrong => "WRONG",
        };
        write!(f, "{verdict:<8}{:<10}{}", self.topic, self.text)
    }
}

/// Looks at everything, and tells each finding as it is made.
pub async fn run_checks(serve: &Serve, mut tell: impl FnMut(&CheckResult)) {
    for finding in settings::look(serve) {
        tell(&finding);
    }
    for finding in database::look(&serve.storage).await {
        tell(&finding);
    }
    tell(&mail::look(&serve.accounts).await);
    tell(&machine::files(serve.connections.max_connections));
    tell(&machine::pages(&serve.network));
    tell(&machine::port("port", "BIND_ADDR", serve.network.bind_addr).await);
    if let Some(address) = serve.network.admin_addr {
        tell(&machine::port("admin", "ADMIN_ADDR", address).await);
    }
}
