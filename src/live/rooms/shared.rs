//! The exchange of rooms' state with other nodes.

use std::collections::HashMap;
use std::time::Instant;

use super::Rooms;
use crate::domain::emoji::Emoji;
use crate::domain::id::EventId;
use crate::domain::reaction::SharedReaction;
use crate::domain::score::Update;
use crate::domain::viewer_summary::ViewerSummary;
use crate::live::crowd::Viewers;
use crate::live::remote_nodes::RemoteNodes;
use crate::live::room::{Applied, Room, UnpublishedCrowd};

impl Rooms {
    /// Takes an update from the bus. Applies it immediately if that needs no await, so that events do not wait for
    /// each other. `own`: this node wrote it.
    pub fn on_update(&self, event_id: EventId, update: Update, own: bool) {
        let heard = Instant::now();
        if own && self.has_shown(&event_id, update.seq) {
            return;
        }
        let desks = self.0.desks.of(&event_id);
        match self.loaded(&event_id) {
            None if desks.is_empty() => return,
            Some(room) if desks.iter().all(|(id, _)| room.has_member(*id)) => match room.apply(&update) {
                Applied::Taken => return self.show_update(&room, heard),
                Applied::Known => return,
                Applied::Gap | Applied::Unmergeable => {}
            },
            _ => {}
        }
        let rooms = self.clone();
        tokio::spawn(async move { rooms.apply(&event_id, vec![update], heard).await });
    }

    /// Takes the notice of updates that were too long for the bus, and reads them from the log, from `seq` on.
    pub fn on_logged(&self, event_id: EventId, seq: i64, own: bool) {
        if own && self.has_shown(&event_id, seq) {
            return;
        }
        let rooms = self.clone();
        tokio::spawn(async move {
            rooms.join_desks(&event_id, seq).await;
            rooms.sync_event(&event_id).await;
        });
    }

    /// Whether an update of this node was already shown to the members and desks when it was written.
    fn has_shown(&self, event_id: &EventId, seq: i64) -> bool {
        self.loaded(event_id).is_some_and(|room| room.seq() >= seq)
    }

    /// State received from other nodes.
    pub fn remote_nodes(&self) -> &RemoteNodes {
        &self.0.remote_nodes
    }

    /// Takes the viewers of an event on another node.
    pub fn on_viewers(&self, node: &str, event_id: &EventId, summary: ViewerSummary) {
        if self.0.remote_nodes.on_viewers(node, event_id, summary, Instant::now()) {
            self.recount_event(event_id);
        }
    }

    /// Takes another run's reaction counts for an event.
    pub fn on_counts(&self, run: &str, event_id: &EventId, counts: &[(String, u64)]) {
        let Some(room) = self.loaded(event_id) else { return };
        for (emoji, count) in counts {
            room.on_count(run, &Emoji::from_stored(emoji), *count);
        }
    }

    /// Takes a reaction that another node shows.
    pub fn on_reaction(&self, event_id: &EventId, reaction: SharedReaction) {
        if let Some(room) = self.loaded(event_id) {
            room.on_reaction(reaction);
        }
    }

    /// Removes a node that shut down, and its viewers.
    pub fn forget_node(&self, node: &str) {
        for event_id in self.0.remote_nodes.forget(node) {
            self.recount_event(&event_id);
        }
    }

    /// Removes the nodes that timed out.
    pub fn settle_nodes(&self) {
        for event_id in self.0.remote_nodes.settle(Instant::now()) {
            self.recount_event(&event_id);
        }
    }

    /// Takes the changes of each room to publish to other nodes. With `all`, includes viewers that did not change.
    #[must_use]
    pub fn take_unpublished(&self, all: bool) -> Vec<(EventId, UnpublishedCrowd)> {
        let mut published = self.0.published.lock();
        // Rooms that were unloaded since their last message.
        let mut unwatched = published.clone();
        let mut unpublished = Vec::new();
        for room in self.all() {
            let of_room = room.take_unpublished(all);
            let event_id = &room.event_id;
            if let Some(summary) = &of_room.summary {
                self.recount(&room);
                if summary.is_empty() {
                    published.remove(event_id)
                } else {
                    published.insert(event_id.clone())
                };
            }
            unwatched.remove(event_id);
            unpublished.push((event_id.clone(), of_room));
        }
        for event_id in unwatched {
            published.remove(&event_id);
            unpublished.push((event_id, UnpublishedCrowd::nobody()));
        }
        unpublished
    }

    /// The viewers of an event on all nodes.
    pub fn viewers(&self, event_id: &EventId) -> Viewers {
        match self.loaded(event_id) {
            Some(room) => room.viewers(),
            None => self.0.remote_nodes.beyond(event_id, ViewerSummary::default).unwrap_or_default(),
        }
    }

    /// The viewers of each event that has any, on all nodes.
    pub fn viewers_of_all(&self) -> HashMap<EventId, Viewers> {
        let rooms = self.all();
        let mut all: HashMap<_, _> =
            rooms.iter().map(|room| (room.event_id.clone(), room.viewers())).collect();
        for event_id in self.0.remote_nodes.watched_events() {
            all.entry(event_id).or_insert_with_key(|event_id| self.viewers(event_id));
        }
        all.retain(|_, viewers| viewers.total > 0);
        all
    }

    /// Recounts the viewers that watch only on other nodes.
    pub(super) fn recount(&self, room: &Room) {
        let beyond = self.0.remote_nodes.beyond(&room.event_id, || room.viewer_summary());
        room.set_remote_viewers(beyond.unwrap_or_default());
    }

    fn recount_event(&self, event_id: &EventId) {
        if let Some(room) = self.loaded(event_id) {
            self.recount(&room);
        }
    }
}
