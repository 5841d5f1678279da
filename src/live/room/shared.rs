//! A room among those of other nodes: what they are told of it, and what it hears of them.

use std::time::Instant;

use uuid::Uuid;

use super::Room;
use crate::domain::emoji::Emoji;
use crate::domain::message::RoomMessage;
use crate::domain::reaction::SharedReaction;
use crate::domain::viewer_summary::ViewerSummary;
use crate::live::crowd::Viewers;
use crate::storage::events::StoredEvent;
use crate::storage::reactions::KeptTotal;

/// What other nodes are to be told of a room.
pub struct UnpublishedCrowd {
    /// Who watches here, if that has changed or is to be told anyway.
    pub summary: Option<ViewerSummary>,
    /// The whole counts of this run of the server, where they have changed.
    pub counts: Vec<(Emoji, u64)>,
    /// Reactions that are shown.
    pub singles: Vec<SharedReaction>,
}

impl UnpublishedCrowd {
    /// Nobody watches here any more.
    #[must_use]
    pub fn nobody() -> Self {
        Self { summary: Some(ViewerSummary::default()), counts: Vec::new(), singles: Vec::new() }
    }
}

impl Room {
    /// What other nodes do not know yet; `all`: also who watches, whether or not they do.
    pub fn take_unpublished(&self, all: bool) -> UnpublishedCrowd {
        let state = &mut *self.state.lock();
        let version = state.audience.crowd.version();
        let is_changed = std::mem::replace(&mut state.told, version) != version;
        let (counts, singles) = state.audience.reactions.take_unpublished();
        UnpublishedCrowd {
            summary: (all || is_changed).then(|| state.audience.crowd.viewer_summary()),
            counts,
            singles,
        }
    }

    /// Who watches on this node.
    #[must_use]
    pub fn viewer_summary(&self) -> ViewerSummary {
        self.state.lock().audience.crowd.viewer_summary()
    }

    /// Who watches on this node, by their numbers.
    #[must_use]
    pub fn own_viewers(&self) -> Viewers {
        self.state.lock().audience.crowd.viewers()
    }

    /// So many more watch on other nodes.
    pub fn set_remote_viewers(&self, remote_viewers: Viewers) {
        let known = &mut self.state.lock().audience.remote_viewers;
        if std::mem::replace(known, remote_viewers) != remote_viewers {
            self.ticker.changed.notify_one();
        }
    }

    /// Another run of the server has counted so many of these reactions.
    pub fn on_count(&self, run: &str, emoji: &Emoji, count: u64) {
        self.state.lock().audience.reactions.on_count(run, emoji, count);
    }

    /// Another node shows a reaction.
    pub fn on_reaction(&self, reaction: SharedReaction) {
        self.wake_ticker().audience.reactions.singles.offer_shared(reaction);
    }

    /// Takes over what the database has of the crowd: the counts of other runs, the last messages, and which of
    /// those that are shown were deleted.
    pub fn merge_crowd(&self, totals: Vec<KeptTotal>, recent: &[RoomMessage], deleted: &[Uuid]) {
        let audience = &mut self.wake_ticker().audience;
        audience.reactions.read(totals);
        for message in deleted {
            audience.delete(&self.event_id, *message);
        }
        audience.read(&self.event_id, recent);
    }

    /// The messages that are shown.
    #[must_use]
    pub fn shown_messages(&self) -> Vec<Uuid> {
        self.state.lock().audience.shown().collect()
    }

    /// Whether the database does not have all messages yet.
    #[must_use]
    pub fn has_unsaved_messages(&self) -> bool {
        !self.state.lock().audience.unsaved().is_empty()
    }

    /// Whether the database has something that the room has not.
    #[must_use]
    pub fn differs_from(&self, stored: &StoredEvent) -> bool {
        let state = self.state.lock();
        stored.position.seq > state.position.seq || !state.event.is_same_as(&stored.event)
    }

    /// Waits for one's turn to bring the room up to the database. What is held says when that was last begun.
    pub async fn turn_to_read(&self) -> tokio::sync::MutexGuard<'_, Option<Instant>> {
        self.reading.lock().await
    }
}
