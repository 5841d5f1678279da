//! The caller of a call that writes: checked before the body is read.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;

use crate::domain::sender::Sender;
use crate::services::accounts::{Accounts, Credential};
use crate::services::error::ServiceError;
use crate::transport::client::hello::bearer;
use crate::transport::client::read_budget::READ_COST;
use crate::transport::error::Failure;
use crate::transport::handlers::context::Context;
use crate::transport::http_error::HttpFailure;
use crate::transport::tcp::peer::Peer;

/// What [`authenticated`] uses.
#[derive(Clone)]
pub struct Gate {
    /// Checks credentials that this node does not know. Its reads queue behind all others.
    pub accounts: Arc<Accounts>,
    /// Checks the credentials of operators that this node has accepted lately.
    pub operators: Arc<Accounts>,
    /// Has the node's read budget.
    pub context: Arc<Context>,
}

/// An operator.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    /// What it presented. Each write checks it again.
    pub credential: Credential,
    /// What limits are keyed by.
    pub sender: Sender,
}

/// Lets operators pass, as the handshake of `/admin` does. A check of a token reads the database, so it counts as a read of
/// the caller's network, unless this node has accepted the token lately: strangers' reads cannot crowd out scores. Only
/// a caller that has passed may send a large body.
///
/// # Errors
/// `unauthenticated`, `session_replaced`, `forbidden`, `rate_limited`.
pub async fn authenticated(
    State(Gate { accounts, operators, context, .. }): State<Gate>,
    mut request: Request,
    next: Next,
) -> Result<Response, HttpFailure> {
    let peer = request.extensions().get::<Peer>().ok_or_else(Failure::without_peer)?;
    let network = peer.network();
    let token = bearer(request.headers()).ok_or(ServiceError::Unauthenticated)?;
    let credential = Credential::from_token(token);
    let account = if operators.is_known_operator(credential) {
        operators.authorise_operator(credential).await?
    } else {
        context.limits.budget.take(network, READ_COST).await?;
        accounts.authorise_operator(credential).await?
    };
    request.extensions_mut().insert(Writer { credential, sender: Sender::User(account.id) });
    Ok(next.run(request).await)
}

impl<S: Sync> FromRequestParts<S> for Writer {
    type Rejection = HttpFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpFailure> {
        let writer = parts.extensions.get::<Self>().copied();
        Ok(writer.ok_or(ServiceError::Unauthenticated)?)
    }
}
