//! Upgrades from HTTP to WebSocket. The engine writes its frames into the accepted stream itself, so that its
//! connection can follow them from the first. A session that began with polling keeps polling until its
//! client confirms that the WebSocket works: see `docs/decisions/upgrades.md`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::Request;
use http::header::CONTENT_TYPE;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use socketioxide::socket::Sid;
use tokio::time::{Instant, timeout_at};
use tower::{Service, ServiceExt as _};

use super::engines::Engine;
use super::session::{Polling, Session};
use super::workarounds::error_code::with_its_code;
use super::workarounds::frame_check::{CheckedStream, Checks};
use crate::transport::tcp::connection::{Connection, ConnectionStream};
use crate::transport::tcp::websocket_handshake::Accept;

mod probe;

/// A client's attempt to move a polling session to a WebSocket.
pub struct UpgradeAttempt {
    /// The session.
    pub session: Arc<Session>,
    /// How long the client has to switch to it.
    pub within: Duration,
}

/// Upgrades to a WebSocket. The engine reads only valid frames from it. With an `attempt`, the engine gets
/// the stream once the client has probed it.
pub fn upgrade(
    engine: Engine,
    mut request: Request<Body>,
    accept: Accept,
    checks: Checks,
    connection: Arc<Connection>,
    attempt: Option<UpgradeAttempt>,
) -> Response {
    let upgrade = hyper::upgrade::on(&mut request);
    let request = request.map(drop);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let Some(stream) = take_stream(upgraded) else { return };
        // Boxed: the engine's tasks reserve space for several streams for as long as the connection lasts,
        // and a pointer is smaller.
        let stream = Box::new(CheckedStream::new(stream, checks));
        match attempt {
            Some(attempt) => attempt.run(engine, stream, request, &connection).await,
            None => hand_over(engine, stream, request, &connection),
        }
    });
    accept.into_response()
}

/// The stream that the listener accepted, with the bytes that HTTP read beyond the request.
fn take_stream(upgraded: Upgraded) -> Option<ConnectionStream> {
    let Ok(parts) = upgraded.downcast::<TokioIo<ConnectionStream>>() else {
        tracing::error!("cannot upgrade: the connection was not accepted by this listener");
        return None;
    };
    Some(parts.io.into_inner().with_unread(parts.read_buf))
}

/// Hands the stream to the engine.
fn hand_over(
    mut engine: Engine,
    stream: Box<CheckedStream<ConnectionStream>>,
    request: Request<()>,
    connection: &Connection,
) {
    connection.become_websocket();
    // If the engine does not accept it, for example because the session has ended, the stream is dropped.
    drop(Service::call(&mut engine, (stream, request)));
}

/// The error if a session cannot move to a WebSocket because it has ended. The engine reveals this in its
/// response to a noop packet, which is empty for a live polling session. A session that already uses another
/// WebSocket is accepted and then closed, as by the reference server.
pub async fn refusal(
    engine: &Engine,
    sid: Sid,
    session: Option<&Session>,
    is_legacy: bool,
) -> Option<Response> {
    if session.and_then(Session::polling).is_some_and(Polling::is_upgraded) {
        return None;
    }
    let (version, noop) = if is_legacy { (3, "1:6") } else { (4, "6") };
    let uri = format!("/socket.io/?EIO={version}&transport=polling&sid={sid}");
    let request = Request::post(uri).body(Body::from(noop)).expect("a session id is plain ASCII");
    let Ok(response) = engine.clone().oneshot(request).await;
    let says_why = response.headers().contains_key(CONTENT_TYPE);
    if says_why { Some(with_its_code(response.map(Body::new)).await) } else { None }
}

impl UpgradeAttempt {
    /// Lets the client probe the stream while the session keeps polling. If the probe fails, the stream is
    /// closed and the session is not affected.
    async fn run(
        self,
        engine: Engine,
        mut stream: Box<CheckedStream<ConnectionStream>>,
        request: Request<()>,
        connection: &Arc<Connection>,
    ) {
        let Self { session, within } = self;
        let Some(polling) = session.polling() else { return };
        let deadline = Instant::now() + within;
        let probe = polling.polls.probe();
        let superseded = probe.superseded();
        if polling.is_upgraded() {
            return;
        }
        let switched = tokio::select! {
            switched = timeout_at(deadline, probe::run(&mut stream, || probe.answered())) => switched,
            () = superseded => return,
        };
        if !matches!(switched, Ok(Ok(true))) {
            metrics::counter!("touchline_upgrades_failed_total").increment(1);
            return;
        }
        // Once it has the stream, the engine accepts no more POSTs.
        let _ = timeout_at(deadline, probe.posts_taken()).await;
        if polling.upgrade(connection) {
            stream.replay_probe();
            probe.switched();
            hand_over(engine, stream, request, connection);
        }
    }
}
