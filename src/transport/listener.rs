//! The accept loop under the router: TCP options, a place and an outlet for each connection, a time for the request's
//! head. Where no place is left, health is still answered, and everything else is asked to come again.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::host::Hosts;
use super::http::error::HttpFailure;
use super::outlet::OutletStream;
use super::places::{Place, Places};
use super::socket::handshake::Peer;
use super::sse;
use crate::supervise::{Part, Supervisor};
use crate::transport::error::Failure;
use body::TimedBody;
use request_checks::{RequestChecks, is_about_health};

mod body;
mod request_checks;

/// Within which a request's head must have come.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// Places beyond those for everybody, each for one request: about health, or to be told that the node is full. Each
/// takes a file descriptor. An address has its share of these too.
pub const RESERVED_PLACES: usize = 32;
/// Within which the head of a request on a reserved place must have come, …
const RESERVED_HEAD_WITHIN: Duration = Duration::from_secs(5);
/// … and all of it be over. To be ready takes 2 s at most.
const RESERVED_WITHIN: Duration = Duration::from_secs(10);
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
    pub places: Arc<Places>,
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
        let reserve = Places::new(RESERVED_PLACES);
        let connections = TaskTracker::new();
        self.supervisor.run(Part::Accept, || self.accept(&reserve, &connections, &stop)).await;
        drop(self.tcp);
        connections.close();
        connections.wait().await;
    }

    /// Accepts connections until told to stop.
    async fn accept(&self, reserve: &Arc<Places>, connections: &TaskTracker, stop: &CancellationToken) {
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
            let router = self.router.clone();
            match self.places.take((!self.trust_proxy).then_some(address.ip())) {
                Ok(place) => {
                    let connection = Connection::new(stream, address.ip(), place, Counted::new());
                    connections.spawn(connection.serve(router, checks, stop.clone()));
                }
                Err(no_place) => {
                    metrics::counter!("touchline_closed_total", "reason" => no_place.as_str()).increment(1);
                    match reserve.take(Some(address.ip())) {
                        Ok(place) => {
                            let connection = Connection::new(stream, address.ip(), place, ());
                            connections.spawn(connection.serve_reserved(router, checks));
                        }
                        // Without an answer: what it asks for is not known, and an `EventSource` that is refused
                        // by a status does not come back.
                        Err(_) => drop(stream),
                    }
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

/// An accepted connection.
struct Connection {
    stream: OutletStream<TcpStream>,
    peer: Peer,
    place: Arc<Place>,
}

impl Connection {
    /// Keeps the place, and what else is given, until the stream is dropped, wherever an upgrade may take it.
    fn new(stream: TcpStream, ip: IpAddr, place: Place, kept: impl Send + 'static) -> Self {
        let place = Arc::new(place);
        let stream = OutletStream::new(stream, (place.clone(), kept));
        let peer = Peer::new(stream.outlet(), ip);
        Self { stream, peer, place }
    }

    async fn serve(self, router: Router, checks: RequestChecks, stop: CancellationToken) {
        let Self { stream, peer, place } = self;
        let service = service_fn(move |request| {
            let mut request = taken(request, &peer);
            let checked = checks.check(&mut request, &place);
            answer(router.clone(), request, checked)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_WITHIN)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended with an error");
        }
    }

    /// Answers one request, if it is about health, and refuses any other.
    async fn serve_reserved(self, router: Router, checks: RequestChecks) {
        let Self { stream, peer, place: _ } = self;
        let service = service_fn(move |request| {
            let request = taken(request, &peer);
            let checked = match checks.hosts.check(&request) {
                Ok(()) if !is_about_health(&request) => Err(request_checks::full()),
                checked => checked,
            };
            answer(router.clone(), request, checked)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(RESERVED_HEAD_WITHIN)
            .max_buf_size(HEAD_BYTES)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        if let Ok(Err(error)) = tokio::time::timeout(RESERVED_WITHIN, connection).await {
            tracing::debug!(%error, "a connection on a reserved place ended with an error");
        }
    }
}

/// A request as the router takes it, with the connection that it came over.
fn taken(request: hyper::Request<Incoming>, peer: &Peer) -> hyper::Request<Body> {
    let mut request = request.map(|body| Body::new(TimedBody::new(body)));
    request.extensions_mut().insert(peer.clone());
    request
}

async fn answer(
    router: Router,
    request: hyper::Request<Body>,
    checked: Result<(), Failure>,
) -> Result<Response, Infallible> {
    match checked {
        Ok(()) => router.oneshot(request).await,
        Err(refused) if sse::is_stream(request.uri().path()) => {
            let mut response = sse::refusal(refused);
            // A page of another origin could not read it otherwise, and would give up for good. It says nothing.
            if let Some(origin) = request.headers().get(ORIGIN) {
                response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                response
                    .headers_mut()
                    .insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            }
            Ok(response)
        }
        Err(refused) => Ok(HttpFailure(refused).into_response()),
    }
}

/// Counts a connection for as long as it is there.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("touchline_connections").increment(1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("touchline_connections").decrement(1);
    }
}
