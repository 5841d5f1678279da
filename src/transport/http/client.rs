//! Extractors for the caller: its credential and its address.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::services::accounts::Credential;
use crate::services::error::ServiceError;
use crate::transport::client::hello::bearer;
use crate::transport::error::Failure;
use crate::transport::http_error::HttpFailure;
use crate::transport::tcp::peer::Peer;

/// The credential in an `Authorization: Bearer` header.
pub struct Bearer(pub Credential);

impl<S: Sync> FromRequestParts<S> for Bearer {
    type Rejection = HttpFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpFailure> {
        let token = bearer(&parts.headers).ok_or(ServiceError::Unauthenticated)?;
        Ok(Self(Credential::from_token(token)))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Bearer {
    type Rejection = HttpFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, HttpFailure> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

/// The client's IP address.
pub struct ClientIp(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientIp {
    type Rejection = HttpFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpFailure> {
        let peer = parts.extensions.get::<Peer>().ok_or_else(Failure::without_peer)?;
        Ok(Self(peer.ip))
    }
}
