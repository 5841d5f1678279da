//! Checks the settings and their combinations. Single values were validated when they were parsed.

use std::path::Path;
use std::time::Duration;

use super::{CheckResult, Topic};
use crate::app::secret::check_secret;
use crate::config::Serve;
use crate::logging;
use crate::storage::embedded_file;

const TOPIC: Topic = Topic("settings");
/// The idle timeout that `deploy/` sets in both load balancers.
const PROXY_PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn look(serve: &Serve) -> Vec<CheckResult> {
    let mut findings = odd(serve);
    if findings.is_empty() {
        findings.push(TOPIC.ok("valid and consistent"));
    }
    let file = embedded_file(&serve.storage.database_url);
    let folder = file.as_deref().map(|file| file.parent().unwrap_or(Path::new("")));
    findings.push(Topic("secret").of(check_secret(&serve.accounts, folder)));
    findings
}

fn odd(serve: &Serve) -> Vec<CheckResult> {
    let Serve { network, connections, .. } = serve;
    let mut odd = Vec::new();
    if let Err(error) = logging::filter(&network.log_level) {
        odd.push(TOPIC.wrong(error.to_string()));
    }
    odd.extend(serve.conflicts().iter().map(|conflict| TOPIC.wrong(conflict.to_string())));
    if connections.ping_interval + connections.ping_timeout > PROXY_PATIENCE {
        odd.push(TOPIC.advice("PING_INTERVAL and PING_TIMEOUT together exceed 60s, the idle timeout of nginx and HAProxy as deploy/ \
             configures them; raise those timeouts too",
        ));
    }
    if network.allowed_origins.iter().any(|origin| origin.trim() == "*") {
        odd.push(TOPIC.advice("ALLOWED_ORIGINS=* lets every website use this server on behalf of its visitors; list your origins",
        ));
    }
    if serve.demo && !serve.storage.database_url.starts_with("sqlite") {
        odd.push(TOPIC.advice("DEMO is set: five demo matches are written to this database continuously"));
    }
    odd
}
