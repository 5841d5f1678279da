//! This machine: open files, the web client's folder, the port.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::CheckResult;
use crate::app::StartError;
use crate::app::open_files::{SPARE_FILES, connections_by_file_limit};
use crate::config::NetworkOptions;
use crate::health;

/// What a machine for a crowd should leave room for, in connections.
const FEW: usize = 10_000;

/// The limit of open files: each connection is one.
pub(super) fn files(wanted: Option<usize>) -> CheckResult {
    const TOPIC: &str = "files";
    let room = connections_by_file_limit();
    let raise = "raise it (LimitNOFILE= of systemd, `ulimit -n`)";
    match wanted {
        Some(wanted) if wanted > room => {
            let limit = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(SPARE_FILES);
            CheckResult::wrong(
                TOPIC,
                format!(
                    "MAX_CONNECTIONS is {wanted}, but the limit of {limit} open files leaves room for {room}; {raise}"
                ),
            )
        }
        None if room < FEW => CheckResult::advice(
            TOPIC,
            format!("the limit of open files leaves room for {room} connections; for more, {raise}"),
        ),
        _ => CheckResult::ok(TOPIC, format!("there is room for {room} connections")),
    }
}

/// The folder of the built web client.
pub(super) fn pages(network: &NetworkOptions) -> CheckResult {
    const TOPIC: &str = "pages";
    let folder = network.pages();
    let missing =
        ["index.html", "socket.io/socket.io.js"].into_iter().find(|name| !folder.join(name).is_file());
    match missing {
        None => CheckResult::ok(TOPIC, format!("in {}", folder.display())),
        Some("index.html") if network.web_dir.is_some() => {
            CheckResult::wrong(TOPIC, StartError::Pages(folder.to_owned()).to_string())
        }
        Some(name) => CheckResult::advice(
            TOPIC,
            format!(
                "{} has no {name}, so browsers are not served; build it (make web), or correct WEB_DIR",
                folder.display()
            ),
        ),
    }
}

/// The port that a setting names.
pub(super) async fn port(topic: &'static str, setting: &'static str, address: SocketAddr) -> CheckResult {
    match TcpListener::bind(address).await {
        Ok(_) => CheckResult::ok(topic, format!("{address} is free")),
        Err(_) if health::ask(address).await.is_ok() => {
            CheckResult::ok(topic, format!("Touchline runs at {address} already"))
        }
        Err(error) => CheckResult::wrong(topic, StartError::Listen { setting, address, error }.to_string()),
    }
}
