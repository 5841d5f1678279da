//! Conversions from the services' reports to wire types.

use super::{EventState, EventStats, EventSummary, EventsAnswer, NodeStats};
use crate::domain::clock;
use crate::services::events::{self, EventPage, ListedEvent};
use crate::services::node::{OtherNode, WatchedEvent};

impl From<EventPage> for EventsAnswer {
    fn from(EventPage { events, next }: EventPage) -> Self {
        Self { events: events.into_iter().map(Into::into).collect(), next }
    }
}

impl From<ListedEvent> for EventSummary {
    fn from(ListedEvent { event, seq, viewers, summary }: ListedEvent) -> Self {
        Self { event, seq, viewers, summary }
    }
}

impl From<events::EventSnapshot> for EventState {
    fn from(state: events::EventSnapshot) -> Self {
        let events::EventSnapshot { event, position, snapshot, summary, viewers } = state;
        Self { event, epoch: position.epoch, seq: position.seq, snapshot, summary, viewers }
    }
}

impl From<WatchedEvent> for EventStats {
    fn from(WatchedEvent { event_id, viewers, members, behind }: WatchedEvent) -> Self {
        Self { event_id, viewers, members, behind }
    }
}

impl From<OtherNode> for NodeStats {
    fn from(OtherNode { id, connections, last_heard }: OtherNode) -> Self {
        Self { id, connections, last_heard: clock::to_millis(last_heard) }
    }
}
