//! What the server measures: the name and text of each measure, and every counter from the start. A counter that were
//! not there before its first event would hide that event: a rate is a difference.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::PrometheusHandle;
use metrics_process::Collector;

use crate::live::timers;
use crate::supervise::ServerPart;

/// How often the histograms are brought up to date.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Counters: name, text, and the label with all of its values.
type Counter = (&'static str, &'static str, Option<(&'static str, &'static [&'static str])>);

const COUNTERS: &[Counter] = &[
    (
        "touchline_accept_errors_total",
        "Times that a connection could not be accepted, such as for want of file descriptors",
        None,
    ),
    ("touchline_actions_total", "Actions of players, by status", Some(("status", &["counted", "held"]))),
    (
        "touchline_anonymous_writes_refused_total",
        "Writes of clients that have not signed in, refused because too many waited",
        None,
    ),
    ("touchline_bus_reconnects_total", "Times that the listener came back", None),
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
    ("touchline_deliveries_direct_total", "Of these, written at once, bypassing the Socket.IO engine", None),
    ("touchline_disconnected_total", "Sockets that went, by reason", Some(("reason", DISCONNECTS))),
    ("touchline_gap_reads_total", "Rooms that the regular comparison with the database found behind", None),
    ("touchline_log_lines_dropped_total", "Log lines that nobody read in time, or could read at all", None),
    (
        "touchline_mails_total",
        "Mails, by result: sent, shown (on the console), delayed (an attempt failed), given_up, and refused (too many wait)",
        Some(("result", &["delayed", "given_up", "refused", "sent", "shown"])),
    ),
    ("touchline_members_behind_total", "Times that a member's queue was full", None),
    ("touchline_messages_total", "Viewers' messages taken", None),
    ("touchline_notes_dropped_total", "Notes given up because too many waited for the database", None),
    ("touchline_notes_received_total", "Notes heard, the own ones included", None),
    ("touchline_notes_sent_total", "Notes told to other nodes", None),
    ("touchline_pulses_total", "Pulses, each to a whole room", None),
    (
        "touchline_rate_limited_total",
        "Refusals by a limit, by limit",
        Some((
            "limit",
            &[
                "action",
                "flood",
                "handshake",
                "join",
                "message",
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
    ("touchline_reactions_total", "Reactions taken", None),
    ("touchline_updates_total", "Updates taken, by kind", Some(("kind", &["correction", "update"]))),
    (
        "touchline_upgrades_failed_total",
        "WebSockets that clients tried and did not switch to; their sessions go on polling",
        None,
    ),
];

/// Why sockets go.
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
    ("touchline_build_info", "1, with the version of the program"),
    ("touchline_bus_connected", "Whether this node hears the others: 1 or 0"),
    ("touchline_connections", "TCP connections"),
    ("touchline_mails_waiting", "Mails underway"),
    ("touchline_members", "Sockets in rooms"),
    ("touchline_members_behind", "Members that are not up to date just now"),
    ("touchline_nodes", "Nodes heard of lately, this one included"),
    ("touchline_rooms", "Events that are loaded because somebody watches"),
    ("touchline_sockets", "Sockets in a namespace, plain WebSockets and streams, by transport"),
    ("touchline_sockets_v4", "Of these, those of protocol v4 (clients 1.x and 2.x)"),
    ("touchline_viewers", "People in rooms; in two rooms counts twice"),
];

const HISTOGRAMS: &[(&str, &str)] = &[
    (
        "touchline_bus_lag_seconds",
        "From the writing of a note, just before its commit, until it was heard; by the clocks of both nodes",
    ),
    ("touchline_delivery_seconds", "From an update's commit until it was handed to the last member"),
    ("touchline_load_seconds", "Loading an event's room from the database"),
    ("touchline_write_seconds", "A write's time with the database"),
];

/// Describes each measure, and starts every counter at 0. To be called once, after the recorder was installed.
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
    describe_counter!("touchline_panics_total", Unit::Count, "Panics, by the part of the server");
    for part in ServerPart::ALL {
        counter!("touchline_panics_total", "part" => part.as_str()).increment(0);
    }
    gauge!("touchline_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Collector::default().describe();
}

/// Measures the process itself: `process_*`, as the client libraries of Prometheus name them.
pub fn measure_process() {
    Collector::default().collect();
}

/// Brings the histograms up to date. Runs for as long as the server.
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

    /// The names that stand in the code as those of measures: after `counter!(` and the like.
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
    fn every_measure_in_the_code_is_described_and_every_counter_there_from_the_start() {
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
