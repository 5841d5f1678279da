//! `stats` of `/admin`: how this node stands, and who watched an event.

use std::time::Instant;

use crate::domain::clock;
use crate::live::room::Room;
use crate::live::rooms::Rooms;
use crate::services::accounts::ANY_ROLE;
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::{EventStats, NodeStats, StatsAnswer, StatsOf};

/// Answers with figures of this node, and of the event that was asked for.
pub async fn stats(call: &mut Call<'_>) -> Outcome {
    let StatsOf { event_id } = call.payload.parse_or_default()?;
    let services = &call.context.services;
    let crowd = match &event_id {
        Some(event_id) => Some(services.crowd_stats(call.credential()?, event_id).await?),
        None => services.authorise(call.credential()?, ANY_ROLE).await.map(|_| None)?,
    };
    let rooms = services.rooms.all();
    let asked = rooms.iter().filter(|room| event_id.as_ref().is_none_or(|asked| *asked == room.event_id));
    let census = call.context.connections.census();
    yes(&StatsAnswer {
        node: services.rooms.run().to_owned(),
        connections: census.into(),
        nodes: nodes(&services.rooms, census.total()),
        events: asked.map(|room| event_stats(room)).collect(),
        crowd,
    })
}

/// This node, with so many sockets, and the others.
fn nodes(rooms: &Rooms, connections: usize) -> Vec<NodeStats> {
    let now = clock::now();
    let own = NodeStats { id: rooms.run().to_owned(), connections, last_heard: clock::to_millis(now) };
    let others = rooms.elsewhere().nodes(Instant::now()).into_iter().map(|node| NodeStats {
        id: node.id,
        connections: node.connections,
        last_heard: clock::to_millis(now - node.silent_for),
    });
    std::iter::once(own).chain(others).collect()
}

fn event_stats(room: &Room) -> EventStats {
    let (members, behind) = room.occupancy();
    EventStats { event_id: room.event_id.clone(), viewers: room.viewers(), members, behind }
}
