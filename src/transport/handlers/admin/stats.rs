//! `stats` of `/admin`: figures of this node, and the audience of an event.

use crate::domain::clock;
use crate::services::node::{Node, NodeReport, NodeStats};
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::{StatsAnswer, StatsOf};

/// Answers with figures of this node, and of the requested event.
pub async fn stats(call: &mut Call<'_>, node: &Node) -> Outcome {
    let StatsOf { event_id } = call.payload.parse_or_default()?;
    let NodeReport { id, others, events, crowd } = node.report(call.credential()?, event_id.as_ref()).await?;
    let counts = call.context.connections.counts();
    let own = NodeStats { id: id.clone(), connections: counts.total(), last_heard: clock::now() };
    yes(&StatsAnswer {
        node: id,
        connections: counts,
        nodes: std::iter::once(own).chain(others).collect(),
        events,
        crowd,
    })
}
