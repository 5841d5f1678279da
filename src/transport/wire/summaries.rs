//! Conversions from the services' reports to wire types.

use super::{EventState, EventSummary, EventsAnswer};
use crate::services::events::{self, EventPage, ListedEvent};

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
