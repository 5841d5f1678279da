//! The accept loop under the router: TCP options, a slot for each connection, a time for the request's
//! head. If no place is left, the request decides: health is still answered, everything else is told when to retry.

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
use refused::{RefusalKind, RefusalLog};
use request_checks::{RejectedRequest, RequestChecks};
use undecided::{Undecided, UndecidedSlot};

mod answer;
mod body;
mod refused;
mod request_checks;
mod undecided;

/// Within which a request's head must have come.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// Places for requests about health while there is no other place. An address has its share of these too: behind a proxy,
/// the address that the proxy names.
const HEALTH_PLACES: usize = 32;
/// Connections without a place whose request has not come yet, or is being refused.
const UNDECIDED: usize = 64;
/// File descriptors that a full listener takes for connections without a place.
pub const RESERVED_PLACES: usize = HEALTH_PLACES + UNDECIDED;
/// Within which the head of the request of such a connection must have come, …
const UNDECIDED_HEAD_WITHIN: Duration = Duration::from_secs(3);
/// … and all of the connection be over. To be ready takes 2 s at most.
const UNDECIDED_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait when a connection cannot be accepted, such as for want of file descriptors.
const AFTER_ERROR: Duration = Duration::from_millis(50);

/// What the accept loop works by.
pub struct Listener {
    /// Where it listens.
    pub tcp: TcpListener,
    /// What answers.
    pub router: Router,
    /// Which hosts requests may name.
    pub hosts: Hosts,
    /// The places for connections.
    pub places: Arc<ConnectionSlots>,
    /// Whether a proxy of our own says where clients call from.
    pub trust_proxy: bool,
    /// After so long without the peer's acknowledgement a connection is given up.
    pub user_timeout: Duration,
    /// Starts the loop again if it panics.
    pub supervisor: Supervisor,
}

impl Listener {
    /// Accepts and serves until told to stop. Connections that are open then are told to finish.
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

    /// Accepts connections until told to stop.
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
                    tokio::time::sleep(AFTER_ERROR).await;
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
            tracing::debug!(%error, "cannot set a connection's options");
        }
    }
}

/// What there is for connections when no place is left.
struct OverflowSlots {
    /// Places for requests about health.
    health: Arc<ConnectionSlots>,
    /// Connections whose request is not known yet.
    undecided: Arc<Undecided>,
}

/// What the requests of a connection pass.
struct RequestGate {
    router: Router,
    checks: RequestChecks,
    refused: Arc<RefusalLog>,
}

impl RequestGate {
    /// Routes a request that was found good, and refuses any other.
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

    /// Logs the error that a connection ended with, if it was the client's head.
    fn note(&self, ip: IpAddr, error: &hyper::Error, has_begun: bool) {
        tracing::debug!(%error, "a connection ended with an error");
        if error.is_parse() {
            self.refused.note(RefusalKind::MalformedHead, ip, &error.to_string());
        } else if error.is_timeout() && has_begun {
            self.refused.note(RefusalKind::SlowHead, ip, "the head of a request did not come in time");
        }
    }
}

/// An accepted connection.
struct AcceptedConnection {
    stream: ConnectionStream<TcpStream>,
    peer: Peer,
}

impl AcceptedConnection {
    /// Keeps what is given until the stream is dropped, wherever an upgrade may take it.
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
            .header_read_timeout(HEAD_WITHIN)
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
            // A connection that is idle between two requests ends with the same error.
            let has_begun = connection.into_parts().is_some_and(|parts| !parts.read_buf.is_empty());
            gate.note(ip, &error, has_begun);
        }
    }

    /// Answers one request: from a place for health if it is about health, and with a refusal if not.
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
            .header_read_timeout(UNDECIDED_HEAD_WITHIN)
            .max_buf_size(HEAD_BYTES)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        tokio::select! {
            ended = tokio::time::timeout(UNDECIDED_WITHIN, connection) => match ended {
                Ok(Err(error)) if error.is_timeout() => {
                    gate.refused.note(RefusalKind::NoRequest, ip, "the node is full, and no request came in time");
                }
                Ok(Err(error)) => gate.note(ip, &error, false),
                Ok(Ok(())) | Err(_) => {}
            },
            () = closed.cancelled() => {
                gate.refused.note(RefusalKind::NoRequest, ip, "the node is full, and newer connections need the room");
            }
        }
    }
}

/// A request as the router takes it, with the connection that it came over.
fn taken(request: hyper::Request<Incoming>, peer: &Peer) -> hyper::Request<Body> {
    let mut request = request.map(|body| Body::new(TimedBody::new(body)));
    request.extensions_mut().insert(peer.clone());
    request
}

/// What a connection holds for as long as it is there.
struct Held {
    place: ConnectionSlot,
    _counted: ConnectionGauge,
}

/// Counts a connection for as long as it is there.
struct ConnectionGauge;

impl ConnectionGauge {
    fn new() -> Self {
        metrics::gauge!("touchline_connections").increment(1);
        Self
    }
}

impl Drop for ConnectionGauge {
    fn drop(&mut self) {
        metrics::gauge!("touchline_connections").decrement(1);
    }
}
