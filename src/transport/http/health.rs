//! Health, readiness and metrics.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::logging;
use crate::services::list_feed::ListFeed;
use crate::services::node::{Figures, Node};
use crate::supervise::Supervisor;
use crate::transport::client::registry::ClientRegistry;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::http::measures;
use crate::transport::http_error::HttpFailure;

/// State behind the health endpoints.
pub struct Health {
    /// The checks of this node.
    pub node: Arc<Node>,
    /// The live lists of events.
    pub list_feed: Arc<ListFeed>,
    /// The clients of this node.
    pub connections: Arc<ClientRegistry>,
    /// The recorded metrics.
    pub metrics: PrometheusHandle,
    /// Knows which parts of the server keep panicking.
    pub supervisor: Supervisor,
}

/// Liveness: the process responds, and no part of it keeps panicking.
#[utoipa::path(
    get, path = "/healthz", tag = "operations",
    responses((status = 200, description = "Alive", body = String, content_type = "text/plain", example = "ok\n"))
)]
pub async fn alive(State(health): State<Arc<Health>>) -> Response {
    match health.supervisor.failing() {
        None => (StatusCode::OK, "ok\n").into_response(),
        Some(part) => unavailable(format!("server part {part} keeps panicking; see the log")),
    }
}

/// Readiness: the database responds and accepts writes, and the server is not shutting down.
#[utoipa::path(
    get, path = "/readyz", tag = "operations",
    responses((status = 200, description = "Ready", body = String, content_type = "text/plain",
        example = "ready\n"))
)]
pub async fn ready(State(health): State<Arc<Health>>) -> Response {
    if health.connections.draining.is_cancelled() {
        return unavailable("the server is shutting down");
    }
    match health.node.check_readiness().await {
        Ok(()) => (StatusCode::OK, "ready\n").into_response(),
        Err(problem) => unavailable(problem.to_string()),
    }
}

fn unavailable(message: impl Into<Cow<'static, str>>) -> Response {
    HttpFailure(Failure::new(ErrorCode::Unavailable, message)).into_response()
}

/// The metrics, in the Prometheus text format.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, description = "The metrics", body = String, content_type = "text/plain",
        example = "# TYPE touchline_connections gauge\ntouchline_connections 3\n"))
)]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub async fn measure(State(health): State<Arc<Health>>) -> Response {
    let counts = health.connections.counts();
    metrics::gauge!("touchline_sockets", "transport" => "websocket").set(counts.websocket as f64);
    metrics::gauge!("touchline_sockets", "transport" => "polling").set(counts.polling as f64);
    metrics::gauge!("touchline_sockets", "transport" => "plain").set(counts.plain as f64);
    metrics::gauge!("touchline_sockets", "transport" => "stream").set(counts.streams as f64);
    metrics::gauge!("touchline_sockets_v4").set(counts.v4 as f64);
    let Figures { occupancy, hears_others, nodes } = health.node.figures();
    metrics::gauge!("touchline_rooms").set(occupancy.rooms as f64);
    metrics::gauge!("touchline_members").set(occupancy.members as f64);
    metrics::gauge!("touchline_viewers").set(f64::from(occupancy.viewers));
    let (watchers, watchers_behind) = health.list_feed.occupancy();
    metrics::gauge!("touchline_list_watchers").set(watchers as f64);
    metrics::gauge!("touchline_members_behind").set((occupancy.lagging + watchers_behind) as f64);
    metrics::gauge!("touchline_bus_connected").set(f64::from(u8::from(hears_others)));
    metrics::gauge!("touchline_nodes").set(nodes as f64);
    metrics::counter!("touchline_log_lines_dropped_total").absolute(logging::dropped());
    measures::measure_process();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], health.metrics.render()).into_response()
}
