//! `touchline doctor`: checks everything that startup depends on, and reports for each item whether it is fine or how
//! to fix it. It changes nothing: missing files and schemas are only reported, and the test write to the database is
//! undone.

use std::fmt;

use crate::config::Serve;

mod database;
mod machine;
mod mail;
mod settings;

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStatus {
    /// Nothing to do.
    Ok,
    /// Works, but is not recommended in production.
    Advice,
    /// Must be fixed.
    Wrong,
}

/// The result of one check.
#[derive(Debug, Clone)]
pub struct CheckResult {
    /// The outcome.
    pub verdict: CheckStatus,
    /// What was checked.
    pub topic: &'static str,
    /// The state found, and what to do about it.
    pub text: String,
}

/// What a check is about.
#[derive(Clone, Copy)]
struct Topic(&'static str);

impl Topic {
    fn ok(self, text: impl Into<String>) -> CheckResult {
        CheckResult { verdict: CheckStatus::Ok, topic: self.0, text: text.into() }
    }

    fn advice(self, text: impl Into<String>) -> CheckResult {
        CheckResult { verdict: CheckStatus::Advice, topic: self.0, text: text.into() }
    }

    fn wrong(self, text: impl Into<String>) -> CheckResult {
        CheckResult { verdict: CheckStatus::Wrong, topic: self.0, text: text.into() }
    }

    fn of<E: fmt::Display>(self, result: Result<String, E>) -> CheckResult {
        match result {
            Ok(text) => self.ok(text),
            Err(error) => self.wrong(error.to_string()),
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

/// Runs all checks and passes each result to `tell` as soon as it is known.
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
