//! `x-request-id`: a proxy's, where it is fit for a log line, or one of ours.

use axum::response::Response;
use http::{HeaderName, HeaderValue, Request};

use crate::domain::entropy;

/// The header that names a request, in both directions.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest name that is kept, in bytes.
const LONGEST: usize = 64;
/// Characters of the name of a request that has none, for it went past the layers that give one.
const MADE_LENGTH: usize = 12;

/// A new name.
#[must_use]
pub fn make() -> String {
    entropy::short_text(&mut entropy::source(), MADE_LENGTH)
}

/// The answer with the name of its request, or with a new one if the request has none.
#[must_use]
pub fn named<B>(mut response: Response, request: &Request<B>) -> Response {
    let id = request.headers().get(X_REQUEST_ID).cloned();
    let id = id.or_else(|| HeaderValue::try_from(make()).ok());
    if let Some(id) = id {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// Removes a name that is too long, is given twice, or holds anything but letters, digits and `-_.:/+=`. The next
/// layer then makes one.
#[must_use]
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
    fn a_name_is_kept_if_it_is_short_and_of_safe_characters() {
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
