//! The WebSocket handshake (RFC 6455 section 4.2), with and without Socket.IO.

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderValue, Method, Request, StatusCode, Version};
use thiserror::Error;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The supported protocol version.
pub const VERSION: &str = "13";

/// Why a handshake is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HandshakeError {
    /// A header is missing or invalid.
    #[error("the request is not a valid handshake (RFC 6455 section 4.1)")]
    Invalid,
    /// Another protocol version.
    #[error("Sec-WebSocket-Version must be 13")]
    Version,
}

/// The response to a valid handshake.
#[derive(Debug)]
pub struct Accept(String);

impl IntoResponse for Accept {
    fn into_response(self) -> Response {
        let headers = [(UPGRADE, "websocket"), (CONNECTION, "Upgrade"), (SEC_WEBSOCKET_ACCEPT, &self.0)];
        (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
    }
}

/// Checks a handshake.
pub fn accept<B>(request: &Request<B>) -> Result<Accept, HandshakeError> {
    let has = |name, wanted: &str| {
        let values =
            request.headers().get_all(name).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(wanted))
    };
    let key = request.headers().get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes);
    let key = key.filter(|key| STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16));
    let is_upgrade = has(UPGRADE, "websocket") && has(CONNECTION, "upgrade");
    let is_http = request.method() == Method::GET && request.version() >= Version::HTTP_11;
    match key {
        Some(_) if !has(SEC_WEBSOCKET_VERSION, VERSION) => Err(HandshakeError::Version),
        Some(key) if is_upgrade && is_http => Ok(Accept(derive_accept_key(key))),
        _ => Err(HandshakeError::Invalid),
    }
}
