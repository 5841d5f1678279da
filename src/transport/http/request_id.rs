//! `x-request-id`: the proxy's id if it is safe to log, or a generated one.

use axum::response::Response;
use http::{HeaderName, HeaderValue, Request};

use crate::domain::entropy;

/// The header with a request's id, in both directions.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id accepted from a proxy, in bytes.
const LONGEST: usize = 64;
/// The length of an id generated here, for requests that bypass the layers that set one.
const MADE_LENGTH: usize = 12;

/// Generates an id.
pub fn make() -> String {
    entropy::short_text(&mut entropy::source(), MADE_LENGTH)
}

/// Copies the request's id to the response, or generates one if the request has none.
pub fn named<B>(mut response: Response, request: &Request<B>) -> Response {
    let id = request.headers().get(X_REQUEST_ID).cloned();
    let id = id.or_else(|| HeaderValue::try_from(make()).ok());
    if let Some(id) = id {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// Removes an id that is too long, appears twice, or holds anything but ASCII letters, digits and `-_.:/+=`.
/// The next layer then generates one.
pub fn without_unsafe_id<B>(mut request: Request<B>) -> Request<B> {
    let mut ids = request.headers().get_all(X_REQUEST_ID).iter();
    let is_kept = matches!((ids.next(), ids.next()), (Some(id), None) if is_safe(id));
    if !is_kept {
        request.headers_mut().remove(X_REQUEST_ID);
    }
    request
}

fn is_safe(id: &HeaderValue) -> bool {
    let is_safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(is_safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_if_it_is_short_and_has_only_safe_characters() {
        let (longest, too_long) = ("a".repeat(64), "a".repeat(65));
        for (ids, is_kept) in [
            (&["019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90"][..], true),
            (&["Root=1-67891233-abcdef012345678912345678"], true),
            (&["a+b/c=", "a+b/c="], false),
            (&[&longest], true),
            (&[&too_long], false),
            (&[""], false),
            (&["a b"], false),
            (&["a\tb"], false),
            (&["a\"b"], false),
            (&["\u{1f525}"], false),
            (&[], false),
        ] {
            let request = ids.iter().fold(Request::builder(), |request, id| {
                request.header(X_REQUEST_ID, HeaderValue::from_bytes(id.as_bytes()).expect("a header"))
            });
            let request = without_unsafe_id(request.body(()).expect("a request"));
            assert_eq!(request.headers().contains_key(X_REQUEST_ID), is_kept, "{ids:?}");
        }
    }
}
