//! Keeps HTTP reads within the node's read budget. HTTP clients can reconnect for free, so the budget is
//! keyed by their network alone.

use std::sync::Arc;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::domain::network::NetworkKey;
use crate::transport::client::read_budget::{READ_COST, SEARCH_COST};
use crate::transport::error::Failure;
use crate::transport::handlers::context::Context;
use crate::transport::http_error::HttpFailure;
use crate::transport::tcp::peer::Peer;
use crate::transport::wire::query;

/// Makes a request wait for its turn: before it reads, and again for the size of its response before that is
/// sent.
///
/// # Errors
/// `rate_limited`: its turn did not come in time.
pub async fn within_budget(
    State(context): State<Arc<Context>>,
    request: Request,
    next: Next,
) -> Result<Response, HttpFailure> {
    let peer = request.extensions().get::<Peer>().ok_or_else(Failure::without_peer)?;
    let network = peer.network();
    context.limits.budget.take(network, READ_COST).await?;
    let response = next.run(request).await;
    match response.body().size_hint().exact() {
        Some(bytes) => {
            let rest = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_sub(READ_COST);
            context.limits.budget.take(network, rest).await?;
            Ok(response)
        }
        // The body is read in pieces while it is sent.
        None => Ok(response.map(|body| in_turn(context, network, body))),
    }
}

/// Makes a list's search for a text wait for its turn: it costs more than the read for which [`within_budget`] waited.
///
/// # Errors
/// `rate_limited`: its turn did not come in time.
pub async fn search_within_budget(
    State(context): State<Arc<Context>>,
    request: Request,
    next: Next,
) -> Result<Response, HttpFailure> {
    let fields = query::fields(request.uri().query().unwrap_or_default());
    if fields.get("q").and_then(Value::as_str).is_some_and(|q| !q.trim().is_empty()) {
        let peer = request.extensions().get::<Peer>().ok_or_else(Failure::without_peer)?;
        context.limits.budget.take(peer.network(), SEARCH_COST - READ_COST).await?;
    }
    Ok(next.run(request).await)
}

fn in_turn(context: Arc<Context>, network: NetworkKey, body: Body) -> Body {
    Body::from_stream(body.into_data_stream().then(move |piece| {
        let context = context.clone();
        async move {
            if let Ok(piece) = &piece {
                // The response has already started, so it continues either way.
                let _ = context.limits.budget.take(network, piece.len()).await;
            }
            piece
        }
    }))
}
