//! `/api/auth/*` and `/api/me`: signing up, in and out.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use http::StatusCode;
use uuid::Uuid;

use super::client::{Bearer, ClientIp};
use crate::services::accounts::{Accounts, CodeAttempt, IssuedChallenge, SignUp};
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::Ok as Yes;
use crate::transport::wire::accounts::{
    ChallengeAnswer, LogInBody, MeAnswer, SignUpBody, VerifyAnswer, VerifyBody,
};
use crate::transport::wire::object::Object;

/// The body of a request: a JSON object.
type JsonBody<T> = Result<Json<Object<T>>, JsonRejection>;

/// The name of a device that sends none.
const UNNAMED_DEVICE: &str = "another device";

/// Mails a code to sign up. If the account exists, the code signs in to it.
#[utoipa::path(
    post, path = "/api/auth/signup", tag = "accounts", request_body = SignUpBody,
    responses((status = 202, description = "A code was mailed", body = Yes<ChallengeAnswer>,
        example = json!({ "ok": true, "challengeId": "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90",
            "expiresInMs": 600_000, "resendAfterMs": 60_000 })))
)]
pub async fn sign_up(
    State(accounts): State<Arc<Accounts>>,
    ClientIp(ip): ClientIp,
    body: JsonBody<SignUpBody>,
) -> Result<(StatusCode, Json<Yes<ChallengeAnswer>>), HttpFailure> {
    let Json(Object(SignUpBody { email, name })) = body?;
    Ok(accepted(accounts.sign_up(SignUp { email, name }, ip).await?))
}

/// Mails a code to sign in. If the account does not exist, nothing is mailed, and the answer is the same.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "accounts", request_body = LogInBody,
    responses((status = 202, description = "A code was mailed, if the account exists",
        body = Yes<ChallengeAnswer>,
        example = json!({ "ok": true, "challengeId": "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90",
            "expiresInMs": 600_000, "resendAfterMs": 60_000 })))
)]
pub async fn log_in(
    State(accounts): State<Arc<Accounts>>,
    ClientIp(ip): ClientIp,
    body: JsonBody<LogInBody>,
) -> Result<(StatusCode, Json<Yes<ChallengeAnswer>>), HttpFailure> {
    let Json(Object(LogInBody { email })) = body?;
    Ok(accepted(accounts.log_in(email, ip).await?))
}

fn accepted(asked: IssuedChallenge) -> (StatusCode, Json<Yes<ChallengeAnswer>>) {
    let answer = ChallengeAnswer {
        challenge_id: asked.challenge.to_string(),
        expires_in_ms: millis(asked.expires_in),
        resend_after_ms: millis(asked.resend_after),
    };
    (StatusCode::ACCEPTED, Json(Yes::with(answer)))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Signs in with a code. This ends the account's session on another device; a session on the same device gets
/// a new token.
#[utoipa::path(
    post, path = "/api/auth/verify", tag = "accounts", request_body = VerifyBody,
    responses((status = 200, description = "Signed in", body = Yes<VerifyAnswer>,
        example = json!({ "ok": true, "token": "tls_4Zb0WqD3m7uJx2hN9cK5vR8sT1yL6aE0fG4iO2pQ3wU",
            "user": { "id": "019a8d5e-5b0d-7c33-8f43-0c6f0d1f9f11", "email": "ann@example.org", "name": "Ann",
                "roles": [] },
            "replaced": false })))
)]
pub async fn verify(
    State(accounts): State<Arc<Accounts>>,
    ClientIp(ip): ClientIp,
    body: JsonBody<VerifyBody>,
) -> Result<Json<Yes<VerifyAnswer>>, HttpFailure> {
    let Json(Object(VerifyBody { challenge_id, code, device, ask })) = body?;
    let attempt = CodeAttempt {
        challenge: Uuid::try_parse(&challenge_id).ok(),
        code,
        ip,
        device_name: device.name.unwrap_or_else(|| UNNAMED_DEVICE.to_owned()),
        device_id: device.id,
        asks: ask.unwrap_or_default(),
    };
    let signed_in = accounts.verify(attempt).await?;
    Ok(Json(Yes::with(VerifyAnswer {
        token: signed_in.token.reveal().to_owned(),
        user: signed_in.account.into(),
        replaced: signed_in.replaced,
    })))
}

/// Ends the session, and closes its sockets within a second.
#[utoipa::path(
    post, path = "/api/auth/logout", tag = "accounts", security(("bearer" = [])),
    responses((status = 204, description = "Signed out"))
)]
pub async fn log_out(
    State(accounts): State<Arc<Accounts>>,
    Bearer(credential): Bearer,
) -> Result<StatusCode, HttpFailure> {
    accounts.log_out(credential).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The signed-in account.
#[utoipa::path(
    get, path = "/api/me", tag = "accounts", security(("bearer" = [])),
    responses((status = 200, description = "The account", body = Yes<MeAnswer>,
        example = json!({ "ok": true, "user": { "id": "019a8d5e-5b0d-7c33-8f43-0c6f0d1f9f11",
            "email": "ann@example.org", "name": "Ann", "roles": ["scorer"] } })))
)]
pub async fn me(
    State(accounts): State<Arc<Accounts>>,
    Bearer(credential): Bearer,
) -> Result<Json<Yes<MeAnswer>>, HttpFailure> {
    let user = accounts.authenticate_call(credential).await?.into();
    Ok(Json(Yes::with(MeAnswer { user })))
}
