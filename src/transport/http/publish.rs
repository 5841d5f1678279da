//! The calls that write: events, their updates, messages and scorers. Each is the twin of a message of `/admin`: the same conversions,
//! the same service, the same answer.

mod body;
pub(crate) mod events;
pub(crate) mod messages;
pub(crate) mod schemas;
pub(crate) mod scorers;
pub(crate) mod updates;
mod writer;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, FromRef as _};
use axum::middleware;
use axum::routing::{MethodRouter, delete, patch, post, put};
use axum::{Json, response::IntoResponse as _, response::Response};
use http::StatusCode;
use serde::Serialize;

pub use body::IDEMPOTENCY_KEY;
use body::{Fields, IdempotencyKey};
use writer::{Gate, Writer, authenticated};

use super::state::Api;
use crate::services::accounts::Accounts;
use crate::services::crowd::Crowd;
use crate::transport::handlers::context::Context;
use crate::transport::wire::Ok as Yes;

/// The body of a call: a JSON object.
type Body = Result<Json<Fields>, JsonRejection>;

/// The routes. The caller is checked before the body is read, which may be as long as a packet of `/admin`.
pub fn routes(api: &Api, context: &Arc<Context>) -> Router<Api> {
    let longest = context.settings.max_admin_packet.max(context.settings.max_packet).as_u64();
    let (accounts, crowd) = (Arc::<Accounts>::from_ref(api), Arc::<Crowd>::from_ref(api));
    let operators = Arc::new(accounts.for_operators());
    let gate = Gate { accounts, operators, context: context.clone() };
    // Not a layer of the whole: that would ask for a token before it says which methods a path has.
    let checked = move |methods: MethodRouter<Api>| {
        methods.route_layer(middleware::from_fn_with_state(gate.clone(), authenticated))
    };
    Router::new()
        .route("/api/events", checked(post(events::create)))
        .route("/api/events/{id}", checked(put(events::put)))
        .route("/api/events/{id}", checked(patch(events::change).delete(events::delete)))
        .route("/api/events/{id}/status", checked(put(events::set_status)))
        .route("/api/events/{id}/archive", checked(put(events::archive).delete(events::unarchive)))
        .route("/api/events/{id}/updates", checked(post(updates::publish)))
        .route("/api/events/{id}/corrections", checked(post(updates::correct)))
        .route(
            "/api/events/{id}/messages",
            checked(post(messages::write).with_state((context.clone(), crowd))),
        )
        .route("/api/events/{id}/messages/{messageId}", checked(delete(messages::delete)))
        .route("/api/events/{id}/scorers/{email}", checked(put(scorers::assign).delete(scorers::unassign)))
        .layer(DefaultBodyLimit::max(usize::try_from(longest).unwrap_or(usize::MAX)))
}

/// The answer to a call that makes something: 201, or 200 if it was made before.
fn made(is_new: bool, answer: impl Serialize) -> Response {
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    (status, Json(Yes::with(answer))).into_response()
}
