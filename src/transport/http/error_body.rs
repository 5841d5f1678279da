//! Gives every error response the JSON body of the contract, with the request's id. This includes responses
//! that no handler made, such as 405.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::request_id::{self, X_REQUEST_ID};
use crate::services::refusals::{Refusal, Refusals};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::http_error::{HttpFailure, body_of};
use crate::transport::tcp::peer::Peer;

/// Adds the error body to an error response. Bodies in another format are kept: the engine's errors have the
/// format of the reference implementation.
pub fn with_error_body(response: Response) -> Response {
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let failure = response.extensions().get::<Failure>().cloned();
    match failure {
        Some(failure) => with_id(response, failure),
        None if has_own_format(&response) => response,
        None => made(response),
    }
}

/// Logs and audits a refused request if its code may point to an attack.
pub async fn note_refusal(State(refusals): State<Arc<Refusals>>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<Peer>().map(|peer| peer.ip);
    let asked = format!("{} {}", request.method(), request.uri().path());
    let response = next.run(request).await;
    // A stream is a connecting client, which is noted there.
    if let (Some(address), Some(failure)) = (address, response.extensions().get::<Failure>())
        && is_logged(failure.code)
        && !asked.ends_with("/stream")
    {
        let (account, code) = (failure.account.as_deref().copied(), failure.code.as_str());
        refusals.note(&Refusal { address, account, asked: &asked, code });
    }
    response
}

fn is_logged(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Unauthenticated
            | ErrorCode::SessionReplaced
            | ErrorCode::Forbidden
            | ErrorCode::WrongCode
            | ErrorCode::Expired
            | ErrorCode::AlreadyUsed
            | ErrorCode::TooManyAttempts
            | ErrorCode::RateLimited
    )
}

/// Whether the body already has its intended format, such as a page.
fn has_own_format(response: &Response) -> bool {
    let format = response.headers().get(CONTENT_TYPE);
    format.is_some_and(|format| !format.as_bytes().starts_with(b"text/plain"))
}

/// Replaces the response's body with the error body.
fn made(response: Response) -> Response {
    let (parts, _) = response.into_parts();
    let failure = failure_of(parts.status, parts.headers.get(ALLOW));
    let mut made = HttpFailure(failure.clone()).into_response();
    *made.status_mut() = parts.status;
    let mut headers = parts.headers;
    headers.remove(CONTENT_LENGTH);
    // The response's own headers stay, such as `Allow` and `Cache-Control`.
    for (name, value) in made.headers() {
        if *name == CONTENT_TYPE || !headers.contains_key(name) {
            headers.insert(name, value.clone());
        }
    }
    *made.headers_mut() = headers;
    with_id(made, failure)
}

fn with_id(mut response: Response, failure: Failure) -> Response {
    let given = response.headers().get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    let id = given.or_else(|| failure.error_id.as_deref().map(str::to_owned));
    let id = id.unwrap_or_else(request_id::make);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = body_of(&Failure { error_id: Some(id.into()), ..failure });
    response
}

/// The error for a status whose response has no body.
fn failure_of(status: StatusCode, allowed: Option<&HeaderValue>) -> Failure {
    let reason = || status.canonical_reason().unwrap_or("refused").to_lowercase();
    match status {
        StatusCode::METHOD_NOT_ALLOWED => Failure::bad_request(match allowed.map(HeaderValue::to_str) {
            Some(Ok(allowed)) => format!("method not allowed; use {allowed}"),
            _ => "method not allowed".to_owned(),
        }),
        StatusCode::UNAUTHORIZED => Failure::new(ErrorCode::Unauthenticated, reason()),
        StatusCode::FORBIDDEN => Failure::new(ErrorCode::Forbidden, reason()),
        StatusCode::NOT_FOUND => Failure::not_found("no such path"),
        StatusCode::CONFLICT => Failure::new(ErrorCode::Conflict, reason()),
        StatusCode::GONE => Failure::new(ErrorCode::Expired, reason()),
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(ErrorCode::TooLarge, "request body too large"),
        StatusCode::TOO_MANY_REQUESTS => Failure::new(ErrorCode::RateLimited, reason()),
        StatusCode::SERVICE_UNAVAILABLE => Failure::new(ErrorCode::Unavailable, reason()),
        status if status.is_server_error() => Failure::new(ErrorCode::Internal, reason()),
        _ => Failure::bad_request(reason()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::header::{CACHE_CONTROL, RETRY_AFTER};
    use serde_json::{Value, json};

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Response {
        let answer = Response::builder().status(status);
        let answer = headers.iter().fold(answer, |answer, (name, value)| answer.header(*name, *value));
        answer.body(Body::from(body)).expect("an answer")
    }

    async fn body(response: Response) -> Value {
        let bytes = to_bytes(response.into_body(), 1024).await.expect("a body");
        serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)))
    }

    #[tokio::test]
    async fn an_error_without_a_body_gets_one() {
        for (status, code) in [
            (400, "bad_request"),
            (401, "unauthenticated"),
            (403, "forbidden"),
            (404, "not_found"),
            (405, "bad_request"),
            (413, "too_large"),
            (416, "bad_request"),
            (426, "bad_request"),
            (429, "rate_limited"),
            (500, "internal"),
            (503, "unavailable"),
        ] {
            let response =
                with_error_body(answer(status, &[("x-request-id", "r1"), ("content-length", "0")], ""));
            assert_eq!(response.status(), status);
            assert_eq!(response.headers().contains_key(RETRY_AFTER), status == 503, "{status}");
            let body = body(response).await;
            assert_eq!((&body["ok"], &body["error"]["code"]), (&json!(false), &json!(code)), "{status}");
            assert_eq!(body["error"]["errorId"], "r1");
        }
        let headers = [("allow", "GET,HEAD"), ("cache-control", "no-cache")];
        let response = with_error_body(answer(405, &headers, ""));
        assert_eq!(response.headers()[CACHE_CONTROL], "no-cache");
        let id = response.headers()[X_REQUEST_ID].clone();
        let body = body(response).await;
        assert_eq!(body["error"]["message"], "method not allowed; use GET,HEAD");
        assert_eq!(body["error"]["errorId"], id.to_str().expect("text"));
    }

    #[tokio::test]
    async fn an_error_carries_its_request_id_and_other_answers_are_unchanged() {
        let mut refusal = HttpFailure(Failure::not_found("there is no such event")).into_response();
        refusal.headers_mut().insert(X_REQUEST_ID, HeaderValue::from_static("r2"));
        let expected = json!({ "code": "not_found", "message": "there is no such event", "errorId": "r2" });
        assert_eq!(body(with_error_body(refusal)).await["error"], expected);

        let engine = r#"{"code":1,"message":"Session ID unknown"}"#;
        let kept = with_error_body(answer(400, &[("content-type", "application/json")], engine));
        assert_eq!(body(kept).await["message"], "Session ID unknown");
        let page = with_error_body(answer(404, &[("content-type", "text/html")], "<p>"));
        assert_eq!(body(page).await, "<p>");
        assert_eq!(body(with_error_body(answer(200, &[], "ok"))).await, "ok");
    }
}
