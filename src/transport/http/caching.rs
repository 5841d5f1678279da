//! Who may keep an answer, and for how long (RFC 9111). An answer that depends on a token is for nobody but who asked.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{AUTHORIZATION, CACHE_CONTROL, VARY};
use http::{HeaderValue, StatusCode};

/// No cache keeps it.
pub const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
/// Every cache may keep it for a second: a crowd that asks at once is one request to the database.
const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=1");
/// A cache in between must not take the answer to a guest for the answer to a player.
const BY_TOKEN: HeaderValue = HeaderValue::from_static("authorization");

/// For calls whose answer is the same to all guests: they may share it, unless it is a refusal.
pub async fn shared_by_guests(request: Request, next: Next) -> Response {
    let is_guest = !request.headers().contains_key(AUTHORIZATION);
    let mut response = next.run(request).await;
    let is_shared = is_guest && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    mark(&mut response, if is_shared { PUBLIC } else { PRIVATE });
    response
}

/// For calls whose answer belongs to whoever asked.
pub async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    mark(&mut response, PRIVATE);
    response
}

fn mark(response: &mut Response, value: HeaderValue) {
    response.headers_mut().insert(CACHE_CONTROL, value);
    response.headers_mut().append(VARY, BY_TOKEN);
}

/// For answers that no layer marks: what answers to the same request depend on elsewhere.
#[must_use]
pub fn with_vary(mut response: Response) -> Response {
    response.headers_mut().append(VARY, BY_TOKEN);
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response
}

/// Joins the `Vary` lines of an answer that caches may share: of several lines nginx before 1.23 sees the last alone.
#[must_use]
pub fn with_one_vary(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    if headers.get(CACHE_CONTROL) == Some(&PUBLIC) {
        let lines =
            headers.get_all(VARY).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b", "[..]);
        if let Ok(line) = HeaderValue::from_bytes(&lines) {
            headers.insert(VARY, line);
        }
    }
    response
}

/// How long a file may be kept whose name changes with its contents; not its absence, which may be that of an older
/// node.
#[must_use]
pub fn of_asset<B>(response: &Response<B>) -> Option<HeaderValue> {
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    is_there.then(|| HeaderValue::from_static("public, max-age=31536000, immutable"))
}
