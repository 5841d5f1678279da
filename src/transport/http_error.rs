//! Errors as HTTP responses.

use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use crate::services::error::ServiceError;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::http::caching::PRIVATE;
use crate::transport::wire::{NotOk, parse_error};

/// The error type of the API's handlers.
#[derive(Debug)]
pub struct HttpFailure(pub Failure);

/// The default `Retry-After` of `unavailable`, in milliseconds.
const DEFAULT_RETRY_MS: u64 = 2_000;

/// The body of an error.
pub fn body_of(failure: &Failure) -> Body {
    let body = serde_json::to_string(&NotOk { ok: false, error: failure });
    Body::from(body.expect("wire types have text keys and serialize without error"))
}

impl IntoResponse for HttpFailure {
    fn into_response(self) -> Response {
        let Self(mut failure) = self;
        if failure.code == ErrorCode::Unavailable {
            failure.retry_after_ms.get_or_insert(DEFAULT_RETRY_MS);
        }
        let mut response = (failure.code.status(), body_of(&failure)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert(CACHE_CONTROL, PRIVATE);
        if let Some(millis) = failure.retry_after_ms {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(millis.div_ceil(1000)));
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // For the outer layers, which know the request's id and its sender.
        response.extensions_mut().insert(failure);
        response
    }
}

impl From<Failure> for HttpFailure {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<ServiceError> for HttpFailure {
    fn from(error: ServiceError) -> Self {
        Self(error.into())
    }
}

impl From<JsonRejection> for HttpFailure {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self(Failure::new(ErrorCode::TooLarge, "request body too large"));
        }
        Self(Failure::bad_request(parse_error::of_body(&rejection)))
    }
}

impl From<QueryRejection> for HttpFailure {
    fn from(rejection: QueryRejection) -> Self {
        Self(Failure::bad_request(parse_error::of_query(&rejection)))
    }
}

impl From<PathRejection> for HttpFailure {
    fn from(rejection: PathRejection) -> Self {
        Self(Failure::bad_request(parse_error::of_path(&rejection)))
    }
}
