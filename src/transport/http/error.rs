//! A refusal as an HTTP answer.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::StatusCode;
use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};

use super::caching::PRIVATE;
use crate::services::error::ServiceError;
use crate::storage::StorageError;
use crate::transport::error::{Code, Failure};
use crate::transport::socket::protocol::NotOk;

/// What a handler of the API answers when it does not do what it was asked.
#[derive(Debug)]
pub struct HttpFailure(pub Failure);

impl IntoResponse for HttpFailure {
    fn into_response(self) -> Response {
        let Self(failure) = self;
        let body = Json(NotOk { ok: false, error: &failure });
        let mut response = (failure.code.status(), body).into_response();
        response.headers_mut().insert(CACHE_CONTROL, PRIVATE);
        if let Some(millis) = failure.retry_after_ms {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(millis.div_ceil(1000)));
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
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

impl From<StorageError> for HttpFailure {
    fn from(error: StorageError) -> Self {
        ServiceError::from(error).into()
    }
}

impl From<JsonRejection> for HttpFailure {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self(Failure::new(Code::TooLarge, "the body is too large"));
        }
        Self(Failure::bad_request(rejection.body_text()))
    }
}

impl From<QueryRejection> for HttpFailure {
    fn from(rejection: QueryRejection) -> Self {
        Self(Failure::bad_request(rejection.body_text()))
    }
}

impl From<PathRejection> for HttpFailure {
    fn from(rejection: PathRejection) -> Self {
        Self(Failure::bad_request(rejection.body_text()))
    }
}
