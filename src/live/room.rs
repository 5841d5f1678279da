//! The one writer of an event: puts updates into order, and sees that each member gets each of them once, in
//! order, or one snapshot in place of what it missed.
//!
//! Everything happens under one lock, so that no viewer can fall between its snapshot and the updates that
//! follow. Nothing waits while it is held, and it is never held for long: what is to be sent to all members goes
//! to some of them at a time (`room/outgoing.rs`).

use std::sync::Arc;
use std::time::{Duration, Instant};

use indexmap::{IndexMap, IndexSet};
use parking_lot::{Mutex, MutexGuard};
use time::OffsetDateTime;

use super::audience::{Audience, AudienceSettings};
use super::crowd::{Viewer, Viewers};
use super::member::{Member, MemberId};
use super::message::Message;
use super::pulse::Ticker;
use crate::domain::event::{Event, Position};
use crate::domain::id::EventId;
use crate::domain::message::RoomMessage;
use crate::domain::score::{Snapshot, Update};
use crate::storage::reactions::KeptTotal;

mod catch_up;
mod crowd;
mod membership;
mod outgoing;
mod recent;
mod shared;

use catch_up::CatchUp;
use outgoing::Outgoing;
use recent::RecentUpdates;

pub use crowd::ReactError;
pub use membership::Joined;
pub use outgoing::{Delivered, DeliveryTurn};
pub use recent::RECOVERY_BYTES;
pub use shared::UnpublishedCrowd;

/// How a room treats its members.
#[derive(Debug, Clone, Copy)]
pub struct RoomSettings {
    /// How many missed updates a returning member is sent; further behind it gets a snapshot.
    pub recovery_limit: usize,
    /// A member that has been behind for so long is closed.
    pub behind_timeout: Duration,
    /// How the crowd is treated.
    pub audience: AudienceSettings,
}

/// An event that somebody watches.
pub struct Room {
    /// The event.
    pub event_id: EventId,
    settings: RoomSettings,
    /// Told when there is something to show the crowd.
    ticker: Arc<Ticker>,
    state: Mutex<RoomState>,
    /// Held by who sends to the members.
    sending: Arc<tokio::sync::Mutex<()>>,
    /// Held while what the crowd did goes into the database.
    saving: tokio::sync::Mutex<()>,
    /// Held while the room is brought up to the database: when that was last begun.
    reading: tokio::sync::Mutex<Option<Instant>>,
}

struct RoomState {
    event: Event,
    position: Position,
    /// When the last update was taken.
    at: OffsetDateTime,
    snapshot: Snapshot,
    /// The snapshot as it is sent; made when first needed after an update.
    snapshot_message: Option<Arc<Message>>,
    /// The last board that was sent.
    board: Option<Arc<Message>>,
    recent: RecentUpdates,
    /// What is to be sent to the members.
    outgoing: Outgoing,
    members: IndexMap<MemberId, MemberEntry>,
    /// The members that are not up to date.
    lagging: IndexSet<MemberId>,
    audience: Audience,
    /// The state of the crowd that other nodes know.
    told: u64,
}

/// A member in its room.
struct MemberEntry {
    member: Arc<dyn Member>,
    /// Who is counted; nobody for a scorer's desk.
    viewer: Option<Viewer>,
    /// Rarely there: a delivery goes through all seats.
    catch_up: Option<Box<CatchUp>>,
    /// The number of the next outgoing message that is for it.
    next: u64,
}

/// What became of an update that a room was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was the next one. Who is a member gets it with the next delivery, who joins has it.
    Taken,
    /// The room had it already.
    Known,
    /// Updates before it are missing: they are in the database.
    Gap,
    /// The update does not merge here: a node of another version may have written it. The room is unchanged and must be
    /// reloaded.
    Unmergeable,
}

/// What a room starts from.
pub struct Loaded {
    /// The event.
    pub event: Event,
    /// Where it stands.
    pub position: Position,
    /// When the last update was taken; without meaning before the first.
    pub at: OffsetDateTime,
    /// The state at that position.
    pub snapshot: Snapshot,
    /// The last updates up to that position, oldest first.
    pub recent: Vec<Update>,
    /// How often each emoji was reacted with.
    pub totals: Vec<KeptTotal>,
    /// The last messages, oldest first.
    pub messages: Vec<RoomMessage>,
}

impl Room {
    /// A room with what the database had. `ticker` is told when there is something to show the crowd.
    #[must_use]
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
            position,
            at,
            snapshot,
            snapshot_message: None,
            board: None,
            recent: kept,
            outgoing: Outgoing::default(),
            members: IndexMap::new(),
            lagging: IndexSet::new(),
            audience,
            told: 0,
        };
        let (sending, saving) = (Arc::default(), tokio::sync::Mutex::default());
        let reading = tokio::sync::Mutex::default();
        Self { event_id, settings, ticker, state: Mutex::new(state), sending, saving, reading }
    }

    /// The state, for something that the crowd is to be shown soon.
    fn wake_ticker(&self) -> MutexGuard<'_, RoomState> {
        self.ticker.woken.notify_one();
        self.state.lock()
    }

    /// Takes an update, if it is the next one, to be delivered.
    pub fn apply(&self, update: &Update) -> Applied {
        let mut state = self.state.lock();
        if update.seq <= state.position.seq {
            return Applied::Known;
        }
        if update.seq > state.position.seq + 1 {
            return Applied::Gap;
        }
        if let Err(error) = state.snapshot.merge(&update.body.data) {
            tracing::error!(event = %self.event_id, seq = update.seq, %error, "cannot merge update from the log; reloading");
            return Applied::Unmergeable;
        }
        state.position.seq = update.seq;
        state.at = update.at;
        state.snapshot_message = None;
        let message = Message::update(&self.event_id, &state.position.epoch, update);
        state.recent.push(message.to_keep());
        state.outgoing.push(Arc::new(message));
        state.take_pulse_along();
        Applied::Taken
    }

    /// Takes note of what the event has become; if that is news, the members are told with the next delivery.
    pub fn change(&self, event: Event) {
        let mut state = self.state.lock();
        if state.event.is_same_as(&event) {
            return;
        }
        state.outgoing.push(Arc::new(Message::event(&event)));
        state.event = event;
        self.ticker.changed.notify_one();
    }

    /// Has the viewers sent the event's board. Who cannot take it then gets the last one later.
    pub fn show_board(&self, board: &Arc<Message>) {
        let mut state = self.state.lock();
        state.board = Some(board.clone());
        state.outgoing.push(board.clone());
    }

    /// Takes over the state that the database has, and sends it to all members in place of what they missed.
    pub fn reload(&self, loaded: Loaded) {
        let Loaded { event, position, at, snapshot, recent, .. } = loaded;
        let mut kept = RecentUpdates::new(self.settings.recovery_limit);
        for update in &recent {
            kept.push(Message::update(&self.event_id, &position.epoch, update));
        }
        let state = &mut *self.state.lock();
        state.recent = kept;
        (state.event, state.position, state.at) = (event, position, at);
        (state.snapshot, state.snapshot_message) = (snapshot, None);
        let members: Vec<_> = state.members.keys().copied().collect();
        for id in members {
            state.start(id, None);
        }
    }

    /// Gives members that are not up to date what can be given now, and closes those that have been so for too
    /// long. False once nobody lags.
    pub fn serve_lagging(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        for id in state.lagging.clone() {
            state.serve_member(id, now, self.settings.behind_timeout);
        }
        !state.lagging.is_empty()
    }

    /// Whether some member is not up to date.
    #[must_use]
    pub fn has_lagging(&self) -> bool {
        !self.state.lock().lagging.is_empty()
    }

    /// Where the event stands.
    #[must_use]
    pub fn position(&self) -> Position {
        self.state.lock().position.clone()
    }

    /// The sequence number of the last update.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.state.lock().position.seq
    }

    /// Who watches.
    #[must_use]
    pub fn viewers(&self) -> Viewers {
        self.state.lock().audience.viewers()
    }

    /// How many members there are, and how many of them lag.
    #[must_use]
    pub fn occupancy(&self) -> (usize, usize) {
        let state = self.state.lock();
        (state.members.len(), state.lagging.len())
    }

    /// Whether nobody is in the room or expected back, and all that is to be kept is.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        let state = self.state.lock();
        state.members.is_empty() && state.audience.crowd.is_empty() && state.audience.is_saved()
    }
}

impl RoomState {
    /// The snapshot as it is sent.
    fn snapshot_message(&mut self) -> Arc<Message> {
        if let Some(message) = &self.snapshot_message {
            return message.clone();
        }
        let data = self.snapshot.to_json_of_any_size();
        let message = Arc::new(Message::snapshot(&self.event.event_id, &self.position, self.at, data));
        self.snapshot_message = Some(message.clone());
        message
    }

    /// How many bytes that has; none is sent before the first update.
    fn bytes_of_snapshot(&mut self) -> usize {
        if self.position.seq == 0 { 0 } else { self.snapshot_message().bytes() }
    }
}

#[cfg(test)]
#[path = "room_tests.rs"]
mod tests;
