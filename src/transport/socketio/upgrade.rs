//! From HTTP to WebSocket. The engine's frames go into the accepted stream itself, so that its connection knows the
//! first of them. A session that began with polling stays on polling until its client says that the WebSocket works:
//! see `docs/decisions/upgrades.md`.

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

/// A client that tries a WebSocket for a session that polls.
pub struct UpgradeAttempt {
    /// The session.
    pub session: Arc<Session>,
    /// Within which the client has to switch to it.
    pub within: Duration,
}

/// Upgrades to a WebSocket of which the engine reads what keeps to the protocol. With an `attempt`, the engine gets
/// it once the client has tried it.
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
        // The engine's tasks have room for a stream several times over, as long as the connection is there: a pointer
        // is smaller.
        let stream = Box::new(CheckedStream::new(stream, checks));
        match attempt {
            Some(attempt) => attempt.run(engine, stream, request, &connection).await,
            None => hand_over(engine, stream, request, &connection),
        }
    });
    accept.into_response()
}

/// The stream that the listener has accepted, with what HTTP has read beyond the request.
fn take_stream(upgraded: Upgraded) -> Option<ConnectionStream> {
    let Ok(parts) = upgraded.downcast::<TokioIo<ConnectionStream>>() else {
        tracing::error!("a connection was accepted elsewhere than by the listener");
        return None;
    };
    Some(parts.io.into_inner().with_unread(parts.read_buf))
}

/// Gives the engine the stream.
fn hand_over(
    mut engine: Engine,
    stream: Box<CheckedStream<ConnectionStream>>,
    request: Request<()>,
    connection: &Connection,
) {
    connection.become_websocket();
    // What the engine does not take, such as a session that has ended, ends with the stream.
    drop(Service::call(&mut engine, (stream, request)));
}

/// Why a session cannot go on over a WebSocket: it has ended, as the engine tells by what it answers to a packet that
/// means nothing to it. (For a session that polls it says nothing.) A session that goes on over another WebSocket is let
/// in and closed, as by the reference server.
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
    /// Lets the client try the stream, while the session goes on polling. If that fails, the stream is closed, and the
    /// session does not notice.
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
        // The engine takes no POST any more once it has the stream.
        let _ = timeout_at(deadline, probe.posts_taken()).await;
        if polling.upgrade(connection) {
            stream.replay_probe();
            probe.switched();
            hand_over(engine, stream, request, connection);
        }
    }
}
