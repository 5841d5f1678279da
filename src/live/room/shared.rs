//! A room's exchange with other nodes.

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

/// Changes in a room to publish to other nodes.
pub struct UnpublishedCrowd {
    /// The viewers here, if they changed or all rooms are published.
    pub summary: Option<ViewerSummary>,
    /// The total counts of this run of the server, for each emoji that changed.
    pub counts: Vec<(Emoji, u64)>,
    /// Reactions that are shown individually.
    pub singles: Vec<SharedReaction>,
}

impl UnpublishedCrowd {
    /// Reports that nobody watches here any more.
    pub fn nobody() -> Self {
        Self { summary: Some(ViewerSummary::default()), counts: Vec::new(), singles: Vec::new() }
    }
}

impl Room {
    /// Takes the changes that other nodes do not know yet. With `all`, includes the viewers even if they did not
    /// change.
    pub fn take_unpublished(&self, all: bool) -> UnpublishedCrowd {
        let state = &mut *self.state.lock();
        let version = state.audience.crowd.version();
        let is_changed = std::mem::replace(&mut state.published_version, version) != version;
        let (counts, singles) = state.audience.reactions.take_unpublished();
        UnpublishedCrowd {
            summary: (all || is_changed).then(|| state.audience.crowd.viewer_summary()),
            counts,
            singles,
        }
    }

    /// A summary of the viewers on this node.
    pub fn viewer_summary(&self) -> ViewerSummary {
        self.state.lock().audience.crowd.viewer_summary()
    }

    /// The number of viewers on this node.
    pub fn own_viewers(&self) -> Viewers {
        self.state.lock().audience.crowd.viewers()
    }

    /// Sets how many more people watch on other nodes.
    pub fn set_remote_viewers(&self, remote_viewers: Viewers) {
        let known = &mut self.state.lock().audience.remote_viewers;
        if std::mem::replace(known, remote_viewers) != remote_viewers {
            self.ticker.changed.notify_one();
        }
    }

    /// Takes another run's count of an emoji.
    pub fn on_count(&self, run: &str, emoji: &Emoji, count: u64) {
        self.state.lock().audience.reactions.on_count(run, emoji, count);
    }

    /// Takes a reaction that another node shows.
    pub fn on_reaction(&self, reaction: SharedReaction) {
        self.wake_ticker().audience.reactions.singles.offer_shared(reaction);
    }

    /// Merges the crowd's data from the database: counts of other runs, recent messages, and deletions.
    pub fn merge_crowd(&self, totals: Vec<KeptTotal>, recent: &[RoomMessage], deleted: &[Uuid]) {
        let audience = &mut self.wake_ticker().audience;
        audience.reactions.read(totals);
        for message in deleted {
            audience.delete(&self.event_id, *message);
        }
        audience.read(&self.event_id, recent);
    }

    /// The ids of the messages that are shown.
    pub fn shown_messages(&self) -> Vec<Uuid> {
        self.state.lock().audience.shown().collect()
    }

    /// Whether any message is not saved yet.
    pub fn has_unsaved_messages(&self) -> bool {
        !self.state.lock().audience.unsaved().is_empty()
    }

    /// Whether the database is ahead of the room.
    pub fn differs_from(&self, stored: &StoredEvent) -> bool {
        let state = self.state.lock();
        stored.position.seq > state.position.seq || !state.event.is_same_as(&stored.event)
    }

    /// Waits for a turn to synchronize with the database. The guard contains when the last read began.
    pub async fn turn_to_read(&self) -> tokio::sync::MutexGuard<'_, Option<Instant>> {
        self.reading.lock().await
    }
}
