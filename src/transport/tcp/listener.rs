//! The accept loop beneath the router: TCP options, a slot for each connection, and a timeout for the
//! request's head. Without a free slot the request decides: health checks are still answered, everything else
//! is told when to retry.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::connection::ConnectionStream;
use super::connection_slots::{ConnectionSlot, ConnectionSlots};
use super::host::Hosts;
use crate::supervise::{ServerPart, Supervisor};
use crate::transport::tcp::peer::Peer;
use body::TimedBody;
use gauge::ConnectionGauge;
use refused::{RefusalKind, RefusalLog};
use request_checks::{RejectedRequest, RequestChecks};
use undecided::{Undecided, UndecidedSlot};

mod answer;
mod body;
mod gauge;
mod refused;
mod request_checks;
mod undecided;

/// How long a request's head may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// Slots for health requests while the node is full. Each address gets a share of these too: behind a proxy,
/// the forwarded address.
const HEALTH_PLACES: usize = 32;
/// The most connections without a slot whose request has not arrived yet, or is being refused.
const UNDECIDED: usize = 64;
/// File descriptors that a full listener uses for connections without a slot.
pub const RESERVED_PLACES: usize = HEALTH_PLACES + UNDECIDED;
/// How long the head of such a connection's request may take to arrive, …
const UNDECIDED_HEAD_TIMEOUT: Duration = Duration::from_secs(3);
/// … and how long the whole connection may last. A readiness check takes at most 2 s.
const UNDECIDED_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait when a connection cannot be accepted, for example because file descriptors ran out.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// The accept loop and what it needs.
pub struct Listener {
    /// The listening socket.
    pub tcp: TcpListener,
    /// Answers the requests.
    pub router: Router,
    /// The hosts that requests may name.
    pub hosts: Hosts,
    /// The slots for connections.
    pub places: Arc<ConnectionSlots>,
    /// Whether a trusted proxy forwards the clients' addresses.
    pub trust_proxy: bool,
    /// How long a peer may leave data unacknowledged before its connection is dropped (`TCP_USER_TIMEOUT`).
    pub user_timeout: Duration,
    /// Restarts the loop if it panics.
    pub supervisor: Supervisor,
}

impl Listener {
    /// Accepts and serves until `stop`. Open connections are then shut down gracefully.
    pub async fn serve(self, stop: CancellationToken) {
        let full = OverflowSlots {
            health: ConnectionSlots::new(HEALTH_PLACES),
            undecided: Undecided::new(UNDECIDED),
        };
        let refused = Arc::new(RefusalLog::default());
        let connections = TaskTracker::new();
        self.supervisor.run(ServerPart::Accept, || self.accept(&full, &refused, &connections, &stop)).await;
        drop(self.tcp);
        connections.close();
        connections.wait().await;
    }

    /// Accepts connections until `stop`.
    async fn accept(
        &self,
        full: &OverflowSlots,
        refused: &Arc<RefusalLog>,
        connections: &TaskTracker,
        stop: &CancellationToken,
    ) {
        let checks = RequestChecks { hosts: self.hosts, trust_proxy: self.trust_proxy };
        let mut failing = false;
        loop {
            let accepted = tokio::select! {
                accepted = self.tcp.accept() => accepted,
                () = stop.cancelled() => return,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => {
                    if std::mem::take(&mut failing) {
                        tracing::info!("accepting connections again");
                    }
                    accepted
                }
                Err(error) => {
                    metrics::counter!("touchline_accept_errors_total").increment(1);
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "cannot accept connections; retrying");
                    }
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                    continue;
                }
            };
            self.set_options(&stream);
            let ip = address.ip();
            let gate = RequestGate { router: self.router.clone(), checks, refused: refused.clone() };
            match self.places.take((!self.trust_proxy).then_some(ip)) {
                Ok(place) => {
                    let held = Arc::new(Held { place, _counted: ConnectionGauge::new() });
                    let connection = AcceptedConnection::new(stream, ip, held.clone());
                    connections.spawn(connection.serve(gate, held, stop.clone()));
                }
                Err(no_place) => {
                    metrics::counter!("touchline_closed_total", "reason" => no_place.as_str()).increment(1);
                    let turn = full.undecided.enter(ip);
                    let connection = AcceptedConnection::new(stream, ip, Arc::new(()));
                    connections.spawn(connection.serve_undecided(gate, turn, full.health.clone()));
                }
            }
        }
    }

    fn set_options(&self, stream: &TcpStream) {
        let socket = SockRef::from(stream);
        let set =
            socket.set_tcp_nodelay(true).and_then(|()| socket.set_tcp_user_timeout(Some(self.user_timeout)));
        if let Err(error) = set {
            tracing::debug!(%error, "cannot set socket options");
        }
    }
}

/// Slots for connections while the node is full.
struct OverflowSlots {
    /// Slots for health requests.
    health: Arc<ConnectionSlots>,
    /// Connections whose request is not known yet.
    undecided: Arc<Undecided>,
}

/// What a connection's requests pass through.
struct RequestGate {
    router: Router,
    checks: RequestChecks,
    refused: Arc<RefusalLog>,
}

impl RequestGate {
    /// Routes a request that passed its checks, and refuses any other.
    async fn answer(
        router: Router,
        refused: Arc<RefusalLog>,
        request: hyper::Request<Body>,
        checked: Result<(), RejectedRequest>,
    ) -> Result<Response, Infallible> {
        match checked {
            Ok(()) => router.oneshot(request).await,
            Err(RejectedRequest { kind, failure }) => {
                if let Some(peer) = request.extensions().get::<Peer>() {
                    refused.note(kind, peer.ip, &failure.message);
                }
                Ok(answer::refuse(request, failure))
            }
        }
    }

    /// Logs the error that ended a connection, if a malformed or slow head caused it.
    fn note(&self, ip: IpAddr, error: &hyper::Error, has_begun: bool) {
        tracing::debug!(%error, "connection error");
        if error.is_parse() {
            self.refused.note(RefusalKind::MalformedHead, ip, &error.to_string());
        } else if error.is_timeout() && has_begun {
            self.refused.note(RefusalKind::SlowHead, ip, "timed out reading the request's head");
        }
    }
}

/// An accepted connection.
struct AcceptedConnection {
    stream: ConnectionStream<TcpStream>,
    peer: Peer,
}

impl AcceptedConnection {
    /// `kept` is dropped with the stream, also after an upgrade.
    fn new(stream: TcpStream, ip: IpAddr, kept: Arc<dyn Send + Sync>) -> Self {
        let stream = ConnectionStream::new(stream, kept);
        let peer = Peer { connection: stream.connection(), ip };
        Self { stream, peer }
    }

    async fn serve(self, gate: RequestGate, held: Arc<Held>, stop: CancellationToken) {
        let Self { stream, peer } = self;
        let ip = peer.ip;
        let service = service_fn(|request| {
            let mut request = taken(request, &peer);
            gate.checks.locate(&mut request);
            let checked = gate.checks.check(&request, &held.place);
            RequestGate::answer(gate.router.clone(), gate.refused.clone(), request, checked)
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = stop.cancelled() => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                (&mut connection).await
            }
        };
        if let Err(error) = ended {
            // An idle connection between two requests ends with the same error.
            let has_begun = connection.into_parts().is_some_and(|parts| !parts.read_buf.is_empty());
            gate.note(ip, &error, has_begun);
        }
    }

    /// Answers one request: a health request if a health slot is free, any other with a refusal.
    async fn serve_undecided(self, gate: RequestGate, turn: UndecidedSlot, health: Arc<ConnectionSlots>) {
        let Self { stream, peer } = self;
        let ip = peer.ip;
        let closed = turn.closed();
        let turn = Mutex::new(Some(turn));
        let health_place = Mutex::new(None);
        let service = service_fn(|request| {
            let mut request = taken(request, &peer);
            gate.checks.locate(&mut request);
            let checked = gate.checks.check_host(&request).and_then(|()| {
                *health_place.lock() = Some(request_checks::health_place(&health, &request)?);
                turn.lock().take();
                Ok(())
            });
            RequestGate::answer(gate.router.clone(), gate.refused.clone(), request, checked)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(UNDECIDED_HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        tokio::select! {
            ended = tokio::time::timeout(UNDECIDED_TIMEOUT, connection) => match ended {
                Ok(Err(error)) if error.is_timeout() => {
                    gate.refused.note(RefusalKind::NoRequest, ip, "the node is full, and no request arrived in time");
                }
                Ok(Err(error)) => gate.note(ip, &error, false),
                Ok(Ok(())) | Err(_) => {}
            },
            () = closed.cancelled() => {
                gate.refused.note(RefusalKind::NoRequest, ip, "the node is full; closed to make room for a newer connection");
            }
        }
    }
}

/// Prepares a request for the router: adds its connection and limits the time for its body.
fn taken(request: hyper::Request<Incoming>, peer: &Peer) -> hyper::Request<Body> {
    let mut request = request.map(|body| Body::new(TimedBody::new(body)));
    request.extensions_mut().insert(peer.clone());
    request
}

/// What a connection holds while it is open.
struct Held {
    place: ConnectionSlot,
    _counted: ConnectionGauge,
}
