//! `stats` of `/admin`: how this node stands, and who watched an event.

use crate::live::room::Room;
use crate::services::accounts::ANY_ROLE;
use crate::transport::socket::call::{Call, Outcome, yes};
use crate::transport::socket::protocol::{EventStats, StatsAnswer, StatsOf};

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
    yes(&StatsAnswer {
        node: services.rooms.run().to_owned(),
        connections: call.context.connections.census().into(),
        events: asked.map(|room| event_stats(room)).collect(),
        crowd,
    })
}

fn event_stats(room: &Room) -> EventStats {
    let (members, behind) = room.occupancy();
    EventStats { event_id: room.event_id.clone(), viewers: room.viewers(), members, behind }
}
