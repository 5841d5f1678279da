//! Reactions and messages of a room's viewers, and how members are shown them. Scores always go first.

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

/// Why a reaction is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReactError {
    /// The sender is not in the room.
    #[error("join the event first")]
    NotJoined,
    /// The event has ended.
    #[error("the event has ended")]
    Ended,
}

/// Data of a room's crowd to save.
pub struct Unsaved {
    /// The total counts of this run of the server, for each emoji that changed.
    pub counts: Vec<(Emoji, u64)>,
    /// New messages.
    pub messages: Vec<RoomMessage>,
}

impl Unsaved {
    /// Whether there is nothing to save.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.messages.is_empty()
    }
}

impl Room {
    /// Counts a member's reaction.
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
        if state.deletion.is_some() {
            return Err(ReactError::NotJoined);
        }
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

    /// Posts a viewer's message; it is saved later.
    pub fn post(&self, source: Source, message: RoomMessage) -> Result<(), PostError> {
        let mut state = self.wake_ticker();
        if state.deletion.is_some() {
            return Err(PostError::NotJoined);
        }
        if !state.event.messages {
            return Err(PostError::Off);
        }
        state.audience.post(&self.event_id, source, message)
    }

    /// Posts a message that is already saved.
    pub fn post_saved(&self, message: &RoomMessage) {
        self.wake_ticker().audience.post_saved(&self.event_id, message);
    }

    /// Handles a deleted message.
    pub fn delete_message(&self, message: Uuid) {
        self.wake_ticker().audience.delete(&self.event_id, message);
    }

    /// Removes a member whose connection was lost; its viewer still counts for a while. Returns whether it was a
    /// member.
    pub fn on_connection_lost(&self, id: MemberId, now: Instant) -> bool {
        let mut state = self.state.lock();
        let Some(entry) = state.take(id) else { return false };
        if let Some(viewer) = entry.viewer {
            state.audience.crowd.on_connection_lost(viewer, now);
        }
        true
    }

    /// Takes the messages to show now, and the members to show them to. Stops counting viewers that did not come
    /// back.
    pub fn take_batch(&self, now: Instant, at: OffsetDateTime) -> Option<(Batch, Vec<MemberId>)> {
        let state = &mut *self.state.lock();
        state.audience.crowd.settle(now);
        if state.members.is_empty() || state.deletion.is_some() {
            return None;
        }
        let batch = state.audience.take_batch(now, at, &state.event, &state.position)?;
        Some((batch, state.members.keys().copied().collect()))
    }

    /// Shows a batch to some members, if they are still there and up to date. Pass few members at a time: a score
    /// waits while this runs.
    pub fn show(&self, ids: &[MemberId], batch: &Batch) {
        // The pulse goes first, because it is skipped if anything shown before is still queued.
        let all: Vec<&Message> =
            batch.pulse.iter().chain(&batch.messages).map(|message| &**message).collect();
        let pulses = usize::from(batch.pulse.is_some());
        let mut state = self.state.lock();
        if state.deletion.is_some() {
            return;
        }
        for id in ids {
            // Deliver pending messages first: the pulse refers to their state.
            state.deliver_to(*id);
            let Some(entry) = state.members.get(id).filter(|entry| entry.catch_up.is_none()) else {
                continue;
            };
            let messages = if entry.viewer.is_some() { &all[..] } else { &all[..pulses] };
            entry.member.show_all(messages);
        }
    }

    /// Marks the last batch as shown to all.
    pub fn shown(&self) {
        self.state.lock().audience.shown_batch();
    }

    /// Acquires the exclusive right to save the crowd's data.
    pub async fn turn_to_save(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.saving.lock().await
    }

    /// The data that is not saved yet.
    pub fn unsaved(&self) -> Unsaved {
        let audience = &self.state.lock().audience;
        Unsaved { counts: audience.reactions.unsaved(), messages: audience.unsaved() }
    }

    /// Marks data as saved, and merges the counts of other runs.
    pub fn saved(&self, saved: &Unsaved, totals: Vec<KeptTotal>) {
        let state = &mut *self.state.lock();
        if state.deletion.is_some() {
            return;
        }
        let audience = &mut state.audience;
        audience.reactions.saved(&saved.counts);
        audience.reactions.read(totals);
        audience.saved(saved.messages.len());
    }

    /// The viewers on this node, and the number of reactions since the last call.
    pub fn take_point(&self) -> (Viewers, u64) {
        let audience = &mut self.state.lock().audience;
        (audience.crowd.viewers(), audience.reactions.take_recent())
    }
}

impl RoomState {
    /// Adds a pulse to the outgoing update if one would be due soon.
    pub(super) fn take_pulse_along(&mut self) {
        if self.members.is_empty() || self.deletion.is_some() {
            return;
        }
        let Self { audience, event, position, outgoing, .. } = self;
        if let Some(pulse) = audience.take_pulse(Instant::now(), clock::now(), event, position) {
            outgoing.push(pulse);
        }
    }
}
