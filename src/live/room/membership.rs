//! The members of a room: how they join and leave, and what they are sent first.

use std::sync::Arc;

use super::catch_up::CatchUp;
use super::{MemberEntry, Room, RoomState};
use crate::domain::event::{Event, Position};
use crate::live::crowd::{Viewer, Viewers};
use crate::live::member::{Member, MemberId};

/// What a member that joined is told, before its state.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Where the event stands.
    pub position: Position,
    /// Whether the member is sent what it missed, rather than a snapshot.
    pub recovered: bool,
    /// The event.
    pub event: Event,
    /// Who watches, the new member included.
    pub viewers: Viewers,
}

impl Room {
    /// Adds a member: answers it, then sends it its state. A member that is here already is answered, and sent
    /// the state, in the same way.
    pub fn join(
        &self,
        id: MemberId,
        member: Arc<dyn Member>,
        viewer: Option<Viewer>,
        since: Option<&Position>,
        answer: impl FnOnce(&Joined),
    ) {
        let mut state = self.state.lock();
        if viewer.is_none() && state.members.contains_key(&id) {
            // A desk does not ask for the state again: two updates that came at once have both found it not there.
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
        state.members.insert(id, MemberEntry { member, viewer, catch_up, next });
        let replay_from = since.and_then(|since| state.replay_from(since));
        answer(&Joined {
            position: state.position.clone(),
            recovered: replay_from.is_some(),
            event: state.event.clone(),
            viewers: state.audience.viewers(),
        });
        state.start(id, replay_from);
    }

    /// Sends a member the state again, after its answer. False if it is not a member.
    pub fn resend(&self, id: MemberId, answer: impl FnOnce(&Position)) -> bool {
        let mut state = self.state.lock();
        if !state.members.contains_key(&id) {
            return false;
        }
        answer(&state.position);
        state.start(id, None);
        true
    }

    /// Removes a member. True if it was one.
    pub fn leave(&self, id: MemberId) -> bool {
        self.ticker.changed.notify_one();
        self.state.lock().remove(id)
    }

    /// How many bytes a client is sent that joins: what it missed or the state, and the last messages.
    #[must_use]
    pub fn bytes_of_join(&self, since: Option<&Position>) -> usize {
        let mut state = self.state.lock();
        let missed = match since.and_then(|since| state.replay_from(since)) {
            Some(next) => state.recent.since(next).map(|update| update.bytes()).sum(),
            None => state.bytes_of_snapshot(),
        };
        missed + state.audience.history().map(|message| message.bytes()).sum::<usize>()
    }

    /// How many bytes a member is sent that asks for the state.
    #[must_use]
    pub fn bytes_of_state(&self) -> usize {
        self.state.lock().bytes_of_snapshot()
    }

    /// Whether somebody is a member.
    #[must_use]
    pub fn has_member(&self, id: MemberId) -> bool {
        self.state.lock().members.contains_key(&id)
    }
}

impl RoomState {
    /// The first update that a returning client misses, if it can be sent all that it misses.
    fn replay_from(&self, since: &Position) -> Option<i64> {
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
        // The last one takes its place: one that is still to be sent to must not come among those that were.
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
