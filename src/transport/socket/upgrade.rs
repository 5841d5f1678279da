//! From HTTP to WebSocket. The engine's frames go into the accepted stream itself, so that its outlet knows the
//! first of them.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use http::{Request, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tower::Service;

use super::connections::Engine;
use super::frames::{CheckedStream, Checks};
use super::handshake::Peer;
use crate::transport::outlet::OutletStream;

/// Upgrades to a WebSocket of which the engine reads what keeps to the protocol.
pub fn upgrade(engine: Engine, mut request: Request<Body>, accept: &str, checks: Checks) -> Response {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(hand_over(engine, upgrade, request.map(drop), checks));
    let headers = [(UPGRADE, "websocket"), (CONNECTION, "Upgrade"), (SEC_WEBSOCKET_ACCEPT, accept)];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// Gives the engine the stream, once the client has been answered.
async fn hand_over(mut engine: Engine, upgrade: OnUpgrade, request: Request<()>, checks: Checks) {
    let Ok(upgraded) = upgrade.await else { return };
    let Some(stream) = take_stream(upgraded) else { return };
    if let Some(peer) = request.extensions().get::<Peer>() {
        peer.outlet.become_websocket();
    }
    // The engine's tasks have room for a stream several times over, as long as the connection is there: a pointer
    // is smaller.
    let stream = Box::new(CheckedStream::new(stream, checks));
    // What the engine does not take, such as an unknown session, ends with the stream.
    let _ = Service::call(&mut engine, (stream, request)).await;
}

/// The stream that the listener has accepted, with what HTTP has read beyond the request.
fn take_stream(upgraded: Upgraded) -> Option<OutletStream> {
    let Ok(parts) = upgraded.downcast::<TokioIo<OutletStream>>() else {
        tracing::error!("a connection was accepted elsewhere than by the listener");
        return None;
    };
    Some(parts.io.into_inner().with_unread(parts.read_buf))
}
