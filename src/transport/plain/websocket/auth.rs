//! `?auth=frame`: the token comes in the first frame. In the URL, proxies could log it.

use std::time::Duration;

use futures_util::StreamExt as _;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::conversation::fault;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::registry::ClientRegistry;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::plain::close_code::CloseStatus;
use crate::transport::wire::object::Object;

/// The most pings and pongs allowed before the token.
const CONTROL_FRAMES: usize = 10;

/// `{"type": "auth", "token"}`.
#[derive(Deserialize)]
struct Auth {
    #[serde(rename = "type")]
    kind: String,
    token: String,
}

/// Whether a connection with this query sends its token in a frame.
///
/// # Errors
/// `bad_request`: `auth` has an unknown value.
pub fn is_in_frame(query: &str) -> Result<bool, Failure> {
    let mut fields = form_urlencoded::parse(query.as_bytes());
    match fields.find(|(name, _)| name == "auth") {
        None => Ok(false),
        Some((_, way)) if way == "frame" => Ok(true),
        Some(_) => Err(Failure::bad_request("auth must be \"frame\", or omitted")),
    }
}

/// Waits for the token, or until the server shuts down.
///
/// # Errors
/// The close status for the client; `None` if it has disconnected.
pub async fn receive<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    within: Duration,
    connections: &ClientRegistry,
) -> Result<String, Option<CloseStatus>> {
    tokio::select! {
        token = tokio::time::timeout(within, first_text(socket)) => {
            token.unwrap_or_else(|_| Err(Some(unauthenticated("timed out waiting for the auth frame"))))
        }
        () = connections.draining.cancelled() => Err(Some(CloseStatus::SHUTDOWN)),
    }
}

async fn first_text<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
) -> Result<String, Option<CloseStatus>> {
    for _ in 0..=CONTROL_FRAMES {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let auth = serde_json::from_str::<Object<Auth>>(&text).ok().map(|Object(auth)| auth);
                let auth = auth.filter(|auth| auth.kind == "auth");
                let refusal = || unauthenticated(r#"the first frame must be {"type":"auth","token":"…"}"#);
                return auth.map(|auth| auth.token).ok_or_else(|| Some(refusal()));
            }
            Some(Ok(Message::Binary(_))) => return Err(Some(CloseStatus::BINARY)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Ok(Message::Close(_))) | None => return Err(None),
            Some(Err(error)) => return Err(fault(&error)),
        }
    }
    Err(Some(CloseReason::Flooding.into()))
}

fn unauthenticated(why: &'static str) -> CloseStatus {
    CloseStatus::refused(&Failure::new(ErrorCode::Unauthenticated, why))
}
