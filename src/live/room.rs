//! A room: orders an event's updates, and sends each member every update once and in order, or one snapshot in place
//! of the updates that it missed. A full member gets the whole state in place of each update (`room/score_form.rs`).
//!
//! One lock covers everything, so that no viewer can miss an update between its snapshot and the updates after it. Do
//! not await while holding it, and hold it briefly: messages to all members are sent to some members at a time
//! (`room/outgoing.rs`).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use indexmap::{IndexMap, IndexSet};
use parking_lot::{Mutex, MutexGuard};

use super::audience::{Audience, AudienceSettings};
use super::crowd::{Viewer, Viewers};
use super::member::{Member, MemberId};
use super::message::Message;
use super::pulse::Ticker;
use crate::domain::event::{Event, Position};
use crate::domain::id::EventId;
use crate::domain::score::{Correction, Snapshot, Update};
use crate::domain::update_time::UpdateTime;

mod catch_up;
mod crowd;
mod deletion;
mod loaded;
mod membership;
mod outgoing;
mod recent;
mod score_form;
mod shared;

use catch_up::CatchUp;
use outgoing::Outgoing;
use recent::RecentUpdates;
use score_form::ScoreForm;

pub use crowd::ReactError;
pub use loaded::Loaded;
pub use membership::{JoinRequest, Joined};
pub use outgoing::{Delivered, DeliveryTurn, MEMBERS_AT_A_TIME, TIMES_IN_A_ROW};
pub use recent::RECOVERY_BYTES;
pub use shared::UnpublishedCrowd;

/// Settings of a room.
#[derive(Debug, Clone, Copy)]
pub struct RoomSettings {
    /// How many missed updates a returning member gets; if it missed more, it gets a snapshot.
    pub recovery_limit: usize,
    /// How long a member may lag before its connection is closed.
    pub behind_timeout: Duration,
    /// Settings of the crowd.
    pub audience: AudienceSettings,
}

/// An event with its members.
pub struct Room {
    /// The event.
    pub event_id: EventId,
    settings: RoomSettings,
    /// Notified when there is something to show the crowd.
    ticker: Arc<Ticker>,
    /// Whether the event was deleted. Set under the lock of `state`.
    deleted: AtomicBool,
    state: Mutex<RoomState>,
    /// Held while sending to the members.
    sending: Arc<tokio::sync::Mutex<()>>,
    /// Held while the crowd's messages and counts are saved.
    saving: tokio::sync::Mutex<()>,
    /// Held while the room is synchronized with the database. Contains when the last read began.
    reading: tokio::sync::Mutex<Option<Instant>>,
}

struct RoomState {
    event: Event,
    position: Position,
    /// The times of the last update; meaningless before the first.
    time: UpdateTime,
    /// What the last update corrected, if it was a correction.
    correction: Option<Correction>,
    snapshot: Snapshot,
    /// The serialized snapshot; made when first needed after an update.
    snapshot_message: Option<Arc<Message>>,
    /// The same for full members, if the last update was a correction.
    corrected_message: Option<Arc<Message>>,
    /// The news of the event's deletion, once it was deleted.
    deletion: Option<Arc<Message>>,
    /// The last board that was sent.
    board: Option<Arc<Message>>,
    recent: RecentUpdates,
    /// Messages to send to the members.
    outgoing: Outgoing,
    members: IndexMap<MemberId, MemberEntry>,
    /// The members that are not up to date.
    lagging: IndexSet<MemberId>,
    audience: Audience,
    /// The version of the crowd that other nodes know.
    published_version: u64,
}

/// A member and its state in the room.
struct MemberEntry {
    member: Arc<dyn Member>,
    /// The viewer to count; `None` for a scorer's desk.
    viewer: Option<Viewer>,
    /// Boxed because it is rare and a delivery walks all entries.
    catch_up: Option<Box<CatchUp>>,
    /// The number of the next outgoing message for this member.
    next: u64,
    /// What it is sent of the score.
    form: ScoreForm,
}

/// The result of applying an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was the next one. Members get it with the next delivery; new members find it in their snapshot.
    Taken,
    /// The room had it already.
    Known,
    /// Earlier updates are missing; read them from the database.
    Gap,
    /// The update cannot be merged: a node of another version may have written it. The room is unchanged; reload it.
    Unmergeable,
}

impl Room {
    /// Locks the state and wakes the ticker, for a change to show the crowd soon.
    fn wake_ticker(&self) -> MutexGuard<'_, RoomState> {
        self.ticker.woken.notify_one();
        self.state.lock()
    }

    /// Applies an update if it is the next one, and queues it for delivery.
    pub fn apply(&self, update: &Update) -> Applied {
        let mut state = self.state.lock();
        if update.seq <= state.position.seq || state.deletion.is_some() {
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
        state.time = update.time;
        state.correction.clone_from(&update.body.correction);
        (state.snapshot_message, state.corrected_message) = (None, None);
        let message = Message::update(&self.event_id, &state.position.epoch, update);
        state.recent.push(message.to_keep());
        state.outgoing.push(Arc::new(message));
        state.take_pulse_along();
        Applied::Taken
    }

    /// Updates the event, and notifies members with the next delivery if it changed.
    pub fn change(&self, event: Event) {
        let mut state = self.state.lock();
        if state.deletion.is_some() || state.event.is_same_as(&event) {
            return;
        }
        state.outgoing.push(Arc::new(Message::event(&event)));
        state.event = event;
        self.ticker.changed.notify_one();
    }

    /// Queues the event's board for all viewers. A viewer with a full queue gets the latest board later.
    pub fn show_board(&self, board: &Arc<Message>) {
        let mut state = self.state.lock();
        if state.deletion.is_some() {
            return;
        }
        state.board = Some(board.clone());
        state.outgoing.push(board.clone());
    }

    /// Sends lagging members what they can take now, and closes those that have lagged for too long. Returns false
    /// once no member lags.
    pub fn serve_lagging(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        for id in state.lagging.clone() {
            state.serve_member(id, now, self.settings.behind_timeout);
        }
        if state.deletion.is_some() {
            state.dismiss_served();
        }
        !state.lagging.is_empty()
    }

    /// Whether any member lags.
    pub fn has_lagging(&self) -> bool {
        !self.state.lock().lagging.is_empty()
    }

    /// The event's position.
    pub fn position(&self) -> Position {
        self.state.lock().position.clone()
    }

    /// The sequence number of the last update.
    pub fn seq(&self) -> i64 {
        self.state.lock().position.seq
    }

    /// The viewers.
    pub fn viewers(&self) -> Viewers {
        self.state.lock().audience.viewers()
    }

    /// The number of members, and how many of them lag.
    pub fn occupancy(&self) -> (usize, usize) {
        let state = self.state.lock();
        (state.members.len(), state.lagging.len())
    }

    /// Whether the room can be unloaded: nobody is in it or expected back, and everything is saved.
    pub fn is_unused(&self) -> bool {
        let state = self.state.lock();
        state.members.is_empty() && state.audience.crowd.is_empty() && state.audience.is_saved()
    }
}

impl RoomState {
    /// The serialized snapshot.
    fn snapshot_message(&mut self) -> Arc<Message> {
        if let Some(message) = &self.snapshot_message {
            return message.clone();
        }
        let data = self.snapshot.to_json_of_any_size();
        let (event_id, position) = (&self.event.event_id, &self.position);
        let message = Arc::new(Message::snapshot(event_id, position, self.time, None, data.into()));
        self.snapshot_message = Some(message.clone());
        message
    }

    /// The serialized snapshot for full members, which says what the last update corrected: they are not sent that
    /// update itself.
    fn full_message(&mut self) -> Arc<Message> {
        if let Some(message) = &self.corrected_message {
            return message.clone();
        }
        let message = self.snapshot_message();
        let Some(correction) = &self.correction else { return message };
        let (event_id, position, data) = (&self.event.event_id, &self.position, message.args().0.clone());
        let message = Arc::new(Message::snapshot(event_id, position, self.time, Some(correction), data));
        self.corrected_message = Some(message.clone());
        message
    }

    /// The size of the snapshot in bytes; 0 before the first update, when none is sent.
    fn bytes_of_snapshot(&mut self) -> usize {
        if self.position.seq == 0 { 0 } else { self.snapshot_message().bytes() }
    }
}

#[cfg(test)]
#[path = "room_tests.rs"]
mod tests;
