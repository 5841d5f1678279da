//! The metrics: their names and descriptions. Every counter exists from the start: a rate is a difference, so
//! a counter that appears with its first event hides that event.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::PrometheusHandle;
use metrics_process::Collector;

use crate::live::timers;
use crate::supervise::ServerPart;

/// How often the histograms are drained.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// A counter: its name, its description, and its label with all values.
type Counter = (&'static str, &'static str, Option<(&'static str, &'static [&'static str])>);

const COUNTERS: &[Counter] = &[
    (
        "touchline_accept_errors_total",
        "Failures to accept a connection, such as when file descriptors run out",
        None,
    ),
    ("touchline_actions_total", "Actions of players, by status", Some(("status", &["counted", "held"]))),
    (
        "touchline_anonymous_writes_refused_total",
        "Writes by clients that are not signed in, refused because too many were waiting",
        None,
    ),
    ("touchline_bus_reconnects_total", "Times the LISTEN connection was reestablished", None),
    (
        "touchline_closed_total",
        "Connections closed by the server, by reason",
        Some((
            "reason",
            &[
                "behind",
                "draining",
                "flooding",
                "full",
                "malformed",
                "replaced",
                "share",
                "signed_out",
                "silent",
                "stalled",
                "too_large",
                "unanswerable",
            ],
        )),
    ),
    ("touchline_deliveries_total", "Updates handed to members", None),
    (
        "touchline_deliveries_direct_total",
        "Deliveries written directly, bypassing the Socket.IO engine",
        None,
    ),
    ("touchline_disconnected_total", "Disconnected sockets, by reason", Some(("reason", DISCONNECTS))),
    ("touchline_gap_reads_total", "Rooms found behind by the periodic comparison with the database", None),
    (
        "touchline_log_lines_dropped_total",
        "Log lines dropped because they were not read in time or could not be written",
        None,
    ),
    (
        "touchline_mails_total",
        "Mails, by result: sent, shown (on the console), delayed (an attempt failed), given_up, and refused (too many wait)",
        Some(("result", &["delayed", "given_up", "refused", "sent", "shown"])),
    ),
    ("touchline_members_behind_total", "Times a member's queue was full", None),
    ("touchline_messages_total", "Messages accepted from viewers", None),
    ("touchline_notes_dropped_total", "Notes dropped because too many were waiting for the database", None),
    ("touchline_notes_received_total", "Notes received, including the node's own", None),
    ("touchline_notes_sent_total", "Notes sent to other nodes", None),
    ("touchline_pulses_total", "Pulses sent, each to a whole room", None),
    (
        "touchline_rate_limited_total",
        "Requests refused by a rate limit, by limit",
        Some((
            "limit",
            &[
                "action",
                "flood",
                "handshake",
                "join",
                "message",
                "network_reaction",
                "otp_per_address",
                "otp_per_address_total",
                "otp_per_ip",
                "otp_resend",
                "otp_total",
                "reaction",
                "read",
                "read_budget",
                "read_bytes",
                "socket",
            ],
        )),
    ),
    ("touchline_reactions_total", "Reactions accepted", None),
    ("touchline_updates_total", "Updates accepted, by kind", Some(("kind", &["correction", "update"]))),
    (
        "touchline_upgrades_failed_total",
        "Failed upgrades to WebSocket; the sessions continue over polling",
        None,
    ),
];

/// The reasons why sockets disconnect.
const DISCONNECTS: &[&str] = &[
    "client namespace disconnect",
    "multiple polls",
    "parse error",
    "ping timeout",
    "server namespace disconnect",
    "server shutting down",
    "transport close",
    "transport error",
];

const GAUGES: &[(&str, &str)] = &[
    ("touchline_build_info", "Always 1; the label has the program's version"),
    ("touchline_bus_connected", "1 if this node receives notes from the others, otherwise 0"),
    ("touchline_connections", "TCP connections"),
    ("touchline_list_watchers", "Sockets that watch a list of events"),
    ("touchline_mails_waiting", "Mails waiting to be sent"),
    ("touchline_members", "Sockets in rooms"),
    ("touchline_members_behind", "Members and watchers of lists that are behind at the moment"),
    ("touchline_nodes", "Nodes heard from recently, including this one"),
    ("touchline_rooms", "Events loaded because they have viewers"),
    ("touchline_sockets", "Sockets in a namespace, plain WebSockets and streams, by transport"),
    ("touchline_sockets_v4", "Sockets of protocol v4 (clients 1.x and 2.x)"),
    ("touchline_viewers", "People in rooms; a person in two rooms counts twice"),
];

const HISTOGRAMS: &[(&str, &str)] = &[
    (
        "touchline_bus_lag_seconds",
        "Time from writing a note, just before its commit, until it is received; measured by the clocks of both nodes",
    ),
    ("touchline_delivery_seconds", "Time from an update's commit until it is handed to the last member"),
    ("touchline_load_seconds", "Time to load an event's room from the database"),
    ("touchline_write_seconds", "Time of a write to the database"),
];

/// Describes each metric, and starts every counter at 0. Call it once, after installing the recorder.
pub fn describe() {
    for (name, text) in GAUGES {
        describe_gauge!(*name, Unit::Count, *text);
    }
    for (name, text) in HISTOGRAMS {
        describe_histogram!(*name, Unit::Seconds, *text);
    }
    for (name, text, label) in COUNTERS {
        describe_counter!(*name, Unit::Count, *text);
        match label {
            None => counter!(*name).increment(0),
            Some((label, values)) => {
                values.iter().for_each(|value| counter!(*name, *label => *value).increment(0));
            }
        }
    }
    describe_counter!("touchline_panics_total", Unit::Count, "Panics, by part of the server");
    for part in ServerPart::ALL {
        counter!("touchline_panics_total", "part" => part.as_str()).increment(0);
    }
    gauge!("touchline_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Collector::default().describe();
}

/// Collects the metrics of the process: `process_*`, named as in the Prometheus client libraries.
pub fn measure_process() {
    Collector::default().collect();
}

/// Drains the histograms. Runs until the server stops.
pub async fn run_upkeep(metrics: &PrometheusHandle) {
    let mut ticks = timers::every(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Collects the metric names in the code: those after `counter!(` and so on.
    fn used(folder: &Path, kind: &str, names: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                used(&path, kind, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("text");
                for after in text.split(&format!("metrics::{kind}!(")).skip(1) {
                    let name = after.trim_start().strip_prefix('"').and_then(|name| name.split('"').next());
                    names.extend(name.filter(|name| name.starts_with("touchline_")).map(str::to_owned));
                }
            }
        }
    }

    #[test]
    fn every_metric_in_the_code_is_described_and_every_counter_exists_from_the_start() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let counters: Vec<_> =
            COUNTERS.iter().map(|(name, ..)| *name).chain(["touchline_panics_total"]).collect();
        let gauges: Vec<_> = GAUGES.iter().map(|(name, _)| *name).collect();
        let histograms: Vec<_> = HISTOGRAMS.iter().map(|(name, _)| *name).collect();
        for (kind, known) in [("counter", counters), ("gauge", gauges), ("histogram", histograms)] {
            let mut names = Vec::new();
            used(&sources, kind, &mut names);
            assert!(names.len() >= known.len() - 1, "{kind}: {names:?}");
            for name in names {
                assert!(known.contains(&name.as_str()), "{name} is not in the table of {kind}s");
            }
        }
    }
}
