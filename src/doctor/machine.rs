//! Checks of this machine: open files, the web client's folder, and the ports.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::{CheckResult, Topic};
use crate::app::StartError;
use crate::app::open_files::{SPARE_FILES, connections_by_file_limit};
use crate::config::NetworkOptions;
use crate::health;

/// Below this many connections, the doctor advises raising the limit of open files.
const FEW: usize = 10_000;

/// Checks the limit of open files; each connection uses one.
pub(super) fn files(wanted: Option<usize>) -> CheckResult {
    const TOPIC: Topic = Topic("files");
    let room = connections_by_file_limit();
    let raise = "raise it (LimitNOFILE= of systemd, `ulimit -n`)";
    match wanted {
        Some(wanted) if wanted > room => {
            let limit = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(SPARE_FILES);
            TOPIC.wrong(format!(
                "MAX_CONNECTIONS is {wanted}, but the limit of {limit} open files allows {room}; {raise}"
            ))
        }
        None if room < FEW => {
            TOPIC.advice(format!("the limit of open files allows {room} connections; for more, {raise}"))
        }
        _ => TOPIC.ok(format!("{room} connections allowed")),
    }
}

/// Checks the folder of the built web client.
pub(super) fn pages(network: &NetworkOptions) -> CheckResult {
    const TOPIC: Topic = Topic("pages");
    let folder = network.pages();
    let missing =
        ["index.html", "socket.io/socket.io.js"].into_iter().find(|name| !folder.join(name).is_file());
    match missing {
        None => TOPIC.ok(format!("in {}", folder.display())),
        Some("index.html") if network.web_dir.is_some() => {
            TOPIC.wrong(StartError::Pages(folder.to_owned()).to_string())
        }
        Some(name) => TOPIC.advice(format!(
            "{} has no {name}, so no pages are served; build them (make web), or correct WEB_DIR",
            folder.display()
        )),
    }
}

/// Checks that the port that a setting names is free.
pub(super) async fn port(topic: &'static str, setting: &'static str, address: SocketAddr) -> CheckResult {
    match TcpListener::bind(address).await {
        Ok(_) => Topic(topic).ok(format!("{address} is free")),
        Err(_) if health::ask(address).await.is_ok() => {
            Topic(topic).ok(format!("Touchline already runs at {address}"))
        }
        Err(error) => Topic(topic).wrong(StartError::Listen { setting, address, error }.to_string()),
    }
}
