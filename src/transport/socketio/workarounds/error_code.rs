//! Rewrites the engine's error codes to the reference implementation's format.
//!
//! - The engine writes the code as a string (engineioxide 0.17.9, `errors.rs` and `service/parser.rs`); in
//!   the reference implementation it is a number.
//! - Clients that compare codes do not recognise the string.
//! - This rewrites the body of such a response.
//! - Can go when `error_code_is_text` in `docs/upstream` exits with 0.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::json;

/// The longest error body, in bytes.
const REFUSAL_BYTES: usize = 1024;

/// The engine's error body.
#[derive(Deserialize)]
struct EngineError {
    code: String,
    message: String,
}

/// Returns the response, with the code of an engine error as a number.
pub async fn with_its_code(response: Response) -> Response {
    if response.status() != StatusCode::BAD_REQUEST || !response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = axum::body::to_bytes(body, REFUSAL_BYTES).await.unwrap_or_default();
    let told: Option<EngineError> = serde_json::from_slice(&text).ok();
    let told = told.and_then(|EngineError { code, message }| {
        Some(json!({ "code": code.parse::<u8>().ok()?, "message": message }).to_string())
    });
    Response::from_parts(parts, told.map_or_else(|| Body::from(text), Body::from))
}
