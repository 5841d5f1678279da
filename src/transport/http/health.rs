//! Whether the server lives, whether it can serve, and what it measures.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::logging;
use crate::services::Services;
use crate::supervise::{Part, Supervisor};
use crate::transport::error::{Code, Failure};
use crate::transport::http::error::HttpFailure;
use crate::transport::socket::connections::Connections;

/// How long the database may take to answer before the server counts as not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// What the health of the server is told by.
pub struct Health {
    /// The use cases.
    pub services: Arc<Services>,
    /// The sockets of this node.
    pub connections: Arc<Connections>,
    /// What was measured.
    pub metrics: PrometheusHandle,
    /// Which parts of the server panic.
    pub supervisor: Supervisor,
}

/// The process answers, and no part of it keeps panicking.
#[utoipa::path(
    get, path = "/healthz", tag = "operations",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain", example = "ok\n"))
)]
pub async fn alive(State(health): State<Arc<Health>>) -> Response {
    match health.supervisor.failing() {
        None => (StatusCode::OK, "ok\n").into_response(),
        Some(part) => unavailable(format!("the part {part} of the server keeps panicking; see the log")),
    }
}

/// The database answers, and the server is not shutting down.
#[utoipa::path(
    get, path = "/readyz", tag = "operations",
    responses((status = 200, description = "It can serve", body = String, content_type = "text/plain",
        example = "ready\n"))
)]
pub async fn ready(State(health): State<Arc<Health>>) -> Response {
    if health.connections.is_draining() {
        return unavailable("the server is shutting down");
    }
    match tokio::time::timeout(READY_WITHIN, health.services.database.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n").into_response(),
        Ok(Err(_)) | Err(_) => unavailable("the database does not answer"),
    }
}

fn unavailable(message: impl Into<Cow<'static, str>>) -> Response {
    HttpFailure(Failure::new(Code::Unavailable, message)).into_response()
}

/// What the server measures, in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "The measures", body = String, content_type = "text/plain",
        example = "# TYPE touchline_connections gauge\ntouchline_connections 3\n"))
)]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub async fn measure(State(health): State<Arc<Health>>) -> Response {
    let census = health.connections.census();
    metrics::gauge!("touchline_sockets", "transport" => "websocket").set(census.websocket as f64);
    metrics::gauge!("touchline_sockets", "transport" => "polling").set(census.polling as f64);
    metrics::gauge!("touchline_sockets", "transport" => "plain").set(census.plain as f64);
    metrics::gauge!("touchline_sockets", "transport" => "stream").set(census.streams as f64);
    metrics::gauge!("touchline_sockets_v4").set(census.v4 as f64);
    let occupancy = health.services.rooms.occupancy();
    metrics::gauge!("touchline_rooms").set(occupancy.rooms as f64);
    metrics::gauge!("touchline_members").set(occupancy.members as f64);
    metrics::gauge!("touchline_viewers").set(f64::from(occupancy.viewers));
    metrics::gauge!("touchline_members_behind").set(occupancy.lagging as f64);
    let bus = &health.services.bus;
    metrics::gauge!("touchline_bus_connected").set(f64::from(u8::from(bus.is_connected())));
    let nodes = health.services.rooms.elsewhere().nodes(Instant::now()).len() + 1;
    metrics::gauge!("touchline_nodes").set(nodes as f64);
    metrics::counter!("touchline_log_lines_dropped_total").absolute(logging::dropped());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], health.metrics.render()).into_response()
}

/// Says what each measure is, once.
pub fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_gauge!("touchline_connections", Unit::Count, "TCP connections");
    describe_gauge!(
        "touchline_sockets",
        Unit::Count,
        "Sockets in a namespace, plain WebSockets and streams, by transport"
    );
    describe_gauge!(
        "touchline_sockets_v4",
        Unit::Count,
        "Of these, those of protocol v4 (clients 1.x and 2.x)"
    );
    describe_gauge!("touchline_rooms", Unit::Count, "Events that are loaded because somebody watches");
    describe_gauge!("touchline_members", Unit::Count, "Sockets in rooms");
    describe_gauge!("touchline_viewers", Unit::Count, "People in rooms; in two rooms counts twice");
    describe_gauge!("touchline_members_behind", Unit::Count, "Members that are not up to date just now");
    describe_counter!("touchline_members_behind_total", Unit::Count, "Times that a member's queue was full");
    describe_counter!("touchline_updates_total", Unit::Count, "Updates taken, by kind");
    describe_counter!("touchline_deliveries_total", Unit::Count, "Updates handed to members");
    describe_counter!(
        "touchline_deliveries_direct_total",
        Unit::Count,
        "Of these, written at once beside the Socket.IO engine"
    );
    describe_counter!("touchline_closed_total", Unit::Count, "Connections closed by the server, by reason");
    describe_counter!("touchline_disconnected_total", Unit::Count, "Sockets that went, by reason");
    describe_counter!(
        "touchline_upgrades_failed_total",
        Unit::Count,
        "WebSockets that clients tried and did not switch to; their sessions go on polling"
    );
    describe_histogram!("touchline_load_seconds", Unit::Seconds, "Loading an event's room from the database");
    describe_counter!("touchline_reactions_total", Unit::Count, "Reactions taken");
    describe_counter!("touchline_messages_total", Unit::Count, "Viewers' messages taken");
    describe_counter!("touchline_pulses_total", Unit::Count, "Pulses, each to a whole room");
    describe_counter!("touchline_rate_limited_total", Unit::Count, "Refusals by a limit, by limit");
    describe_histogram!(
        "touchline_delivery_seconds",
        Unit::Seconds,
        "From an update's commit until it was handed to the last member"
    );
    describe_counter!(
        "touchline_mails_total",
        Unit::Count,
        "Mails, by result: sent, shown (on the console), delayed (an attempt failed), given_up, and refused (too many wait)"
    );
    describe_gauge!("touchline_mails_waiting", Unit::Count, "Mails underway");
    describe_gauge!("touchline_bus_connected", Unit::Count, "Whether this node hears the others: 1 or 0");
    describe_gauge!("touchline_nodes", Unit::Count, "Nodes heard of lately, this one included");
    describe_counter!("touchline_notes_sent_total", Unit::Count, "Notes told to other nodes");
    describe_counter!("touchline_notes_received_total", Unit::Count, "Notes heard, the own ones included");
    describe_counter!(
        "touchline_notes_dropped_total",
        Unit::Count,
        "Notes given up because too many waited for the database"
    );
    describe_counter!("touchline_bus_reconnects_total", Unit::Count, "Times that the listener came back");
    describe_counter!(
        "touchline_gap_reads_total",
        Unit::Count,
        "Rooms that the regular comparison with the database found behind"
    );
    describe_histogram!(
        "touchline_bus_lag_seconds",
        Unit::Seconds,
        "From the writing of a note, just before its commit, until it was heard; by the clocks of both nodes"
    );
    describe_counter!("touchline_panics_total", Unit::Count, "Panics, by the part of the server");
    describe_counter!(
        "touchline_accept_errors_total",
        Unit::Count,
        "Times that a connection could not be accepted, such as for want of file descriptors"
    );
    describe_counter!(
        "touchline_log_lines_dropped_total",
        Unit::Count,
        "Log lines that nobody read in time, or could read at all"
    );
    describe_counter!(
        "touchline_anonymous_writes_refused_total",
        Unit::Count,
        "Writes of clients that have not signed in, refused because too many waited"
    );
    describe_histogram!("touchline_write_seconds", Unit::Seconds, "A write's time with the database");
    for part in Part::ALL {
        metrics::counter!("touchline_panics_total", "part" => part.as_str()).increment(0);
    }
    // A counter that is not there before the first time would hide that time: a rate is a difference.
    for counter in [
        "deliveries",
        "members_behind",
        "reactions",
        "messages",
        "pulses",
        "bus_reconnects",
        "notes_dropped",
        "accept_errors",
        "anonymous_writes_refused",
        "upgrades_failed",
    ] {
        metrics::counter!(format!("touchline_{counter}_total")).increment(0);
    }
}
