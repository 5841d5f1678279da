//! What the people in a room do, and how the others are shown it: never before a score.

use std::time::Instant;

use thiserror::Error;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Room, RoomState};
use crate::domain::clock;
use crate::domain::emoji::Emoji;
use crate::domain::event::Status;
use crate::domain::message::RoomMessage;
use crate::domain::reaction::Reaction;
use crate::domain::sender::Source;
use crate::live::audience::{Batch, PostError};
use crate::live::crowd::Viewers;
use crate::live::member::MemberId;
use crate::live::message::Message;
use crate::storage::reactions::KeptTotal;

/// Why a reaction is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReactError {
    /// Who sent it is not in the room.
    #[error("join the event first")]
    NotJoined,
    /// The event is over.
    #[error("the event has ended")]
    Ended,
}

/// What the database is to keep of a room's crowd.
pub struct Unsaved {
    /// The whole counts of this run of the server, where they have changed.
    pub counts: Vec<(Emoji, u64)>,
    /// Messages.
    pub messages: Vec<RoomMessage>,
}

impl Unsaved {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.messages.is_empty()
    }
}

impl Room {
    /// Counts a member's reaction.
    ///
    /// # Errors
    /// [`ReactError`].
    pub fn react(
        &self,
        id: MemberId,
        source: Source,
        name: Option<&str>,
        emoji: &Emoji,
        comment: Option<&str>,
        at: OffsetDateTime,
    ) -> Result<(), ReactError> {
        let state = &mut *self.wake_ticker();
        let viewer = state.members.get(&id).and_then(|entry| entry.viewer.as_ref());
        let viewer = viewer.ok_or(ReactError::NotJoined)?;
        if state.event.status == Status::Ended {
            return Err(ReactError::Ended);
        }
        let reactions = &mut state.audience.reactions;
        reactions.count(emoji);
        reactions.singles.offer(source, comment.is_some(), || Reaction {
            id: viewer.id(),
            name: name.map(str::to_owned),
            emoji: emoji.clone(),
            comment: comment.map(str::to_owned),
            at,
        });
        Ok(())
    }

    /// Takes a viewer's message to the room, which the database gets later.
    ///
    /// # Errors
    /// [`PostError`].
    pub fn post(&self, source: Source, message: RoomMessage) -> Result<(), PostError> {
        let mut state = self.wake_ticker();
        if !state.event.messages {
            return Err(PostError::Off);
        }
        state.audience.post(&self.event_id, source, message)
    }

    /// Takes a message that the database has.
    pub fn post_saved(&self, message: &RoomMessage) {
        self.wake_ticker().audience.post_saved(&self.event_id, message);
    }

    /// A message was deleted.
    pub fn delete_message(&self, message: Uuid) {
        self.wake_ticker().audience.delete(&self.event_id, message);
    }

    /// Removes a member whose connection was lost: its viewer counts on for a while. True if it was one.
    pub fn on_connection_lost(&self, id: MemberId, now: Instant) -> bool {
        let mut state = self.state.lock();
        let Some(entry) = state.take(id) else { return false };
        if let Some(viewer) = entry.viewer {
            state.audience.crowd.on_connection_lost(viewer, now);
        }
        true
    }

    /// What is to be shown now, and to whom; counts those out that did not come back.
    pub fn take_batch(&self, now: Instant, at: OffsetDateTime) -> Option<(Batch, Vec<MemberId>)> {
        let state = &mut *self.state.lock();
        state.audience.crowd.settle(now);
        if state.members.is_empty() {
            return None;
        }
        let batch = state.audience.take_batch(now, at, &state.event, &state.position)?;
        Some((batch, state.members.keys().copied().collect()))
    }

    /// Shows a batch to some of the members: to those that still are, and are up to date. Few at a time, for a
    /// score waits while it runs.
    pub fn show(&self, ids: &[MemberId], batch: &Batch) {
        // The pulse first: it is left out if anything that was shown before has not left.
        let all: Vec<&Message> =
            batch.pulse.iter().chain(&batch.messages).map(|message| &**message).collect();
        let pulses = usize::from(batch.pulse.is_some());
        let mut state = self.state.lock();
        for id in ids {
            // What stands in a pulse has been told.
            state.deliver_to(*id);
            let Some(entry) = state.members.get(id).filter(|entry| entry.catch_up.is_none()) else {
                continue;
            };
            let messages = if entry.viewer.is_some() { &all[..] } else { &all[..pulses] };
            entry.member.show_all(messages);
        }
    }

    /// All were shown the last batch.
    pub fn shown(&self) {
        self.state.lock().audience.shown_batch();
    }

    /// Waits until nobody else saves what the room's crowd did, and keeps others from it.
    pub async fn turn_to_save(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.saving.lock().await
    }

    /// What the database does not have yet.
    #[must_use]
    pub fn unsaved(&self) -> Unsaved {
        let audience = &self.state.lock().audience;
        Unsaved { counts: audience.reactions.unsaved(), messages: audience.unsaved() }
    }

    /// The database has these, and what it knows of others.
    pub fn saved(&self, saved: &Unsaved, totals: Vec<KeptTotal>) {
        let audience = &mut self.state.lock().audience;
        audience.reactions.saved(&saved.counts);
        audience.reactions.read(totals);
        audience.saved(saved.messages.len());
    }

    /// Who watches on this node, and how much was reacted here since this was last asked.
    pub fn take_point(&self) -> (Viewers, u64) {
        let audience = &mut self.state.lock().audience;
        (audience.crowd.viewers(), audience.reactions.take_recent())
    }
}

impl RoomState {
    /// Sends a pulse that would be due before long with the update that is outgoing.
    pub(super) fn take_pulse_along(&mut self) {
        if self.members.is_empty() {
            return;
        }
        let Self { audience, event, position, outgoing, .. } = self;
        if let Some(pulse) = audience.take_pulse(Instant::now(), clock::now(), event, position) {
            outgoing.push(pulse);
        }
    }
}
