//! The settings by themselves, and how they go together. Each alone was checked when it was read.

use std::path::Path;
use std::time::Duration;

use super::CheckResult;
use crate::app::secret::check_secret;
use crate::config::Serve;
use crate::logging;
use crate::storage::embedded_file;

const TOPIC: &str = "settings";
/// After so much silence the load balancers' files in `deploy/` end a connection.
const PROXY_PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn look(serve: &Serve) -> Vec<CheckResult> {
    let mut findings = odd(serve);
    if findings.is_empty() {
        findings.push(CheckResult::ok(TOPIC, "understood, and they go together"));
    }
    let file = embedded_file(&serve.storage.database_url);
    let folder = file.as_deref().map(|file| file.parent().unwrap_or(Path::new("")));
    findings.push(CheckResult::of("secret", check_secret(&serve.accounts, folder)));
    findings
}

fn odd(serve: &Serve) -> Vec<CheckResult> {
    let Serve { network, connections, .. } = serve;
    let mut odd = Vec::new();
    if let Err(error) = logging::filter(&network.log_level) {
        odd.push(CheckResult::wrong(TOPIC, error.to_string()));
    }
    odd.extend(serve.conflicts().iter().map(|conflict| CheckResult::wrong(TOPIC, conflict.to_string())));
    if connections.ping_interval + connections.ping_timeout > PROXY_PATIENCE {
        odd.push(CheckResult::advice(
            TOPIC,
            "PING_INTERVAL and PING_TIMEOUT together are more than 60s, after which nginx and HAProxy end a silent \
             connection, as deploy/ sets them; raise their timeouts too",
        ));
    }
    if network.allowed_origins.iter().any(|origin| origin.trim() == "*") {
        odd.push(CheckResult::advice(
            TOPIC,
            "ALLOWED_ORIGINS=* lets every page on the web use this server in its visitors' name; name the pages",
        ));
    }
    if serve.demo && !serve.storage.database_url.starts_with("sqlite") {
        odd.push(CheckResult::advice(
            TOPIC,
            "DEMO is set: three matches are played into this database, over and over",
        ));
    }
    odd
}
