//! The code of a refusal, as the reference implementation writes it.
//!
//! - The engine writes the code as text (engineioxide 0.17.9, `errors.rs` and `service/parser.rs`); in the reference
//!   implementation it is a number.
//! - Clients that compare codes do not recognise it.
//! - This rewrites the body of such an answer.
//! - Can go when `error_code_is_text` in `docs/upstream` exits with 0.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::json;

/// The longest text of a refusal, in bytes.
const REFUSAL_BYTES: usize = 1024;

/// What the engine says.
#[derive(Deserialize)]
struct EngineError {
    code: String,
    message: String,
}

/// The same answer. In a refusal the engine's code is text; the reference implementation's is a number.
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
