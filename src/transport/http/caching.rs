//! Cache headers (RFC 9111). Answers that depend on a token are private.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{AUTHORIZATION, CACHE_CONTROL, VARY};
use http::{HeaderValue, StatusCode};

/// No cache may store it.
pub const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
/// Shared caches may keep it for a second: a crowd asking at the same time costs one database request.
const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=1");
/// A shared cache must not serve a guest's answer to a player.
const BY_TOKEN: HeaderValue = HeaderValue::from_static("authorization");

/// For endpoints whose answer is the same for all guests: caches may share it, unless it is an error.
pub async fn shared_by_guests(request: Request, next: Next) -> Response {
    let is_guest = !request.headers().contains_key(AUTHORIZATION);
    let mut response = next.run(request).await;
    let is_shared = is_guest && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    mark(&mut response, if is_shared { PUBLIC } else { PRIVATE });
    response
}

/// For endpoints whose answer is for the caller only.
pub async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    mark(&mut response, PRIVATE);
    response
}

fn mark(response: &mut Response, value: HeaderValue) {
    response.headers_mut().insert(CACHE_CONTROL, value);
    response.headers_mut().append(VARY, BY_TOKEN);
}

/// For answers made outside these layers: adds the `Vary` headers that the layers would add.
pub fn with_vary(mut response: Response) -> Response {
    response.headers_mut().append(VARY, BY_TOKEN);
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response
}

/// Joins the `Vary` lines of a shareable answer: of several lines, nginx before 1.23 reads only the last.
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

/// Caching of files whose name changes with their contents.
pub fn of_asset<B>(response: &Response<B>) -> Option<HeaderValue> {
    if_there(response, "public, max-age=31536000, immutable")
}

/// Caching of schemas, which keep their name.
pub fn of_schema<B>(response: &Response<B>) -> Option<HeaderValue> {
    if_there(response, "public, max-age=3600")
}

/// A 404 is not cached: an older node may lack the file.
fn if_there<B>(response: &Response<B>, caching: &'static str) -> Option<HeaderValue> {
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    is_there.then(|| HeaderValue::from_static(caching))
}
