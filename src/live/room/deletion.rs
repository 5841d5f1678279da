//! A room whose event was deleted: the members are told, then leave, and nobody joins any more.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{RecentUpdates, Room, RoomState};
use crate::domain::score::Snapshot;
use crate::live::audience::Audience;
use crate::live::message::Message;

impl Room {
    /// Handles the deletion of the event: queues the news for the members, and drops what the crowd did. Returns false
    /// if it was handled before. Call [`Room::dismiss_served`] once the news is delivered.
    #[must_use]
    pub fn delete(&self) -> bool {
        let state = &mut *self.state.lock();
        if self.deleted.swap(true, Ordering::Relaxed) {
            return false;
        }
        let news = Arc::new(Message::event_deleted(&self.event_id));
        state.outgoing.push(news.clone());
        state.deletion = Some(news);
        // A client may hold the room for long.
        (state.snapshot, state.recent) = (Snapshot::default(), RecentUpdates::new(0));
        (state.snapshot_message, state.corrected_message, state.board) = (None, None, None);
        // Unsaved reactions and messages go with the event.
        state.audience = Audience::new(&self.event_id, self.settings.audience, Vec::new(), &[]);
        true
    }

    /// Whether the event was deleted.
    pub fn is_deleted(&self) -> bool {
        self.deleted.load(Ordering::Relaxed)
    }

    /// Removes the members of a deleted event that were told. The others stay until they have caught up.
    pub fn dismiss_served(&self) {
        self.state.lock().dismiss_served();
        self.ticker.changed.notify_one();
    }
}

impl RoomState {
    /// See [`Room::dismiss_served`].
    pub(super) fn dismiss_served(&mut self) {
        let end = self.outgoing.end();
        let served = self.members.iter().filter(|(_, entry)| entry.catch_up.is_none() && entry.next == end);
        let served: Vec<_> = served.map(|(id, _)| *id).collect();
        for id in served {
            if let Some(entry) = self.take(id) {
                entry.member.on_event_deleted();
            }
        }
    }
}
