//! Packet size limits over polling.
//!
//! - The engine sets aside a packet that would make a poll's response larger than `max_payload`, and loses it
//!   if the session upgrades next (engineioxide 0.17.9, `transport/polling.rs`, `peeked_packet`).
//! - A client that upgrades while many packets wait would miss an update.
//! - So the limit is off for sessions that begin with polling: a response may hold the whole queue, whose
//!   size is limited. Packets from clients are limited before they reach the engine. This file writes that
//!   limit into the handshake response, and also the `sid` that names the session (`polling_secret.rs`).
//! - Can go when `packet_lost_at_upgrade` in `docs/upstream` exits with 0.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use socketioxide::socket::Sid;

use super::polling_secret::PollingSecret;

/// The engine's limit when it is off.
pub const NO_LIMIT: u64 = u64::MAX;
/// A bound on the size of an open packet, in bytes.
const OPEN_PACKET_BYTES: usize = 1024;

/// Rewrites the response to a polling handshake with the real limit and the client's `sid`. Also returns the
/// engine's id of the session.
pub async fn rewrite(
    response: Response,
    max_packet: usize,
    secret: &PollingSecret,
) -> (Response, Option<Sid>) {
    if response.status() != StatusCode::OK {
        return (response, None);
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    let packet = axum::body::to_bytes(body, OPEN_PACKET_BYTES).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&packet);
    // A packet of Engine.IO 3 is prefixed with its length.
    let (length, packet) = said.split_once(':').filter(|(length, _)| !length.contains('{')).unzip();
    let packet = packet.unwrap_or(&said).replacen(&NO_LIMIT.to_string(), &max_packet.to_string(), 1);
    let id = session(&packet).map(str::to_owned);
    let packet = match &id {
        Some(id) => packet.replacen(id, &secret.seal(id), 1),
        None => packet,
    };
    let packet = if length.is_some() { format!("{}:{packet}", packet.len()) } else { packet };
    (Response::from_parts(parts, Body::from(packet)), id.and_then(|id| id.parse().ok()))
}

/// The engine's session id in an open packet.
fn session(packet: &str) -> Option<&str> {
    let (_, rest) = packet.split_once(r#""sid":""#)?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::entropy;

    #[tokio::test]
    async fn a_handshake_response_has_the_limit_and_the_sid() {
        let secret = PollingSecret::generate(&mut entropy::source());
        let said = format!(r#"0{{"sid":"A","upgrades":["websocket"],"maxPayload":{NO_LIMIT}}}"#);
        for before in [String::new(), format!("{}:", said.len())] {
            let said = format!("{before}{said}");
            let mut response = Response::new(Body::from(said.clone()));
            response.headers_mut().insert(CONTENT_LENGTH, said.len().into());
            let (told, _) = rewrite(response, 65_536, &secret).await;
            assert!(!told.headers().contains_key(CONTENT_LENGTH), "it has changed");
            let told = axum::body::to_bytes(told.into_body(), OPEN_PACKET_BYTES).await.expect("a body");
            let told = String::from_utf8(told.to_vec()).expect("text");
            let packet = match told.split_once(":0{") {
                Some((length, rest)) => {
                    assert_eq!(length.parse(), Ok(rest.len() + 2));
                    format!("{{{rest}")
                }
                None => told[1..].to_owned(),
            };
            assert_eq!(told.starts_with('0'), before.is_empty());
            let packet: serde_json::Value = serde_json::from_str(&packet).expect("JSON");
            assert_eq!((&packet["sid"], &packet["maxPayload"]), (&json!(secret.seal("A")), &json!(65_536)));
        }
    }
}
