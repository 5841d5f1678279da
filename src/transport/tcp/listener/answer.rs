//! The response to a request that the listener refuses. It bypasses the router's layers but has the same
//! form.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use http::{HeaderValue, Request};

use crate::transport::error::Failure;
use crate::transport::http::caching::with_vary;
use crate::transport::http::error_body::with_error_body;
use crate::transport::http::request_id::{named, without_unsafe_id};
use crate::transport::http_error::HttpFailure;
use crate::transport::plain::sse;

/// Builds the response for a refused request.
pub fn refuse(request: Request<Body>, failure: Failure) -> Response {
    let request = without_unsafe_id(request);
    let response = if sse::is_stream(request.uri().path()) {
        let mut response = sse::refusal(failure);
        // Without these, a page of another origin could not read the response and would give up for good. It
        // holds nothing private.
        if let Some(origin) = request.headers().get(ORIGIN) {
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        response
    } else {
        HttpFailure(failure).into_response()
    };
    with_error_body(with_vary(named(response, &request)))
}
