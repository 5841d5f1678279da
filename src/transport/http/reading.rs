//! Calls that read, within the node's budget of reads: a client of HTTP has no connection that it could not renew for
//! free, so these go by its network alone.

use std::sync::Arc;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt as _;

use crate::domain::network::NetworkKey;
use crate::transport::client::read_budget::READ_COST;
use crate::transport::error::Failure;
use crate::transport::handlers::context::Context;
use crate::transport::http_error::HttpFailure;
use crate::transport::tcp::peer::Peer;

/// Lets a call wait for its turn: before it reads, and before its answer is sent, for each byte of it.
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
        // It is read piece by piece while it is sent.
        None => Ok(response.map(|body| in_turn(context, network, body))),
    }
}

fn in_turn(context: Arc<Context>, network: NetworkKey, body: Body) -> Body {
    Body::from_stream(body.into_data_stream().then(move |piece| {
        let context = context.clone();
        async move {
            if let Ok(piece) = &piece {
                // The answer has begun: it goes on in any case, slowly.
                let _ = context.limits.budget.take(network, piece.len()).await;
            }
            piece
        }
    }))
}
