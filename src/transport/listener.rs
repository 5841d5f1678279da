//! The accept loop under the router: TCP options, a time for the request's head, an outlet for each connection.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::host::Hosts;
use super::http::error::HttpFailure;
use super::outlet::OutletStream;
use super::socket::handshake::Peer;
use body::TimedBody;

mod body;

/// Within which a request's head must have come.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// How long the request of a client that is refused is waited for, …
const REFUSE_WITHIN: Duration = Duration::from_secs(5);
/// … and of how many at a time: each takes a file descriptor, of which a full node has few.
const REFUSED_AT_ONCE: usize = 32;
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
    /// Connections that are taken at the most; more wait to be accepted.
    pub max_connections: usize,
    /// After so long without the peer's acknowledgement a connection is given up.
    pub user_timeout: Duration,
}

impl Listener {
    /// Accepts and serves until told to stop. Connections that are open then are told to finish.
    pub async fn serve(self, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(self.max_connections));
        let refusals = Arc::new(Semaphore::new(REFUSED_AT_ONCE));
        let connections = TaskTracker::new();
        let mut failing = false;
        loop {
            let accepted = tokio::select! {
                accepted = self.tcp.accept() => accepted,
                () = stop.cancelled() => break,
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
            let Ok(permit) = room.clone().try_acquire_owned() else {
                metrics::counter!("touchline_closed_total", "reason" => "full").increment(1);
                connections.spawn(refuse(stream, refusals.clone().try_acquire_owned().ok()));
                continue;
            };
            self.set_options(&stream);
            let stream = OutletStream::new(stream, (permit, Counted::new()));
            let peer = Peer::new(stream.outlet(), address.ip());
            connections.spawn(serve_one(stream, peer, self.router.clone(), self.hosts, stop.clone()));
        }
        drop(self.tcp);
        connections.close();
        connections.wait().await;
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

async fn serve_one(
    stream: OutletStream<TcpStream>,
    peer: Peer,
    router: Router,
    hosts: Hosts,
    stop: CancellationToken,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(|body| Body::new(TimedBody::new(body)));
        request.extensions_mut().insert(peer.clone());
        let checked = hosts.check(&request);
        let router = router.clone();
        async move {
            match checked {
                Ok(()) => router.oneshot(request).await,
                Err(refused) => Ok(HttpFailure(refused).into_response()),
            }
        }
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

/// Tells a client that comes when the node is full to come again later.
async fn refuse(stream: TcpStream, turn: Option<OwnedSemaphorePermit>) {
    const BODY: &str = r#"{"ok":false,"error":{"code":"unavailable","message":"this node is full"}}"#;
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    // An answer before its question, or with the question unread, is lost on the way. A few are waited for, for
    // a moment; what does not fit the socket's buffer then is not.
    if turn.is_some() {
        let question = async {
            let mut head = vec![0; HEAD_BYTES];
            // To be readable is a guess: it may be so with nothing to read.
            while let Err(error) = stream.readable().await.and_then(|()| stream.try_read(&mut head)) {
                if error.kind() != std::io::ErrorKind::WouldBlock {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(REFUSE_WITHIN, question).await;
    }
    let _ = stream.try_write(answer.as_bytes());
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
