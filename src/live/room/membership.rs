//! How members join and leave a room, and what they get first.

use std::sync::Arc;

use super::catch_up::CatchUp;
use super::score_form::ScoreForm;
use super::{MemberEntry, Room, RoomState};
use crate::domain::event::{Event, Position};
use crate::live::crowd::{Viewer, Viewers};
use crate::live::member::{Member, MemberId};

/// A request to join a room.
pub struct JoinRequest {
    /// The member's id.
    pub id: MemberId,
    /// The way to send to it.
    pub member: Arc<dyn Member>,
    /// The viewer to count; `None` for a scorer's desk.
    pub viewer: Option<Viewer>,
    /// The position up to which it has seen the event.
    pub since: Option<Position>,
    /// Whether it gets the whole state in place of each update.
    pub full: bool,
}

/// The answer to a member that joined, sent before its state.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The event's position.
    pub position: Position,
    /// Whether the member needs no snapshot: it missed nothing, or gets the updates that it missed. A full member gets
    /// no updates.
    pub recovered: bool,
    /// The event.
    pub event: Event,
    /// The viewers, including the new member.
    pub viewers: Viewers,
}

impl Room {
    /// Adds a member: answers it, then sends its state. An existing member is answered and sent the state again, and
    /// `full` holds from then on. Does nothing if the event was deleted.
    pub fn join(&self, request: JoinRequest, answer: impl FnOnce(&Joined)) {
        let JoinRequest { id, member, viewer, since, full } = request;
        let mut state = self.state.lock();
        if state.deletion.is_some() {
            return;
        }
        if viewer.is_none() && state.members.contains_key(&id) {
            // A desk never asks for the state again: two concurrent updates both found that it had not joined.
            return;
        }
        state.remove(id);
        if let Some(viewer) = &viewer {
            state.audience.crowd.enter(viewer.clone());
            self.ticker.changed.notify_one();
        }
        let owed = state.audience.history().filter(|_| viewer.is_some()).cloned().collect();
        let next = state.outgoing.end();
        let catch_up = Some(Box::new(CatchUp::new(None, owed)));
        let form = ScoreForm::new(full);
        state.members.insert(id, MemberEntry { member, viewer, catch_up, next, form });
        let replay_from = since.and_then(|since| state.replay_from(&since, full));
        answer(&Joined {
            position: state.position.clone(),
            recovered: replay_from.is_some(),
            event: state.event.clone(),
            viewers: state.audience.viewers(),
        });
        state.start(id, replay_from);
    }

    /// Answers a member, then sends the state again. Returns false if it is not a member.
    pub fn resend(&self, id: MemberId, answer: impl FnOnce(&Position)) -> bool {
        let mut state = self.state.lock();
        if !state.members.contains_key(&id) || state.deletion.is_some() {
            return false;
        }
        answer(&state.position);
        state.start(id, None);
        true
    }

    /// Removes a member. Returns whether it was one.
    pub fn leave(&self, id: MemberId) -> bool {
        self.ticker.changed.notify_one();
        self.state.lock().remove(id)
    }

    /// The bytes sent to a client that joins: the missed updates or the state, and the message history.
    pub fn bytes_of_join(&self, since: Option<&Position>, full: bool) -> usize {
        let mut state = self.state.lock();
        let missed = match since.and_then(|since| state.replay_from(since, full)) {
            Some(next) => state.recent.since(next).map(|update| update.bytes()).sum(),
            None => state.bytes_of_snapshot(),
        };
        missed + state.audience.history().map(|message| message.bytes()).sum::<usize>()
    }

    /// The bytes sent to a member that asks for the state.
    pub fn bytes_of_state(&self) -> usize {
        self.state.lock().bytes_of_snapshot()
    }

    /// Whether `id` is a member.
    pub fn has_member(&self, id: MemberId) -> bool {
        self.state.lock().members.contains_key(&id)
    }
}

impl RoomState {
    /// The first update that a returning client missed, if all missed updates are at hand. A full member gets no
    /// updates, so it must have missed none.
    fn replay_from(&self, since: &Position, full: bool) -> Option<i64> {
        if full {
            return (*since == self.position).then(|| since.seq + 1);
        }
        let missed = self.position.seq.checked_sub(since.seq)?;
        let at_hand = (0..=i64::try_from(self.recent.len()).unwrap_or(i64::MAX)).contains(&missed);
        (since.epoch == self.position.epoch && since.seq >= 0 && at_hand).then(|| since.seq + 1)
    }

    pub(super) fn remove(&mut self, id: MemberId) -> bool {
        let Some(entry) = self.take(id) else { return false };
        if let Some(viewer) = &entry.viewer {
            self.audience.crowd.exit(viewer);
        }
        true
    }

    pub(super) fn take(&mut self, id: MemberId) -> Option<MemberEntry> {
        self.lagging.swap_remove(&id);
        let place = self.members.get_index_of(&id)?;
        // The last member moves into the freed place. During a pass, it must not move from the unserved to the served
        // ones, so the last served member moves first.
        let place = match self.outgoing.forget_place(place) {
            Some(last) => {
                self.members.swap_indices(place, last);
                last
            }
            None => place,
        };
        self.members.swap_remove_index(place).map(|(_, entry)| entry)
    }
}
