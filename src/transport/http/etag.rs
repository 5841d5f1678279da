//! Entity tags (RFC 9110 section 8.8.3): an answer that the client already has is not sent again.

use std::error::Error;
use std::fmt::Write as _;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::Stream;
use http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::domain::json;

/// The bytes of the hash used in a tag.
const HASH_BYTES: usize = 16;

/// A weak entity tag, because the answer may be sent compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag for an answer that `state` identifies fully: visible ASCII without `"`.
    pub fn new(state: &str) -> Self {
        Self(format!("W/\"{state}\""))
    }

    /// The tag of these bytes.
    fn of(body: &[u8]) -> Self {
        let hash = Sha256::digest(body);
        Self::new(&hash[..HASH_BYTES].iter().fold(String::new(), |mut state, byte| {
            write!(state, "{byte:02x}").expect("writing to a String cannot fail");
            state
        }))
    }

    /// Whether the client has the answer with this tag, by the weak comparison of `If-None-Match`.
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        known
            .flat_map(|value| value.split(','))
            .any(|tag| tag.trim() == "*" || opaque(tag) == opaque(&self.0))
    }

    /// The 304 response for a client that has the answer.
    pub fn not_modified(&self) -> Response {
        self.mark(StatusCode::NOT_MODIFIED.into_response())
    }

    /// The answer with this tag, as text of this content type, produced while it is sent.
    pub fn stream<E>(
        &self,
        content_type: &'static str,
        text: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Response
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.mark(([(CONTENT_TYPE, content_type)], Body::from_stream(text)).into_response())
    }

    fn send(&self, body: Vec<u8>) -> Response {
        self.mark(([(CONTENT_TYPE, "application/json")], Body::from(body)).into_response())
    }

    fn mark(&self, mut response: Response) -> Response {
        let tag = HeaderValue::from_str(&self.0).expect("a tag is visible ASCII");
        response.headers_mut().insert(ETAG, tag);
        response
    }
}

/// Answers with the body, or with 304 if the client already has it.
pub fn answer(headers: &HeaderMap, body: &impl Serialize) -> Response {
    let body = json::text(body).into_bytes();
    let tag = Tag::of(&body);
    if tag.is_known(headers) { tag.not_modified() } else { tag.send(body) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_in_every_form_of_the_header() {
        let tag = Tag::new("a:1");
        for (values, is_known) in [
            (&[r#"W/"a:1""#][..], true),
            (&[r#""a:1""#], true),
            (&[r#""b", W/"a:1" , "c""#], true),
            (&[r#""b""#, r#"W/"a:1""#], true),
            (&["*"], true),
            (&[r#"W/"a:2""#], false),
            (&["a:1"], false),
            (&[""], false),
            (&[], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(IF_NONE_MATCH, value.parse().expect("a header"));
            }
            assert_eq!(tag.is_known(&headers), is_known, "{values:?}");
        }
    }
}
