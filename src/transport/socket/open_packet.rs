//! How much is taken and given over polling. The engine puts aside a packet that an answer cannot hold, and forgets
//! it if the session upgrades just then (engineioxide 0.17.9). So for sessions that begin with polling its limit is
//! off: an answer may hold all that waits, which the queue bounds. What a client sends is limited before the engine,
//! and its handshake is told that limit.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;

/// The engine's limit, where it is off.
pub const NO_LIMIT: u64 = u64::MAX;
/// More than an open packet has, in bytes.
const OPEN_PACKET_BYTES: usize = 1024;

/// The answer to a handshake of polling, with the limit that there is. It stays as long as it was: of a packet of
/// Engine.IO 3 the length stands before it.
pub async fn with_its_limit(response: Response, max_packet: usize) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    let (parts, body) = response.into_parts();
    let packet = axum::body::to_bytes(body, OPEN_PACKET_BYTES).await.unwrap_or_default();
    let said = NO_LIMIT.to_string();
    let limit = format!("{max_packet:<width$}", width = said.len());
    let packet = String::from_utf8_lossy(&packet).replacen(&said, &limit, 1);
    Response::from_parts(parts, Body::from(packet))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_handshake_is_told_the_limit_and_stays_as_long_as_it_was() {
        let said = format!(r#"62:0{{"sid":"A","upgrades":["websocket"],"maxPayload":{NO_LIMIT}}}"#);
        let told = with_its_limit(Response::new(Body::from(said.clone())), 65_536).await;
        let told = axum::body::to_bytes(told.into_body(), OPEN_PACKET_BYTES).await.expect("a body");
        assert_eq!(told.len(), said.len());
        let packet: serde_json::Value = serde_json::from_slice(&told[4..]).expect("JSON");
        assert_eq!((&packet["sid"], &packet["maxPayload"]), (&json!("A"), &json!(65_536)));
    }
}
