//! What a room starts from, and starts from again when it has to be read anew.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use indexmap::{IndexMap, IndexSet};
use parking_lot::Mutex;
use time::OffsetDateTime;

use super::outgoing::Outgoing;
use super::recent::RecentUpdates;
use super::{Room, RoomSettings, RoomState};
use crate::domain::event::{Event, Position};
use crate::domain::message::RoomMessage;
use crate::domain::score::{Correction, Snapshot, Update};
use crate::domain::update_time::UpdateTime;
use crate::live::audience::Audience;
use crate::live::message::Message;
use crate::live::pulse::Ticker;
use crate::storage::reactions::KeptTotal;

/// The state that a room starts from.
pub struct Loaded {
    /// The event.
    pub event: Event,
    /// Its position.
    pub position: Position,
    /// When the last update happened; meaningless before the first.
    pub at: OffsetDateTime,
    /// The state at that position.
    pub snapshot: Snapshot,
    /// The last updates up to that position, oldest first.
    pub recent: Vec<Update>,
    /// The count of each emoji.
    pub totals: Vec<KeptTotal>,
    /// The last messages, oldest first.
    pub messages: Vec<RoomMessage>,
}

impl Room {
    /// Creates a room with the state from the database. `ticker` is notified when there is something to show the
    /// crowd.
    pub fn new(loaded: Loaded, settings: RoomSettings, ticker: Arc<Ticker>) -> Self {
        let Loaded { event, position, at, snapshot, recent, totals, messages } = loaded;
        let event_id = event.event_id.clone();
        let audience = Audience::new(&event_id, settings.audience, totals, &messages);
        let mut kept = RecentUpdates::new(settings.recovery_limit);
        for update in &recent {
            kept.push(Message::update(&event_id, &position.epoch, update));
        }
        let state = RoomState {
            event,
            correction: correction_at(&recent, position.seq),
            time: time_at(&recent, position.seq, at),
            position,
            snapshot,
            snapshot_message: None,
            corrected_message: None,
            deletion: None,
            board: None,
            recent: kept,
            outgoing: Outgoing::default(),
            members: IndexMap::new(),
            lagging: IndexSet::new(),
            audience,
            published_version: 0,
        };
        let (sending, saving) = (Arc::default(), tokio::sync::Mutex::default());
        let reading = tokio::sync::Mutex::default();
        let (deleted, state) = (AtomicBool::new(false), Mutex::new(state));
        Self { event_id, settings, ticker, deleted, state, sending, saving, reading }
    }

    /// Replaces the state by the one from the database, and sends all members a snapshot.
    pub fn reload(&self, loaded: Loaded) {
        let Loaded { event, position, at, snapshot, recent, .. } = loaded;
        let mut kept = RecentUpdates::new(self.settings.recovery_limit);
        for update in &recent {
            kept.push(Message::update(&self.event_id, &position.epoch, update));
        }
        let state = &mut *self.state.lock();
        state.recent = kept;
        state.correction = correction_at(&recent, position.seq);
        state.time = time_at(&recent, position.seq, at);
        (state.event, state.position) = (event, position);
        (state.snapshot, state.snapshot_message, state.corrected_message) = (snapshot, None, None);
        let members: Vec<_> = state.members.keys().copied().collect();
        for id in members {
            state.start(id, None);
        }
    }
}

/// What the last update corrected, if it is at hand and was a correction.
fn correction_at(recent: &[Update], seq: i64) -> Option<Correction> {
    recent.last().filter(|last| last.seq == seq)?.body.correction.clone()
}

/// The times of the last update, which happened `at`, with its arrival if the update is at hand.
fn time_at(recent: &[Update], seq: i64, at: OffsetDateTime) -> UpdateTime {
    let last = recent.last().filter(|last| last.seq == seq);
    last.map_or(UpdateTime { at, received_at: None }, |last| last.time)
}
