//! The people in a room: who is there, their reactions, and their messages.

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

/// The most messages that may wait to be saved.
const UNSAVED_LIMIT: usize = 1024;

/// Settings of a room's crowd.
#[derive(Debug, Clone, Copy)]
pub struct AudienceSettings {
    /// When pulses are sent.
    pub pulse: PulseSettings,
    /// The rate of individually shown reactions.
    pub singles: Rate,
    /// The number of recent messages that a new member gets.
    pub message_history: usize,
    /// Whether to publish to other nodes.
    pub shared: bool,
}

/// Why a message is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PostError {
    /// The event was deleted meanwhile.
    #[error("join the event first")]
    NotJoined,
    /// An operator switched viewers' messages off.
    #[error("messages are switched off for this event")]
    Off,
    /// Too many messages in this event; retry after this time.
    #[error("too many messages in this event")]
    TooMany(Duration),
    /// Too many messages wait to be saved.
    #[error("database unavailable")]
    Unsaved,
}

/// The people in a room.
#[derive(Debug)]
pub struct Audience {
    /// The viewers.
    pub crowd: Presence,
    /// Their reactions.
    pub reactions: Reactions,
    /// How many more people watch on other nodes.
    pub remote_viewers: Viewers,
    settings: AudienceSettings,
    schedule: PulseSchedule,
    /// Whether a batch is being shown.
    is_showing: bool,
    /// The recent messages for new members.
    history: VecDeque<(Uuid, Arc<Message>)>,
    /// Messages to send.
    waiting: Vec<PendingMessage>,
    /// The sources of waiting messages from viewers.
    posted: Vec<Source>,
    /// Messages that are not saved yet.
    unsaved: Vec<RoomMessage>,
}

#[derive(Debug)]
enum PendingMessage {
    Posted(Uuid, Arc<Message>),
    Deleted(Arc<Message>),
}

/// Messages shown to a room's crowd together.
#[derive(Debug)]
pub struct Batch {
    /// The pulse; scorers' desks get it too.
    pub pulse: Option<Arc<Message>>,
    /// Messages and reactions of viewers.
    pub messages: Vec<Arc<Message>>,
}

impl Audience {
    /// Starts without viewers, with the counts and messages from the database.
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

    /// Posts a message; it is saved later.
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

    /// Posts a message that is already saved. Does nothing if the message is already shown.
    pub fn post_saved(&mut self, event_id: &EventId, message: &RoomMessage) {
        if self.shown().any(|id| id == message.message_id) {
            return;
        }
        let shown = Arc::new(Message::posted(event_id, message));
        self.waiting.push(PendingMessage::Posted(message.message_id, shown));
    }

    /// Removes a deleted message, and notifies the members.
    pub fn delete(&mut self, event_id: &EventId, message_id: Uuid) {
        self.history.retain(|(id, _)| *id != message_id);
        self.waiting.retain(|waiting| !matches!(waiting, PendingMessage::Posted(id, _) if *id == message_id));
        let deleted = Message::deleted(event_id, DeletedMessage { message_id });
        self.waiting.push(PendingMessage::Deleted(Arc::new(deleted)));
    }

    /// Posts recent messages from the database, oldest first, that were posted elsewhere and not received.
    pub fn read(&mut self, event_id: &EventId, recent: &[RoomMessage]) {
        let is_full = self.history.len() >= self.settings.message_history;
        // Messages older than the history were shown and dropped.
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

    /// The recent messages, oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.history.iter().map(|(_, message)| message)
    }

    /// The messages that are not saved yet.
    pub fn unsaved(&self) -> Vec<RoomMessage> {
        self.unsaved.clone()
    }

    /// Marks the first `count` unsaved messages as saved.
    pub fn saved(&mut self, count: usize) {
        self.unsaved.drain(..count.min(self.unsaved.len()));
    }

    /// Whether everything is saved, and published to other nodes.
    pub fn is_saved(&self) -> bool {
        self.unsaved.is_empty() && self.reactions.unsaved().is_empty() && !self.reactions.has_untold()
    }

    /// The viewers on all nodes.
    pub fn viewers(&self) -> Viewers {
        self.crowd.viewers() + self.remote_viewers
    }

    /// Takes the batch to send to the crowd now, if one is due.
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

    /// Marks the last batch as shown to all.
    pub fn shown_batch(&mut self) {
        self.is_showing = false;
    }

    /// A pulse to send with an update, where it costs little extra: one that is due now or soon. Never the first
    /// pulse, because new members got the viewers with their answer.
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
            // Otherwise it would overtake an older one.
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

    /// Takes the waiting messages. Posted ones move to the history now, so that no member gets one twice.
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
