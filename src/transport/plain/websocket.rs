//! `GET /ws/updates`: an event over a plain WebSocket (RFC 6455), for clients without Socket.IO.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::SEC_WEBSOCKET_VERSION;
use http::{HeaderValue, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::admission::Admission;
use super::close_code::CloseStatus;
use super::queue::{PlainLink, PlainProtocol};
use crate::config::bytes;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::hello::Hello;
use crate::transport::error::Failure;
use crate::transport::handlers::context::Context;
use crate::transport::http_error::HttpFailure;
use crate::transport::plain::session::{FirstMessage, PlainSession};
use crate::transport::tcp::websocket_handshake::{self, HandshakeError, VERSION};

mod auth;
mod command;
mod conversation;

/// The write buffer's size, in bytes. It is small, because each client has one.
const WRITE_BUFFER: usize = 4 * 1024;
/// The read buffer's size, in bytes, as in the engine: viewers send little.
const READ_BUFFER: usize = 512;

/// Upgrades a request to a WebSocket. Errors in the handshake itself get an HTTP status. All other errors get
/// a close code, because pages can see only that.
pub fn handle(admission: Admission, mut request: Request<Body>) -> Response {
    if let Err(refused) = admission.check_origin(request.headers()) {
        return HttpFailure(refused).into_response();
    }
    let accept = match websocket_handshake::accept(&request) {
        Ok(accept) => accept,
        Err(error) => return no_websocket(error),
    };
    let plain = match admission.admit(&request, PlainProtocol::WebSocket) {
        Ok(plain) => plain,
        Err(refused) => return HttpFailure(refused).into_response(),
    };
    let query = request.uri().query().unwrap_or_default();
    let hello = Hello::read(None, [query], request.headers());
    let is_token_in_frame = auth::is_in_frame(query);
    let upgrade = hyper::upgrade::on(&mut request);
    let context = admission.context;
    let tasks = context.connections.plain_tasks.clone();
    tasks.spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            serve(&context, upgraded, plain, hello, is_token_in_frame).await;
        }
    });
    accept.into_response()
}

/// The response to an invalid handshake, or to one of an unsupported version.
fn no_websocket(error: HandshakeError) -> Response {
    let mut response =
        HttpFailure(Failure::bad_request(format!("this endpoint is a WebSocket: {error}"))).into_response();
    if error == HandshakeError::Version {
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
        response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
    }
    response
}

async fn serve(
    context: &Arc<Context>,
    upgraded: hyper::upgrade::Upgraded,
    plain: Arc<PlainLink>,
    hello: Hello,
    is_token_in_frame: Result<bool, Failure>,
) {
    let packet = bytes(context.settings.max_packet);
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(packet))
        .max_frame_size(Some(packet));
    let stream = TokioIo::new(upgraded);
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let guest = hello.guest();
    let close_status = match enter(context, &mut socket, &plain, hello, is_token_in_frame).await {
        Ok(session) => conversation::hold(&mut socket, &session, guest.as_deref()).await,
        Err(close_status) => close_status,
    };
    if close_status == Some(CloseStatus::TOO_LARGE) {
        CloseReason::TooLarge.note(Some(plain.peer.ip), plain.client());
    }
    conversation::finish(socket, close_status).await;
}

/// Admits a client after it has sent its token.
async fn enter<S: AsyncRead + AsyncWrite + Unpin>(
    context: &Arc<Context>,
    socket: &mut WebSocketStream<S>,
    plain: &Arc<PlainLink>,
    mut hello: Hello,
    is_token_in_frame: Result<bool, Failure>,
) -> Result<PlainSession, Option<CloseStatus>> {
    let refused = |failure: Failure| Some(CloseStatus::refused(&failure));
    if is_token_in_frame.map_err(refused)? {
        let within = context.settings.connect_timeout;
        hello.token = Some(auth::receive(socket, within, &context.connections).await?);
    }
    let Hello { token, join } = hello;
    PlainSession::enter(context, plain, token, join.map(FirstMessage::Join)).await.map_err(refused)
}
