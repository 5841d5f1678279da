//! What is known of the people in a room: who is there, what they react with, what they write.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;
use time::OffsetDateTime;
use uuid::Uuid;

use super::crowd::{Presence, Viewers};
use super::message::Message;
use super::pulse::{Pulse, PulseReactions, PulseSchedule, PulseSettings};
use super::reactions::Reactions;
use crate::domain::event::{Event, Position};
use crate::domain::id::EventId;
use crate::domain::limit::Rate;
use crate::domain::message::{DeletedMessage, RoomMessage};
use crate::domain::sender::Source;
use crate::storage::reactions::KeptTotal;

mod places;

use places::has_place;

/// So many messages wait for the database at most.
const UNSAVED_LIMIT: usize = 1024;

/// How a room treats its crowd.
#[derive(Debug, Clone, Copy)]
pub struct AudienceSettings {
    /// When pulses are sent.
    pub pulse: PulseSettings,
    /// Reactions that are shown singly.
    pub singles: Rate,
    /// How many of the last messages a new member is sent.
    pub message_history: usize,
    /// Whether there may be other nodes, which are to be told.
    pub shared: bool,
}

/// Why a message is not taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PostError {
    /// An operator has switched viewers' messages off.
    #[error("messages are switched off for this event")]
    Off,
    /// Too many are written to this event; so long until it takes one again.
    #[error("too many messages to this event")]
    TooMany(Duration),
    /// Too many wait for the database.
    #[error("the database does not take messages")]
    Unsaved,
}

/// The people in a room.
#[derive(Debug)]
pub struct Audience {
    /// Who is there.
    pub crowd: Presence,
    /// What they react with.
    pub reactions: Reactions,
    /// How many more watch on other nodes.
    pub remote_viewers: Viewers,
    settings: AudienceSettings,
    schedule: PulseSchedule,
    /// Whether a batch is on its way.
    is_showing: bool,
    /// The last messages, as a new member is sent them.
    history: VecDeque<(Uuid, Arc<Message>)>,
    /// Messages that are to be sent.
    waiting: Vec<PendingMessage>,
    /// Where those of viewers come from.
    posted: Vec<Source>,
    /// Messages that the database does not have yet.
    unsaved: Vec<RoomMessage>,
}

#[derive(Debug)]
enum PendingMessage {
    Posted(Uuid, Arc<Message>),
    Deleted(Arc<Message>),
}

/// What is sent to a room's crowd at a time.
#[derive(Debug)]
pub struct Batch {
    /// How the event and its crowd stand; also for the desks of the event.
    pub pulse: Option<Arc<Message>>,
    /// What the viewers write and react with.
    pub messages: Vec<Arc<Message>>,
}

impl Audience {
    /// Nobody yet; what the database has.
    #[must_use]
    pub fn new(
        event_id: &EventId,
        settings: AudienceSettings,
        totals: Vec<KeptTotal>,
        messages: &[RoomMessage],
    ) -> Self {
        let kept = |message: &RoomMessage| (message.message_id, Arc::new(Message::posted(event_id, message)));
        Self {
            crowd: Presence::default(),
            reactions: Reactions::new(totals, settings.singles, settings.shared),
            remote_viewers: Viewers::default(),
            settings,
            schedule: PulseSchedule::default(),
            is_showing: false,
            history: messages.iter().map(kept).collect(),
            waiting: Vec::new(),
            posted: Vec::new(),
            unsaved: Vec::new(),
        }
    }

    /// Takes a message, which the database gets later.
    ///
    /// # Errors
    /// `TooMany`, `Unsaved`.
    pub fn post(
        &mut self,
        event_id: &EventId,
        source: Source,
        message: RoomMessage,
    ) -> Result<(), PostError> {
        if !has_place(&self.posted, source) {
            return Err(PostError::TooMany(self.settings.pulse.interval * 2));
        }
        if self.unsaved.len() >= UNSAVED_LIMIT {
            return Err(PostError::Unsaved);
        }
        self.post_saved(event_id, &message);
        self.posted.push(source);
        self.unsaved.push(message);
        Ok(())
    }

    /// Takes a message that the database has. One that is shown already stays as it is.
    pub fn post_saved(&mut self, event_id: &EventId, message: &RoomMessage) {
        if self.shown().any(|id| id == message.message_id) {
            return;
        }
        let shown = Arc::new(Message::posted(event_id, message));
        self.waiting.push(PendingMessage::Posted(message.message_id, shown));
    }

    /// A message was deleted: it is not shown any more, and who has it is told.
    pub fn delete(&mut self, event_id: &EventId, message_id: Uuid) {
        self.history.retain(|(id, _)| *id != message_id);
        self.waiting.retain(|waiting| !matches!(waiting, PendingMessage::Posted(id, _) if *id == message_id));
        let deleted = Message::deleted(event_id, DeletedMessage { message_id });
        self.waiting.push(PendingMessage::Deleted(Arc::new(deleted)));
    }

    /// Takes messages that the database has, oldest first: those that were taken elsewhere and not heard of.
    pub fn read(&mut self, event_id: &EventId, recent: &[RoomMessage]) {
        let is_full = self.history.len() >= self.settings.message_history;
        // Older ones than are remembered have been shown, and forgotten.
        let oldest = self.history.front().map(|(id, _)| *id).filter(|_| is_full);
        for message in recent.iter().filter(|message| oldest.is_none_or(|oldest| message.message_id > oldest))
        {
            self.post_saved(event_id, message);
        }
    }

    /// The ids of the messages that are shown.
    pub fn shown(&self) -> impl Iterator<Item = Uuid> {
        let posted = |waiting: &PendingMessage| match waiting {
            PendingMessage::Posted(id, _) => Some(*id),
            PendingMessage::Deleted(_) => None,
        };
        self.history.iter().map(|(id, _)| *id).chain(self.waiting.iter().filter_map(posted))
    }

    /// The last messages, oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.history.iter().map(|(_, message)| message)
    }

    /// The messages that the database does not have yet.
    #[must_use]
    pub fn unsaved(&self) -> Vec<RoomMessage> {
        self.unsaved.clone()
    }

    /// The database has so many more of them.
    pub fn saved(&mut self, count: usize) {
        self.unsaved.drain(..count.min(self.unsaved.len()));
    }

    /// Whether all that is to be kept is in the database, and other nodes were told.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.unsaved.is_empty() && self.reactions.unsaved().is_empty() && !self.reactions.has_untold()
    }

    /// Who watches, on whatever node.
    #[must_use]
    pub fn viewers(&self) -> Viewers {
        self.crowd.viewers() + self.remote_viewers
    }

    /// What is to be sent to the crowd now, if anything is.
    pub fn take_batch(
        &mut self,
        now: Instant,
        at: OffsetDateTime,
        event: &Event,
        position: &Position,
    ) -> Option<Batch> {
        let settings = self.settings.pulse;
        if !self.schedule.may_send(now, settings) {
            return None;
        }
        let mut messages = self.take_waiting();
        if self.reactions.singles.are_waiting() {
            let singles = self.reactions.singles.take(now, settings.interval);
            let shown = |single| Arc::new(Message::reaction(&event.event_id, &single));
            messages.extend(singles.into_iter().map(shown));
        }
        let due = self.schedule.may_pulse(now, settings) && self.is_pulse_due(now, event);
        let pulse = due.then(|| self.pulse(now, at, event, position));
        if pulse.is_none() && messages.is_empty() {
            return None;
        }
        self.schedule.send(now);
        self.is_showing = true;
        Some(Batch { pulse, messages })
    }

    /// All were shown the last batch.
    pub fn shown_batch(&mut self) {
        self.is_showing = false;
    }

    /// The pulse that goes along with an update, which costs a member little more than the update alone: one that
    /// is due now or before long. The first one is not: who has just come has been told who watches.
    pub fn take_pulse(
        &mut self,
        now: Instant,
        at: OffsetDateTime,
        event: &Event,
        position: &Position,
    ) -> Option<Arc<Message>> {
        let settings = self.settings.pulse;
        let is_time = self.schedule.has_begun()
            && self.schedule.may_pulse(now, settings)
            // Else it would come before an older one.
            && !self.is_showing
            && (self.schedule.is_near(now, settings) || self.is_pulse_due(now, event));
        is_time.then(|| self.pulse(now, at, event, position))
    }

    fn is_pulse_due(&self, now: Instant, event: &Event) -> bool {
        let (settings, reactions) = (self.settings.pulse, self.reactions.has_window());
        self.schedule.is_due(now, settings, reactions, self.viewers(), event)
    }

    fn pulse(
        &mut self,
        now: Instant,
        at: OffsetDateTime,
        event: &Event,
        position: &Position,
    ) -> Arc<Message> {
        metrics::counter!("touchline_pulses_total").increment(1);
        let viewers = self.viewers();
        let reactions =
            PulseReactions { window: self.reactions.take_window(), totals: self.reactions.totals() };
        self.schedule.record_pulse(now, viewers, event.status);
        Arc::new(Message::pulse(&Pulse::new(event, position, viewers, reactions, at)))
    }

    /// The messages that wait; those that were posted are history from now on, so that nobody is sent one as
    /// both.
    fn take_waiting(&mut self) -> Vec<Arc<Message>> {
        let mut taken = Vec::new();
        self.posted.clear();
        for waiting in self.waiting.drain(..) {
            match waiting {
                PendingMessage::Deleted(message) => taken.push(message),
                PendingMessage::Posted(id, message) => {
                    self.history.push_back((id, message.clone()));
                    taken.push(message);
                }
            }
        }
        let surplus = self.history.len().saturating_sub(self.settings.message_history);
        self.history.drain(..surplus);
        taken
    }
}
