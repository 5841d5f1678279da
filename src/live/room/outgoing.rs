//! What is sent to all members of a room: in order to each, and to some members at a time, so that joins, and
//! what else happens in the room, never wait for all of them.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::MutexGuard;
use tokio::sync::OwnedMutexGuard;

use super::{CatchUp, MemberEntry, Room, RoomState};
use crate::live::member::{MemberId, Sent};
use crate::live::message::Message;

/// So many members are sent to at a time: some 300 µs, where each takes one `write`.
const MEMBERS_AT_A_TIME: usize = 64;

/// The messages that not all members were sent, numbered from the room's first one. They are gone through in
/// passes: one sends to each member, in the order of the room's list, all that was there when it began.
#[derive(Default)]
pub(super) struct Outgoing {
    messages: Vec<Arc<Message>>,
    /// The number of the first of them.
    first: u64,
    /// Up to which number the pass goes, while one is under way.
    until: Option<u64>,
    /// The members at the places before this one were sent to in this pass.
    place: usize,
    /// Not yet told to who counts.
    delivered: Delivered,
}

/// How many deliveries were made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// All of them.
    pub all: usize,
    /// Of these, written beside the engine.
    pub direct: usize,
}

/// The right to send to a room's members. While somebody has it, others leave their messages to them, or wait.
pub type DeliveryTurn = OwnedMutexGuard<()>;

impl Room {
    /// The right to send to the members, if nobody has it.
    #[must_use]
    pub fn try_turn(&self) -> Option<DeliveryTurn> {
        self.sending.clone().try_lock_owned().ok()
    }

    /// The right to send to the members, in the order of those who wait for it.
    pub async fn turn(&self) -> DeliveryTurn {
        self.sending.clone().lock_owned().await
    }

    /// The number of the next message to all members.
    #[must_use]
    pub fn next_outgoing(&self) -> u64 {
        self.state.lock().outgoing.end()
    }

    /// Sends to some members what is outgoing; what was delivered since the last time. False once all members were
    /// sent the messages before number `end`.
    pub fn deliver_some(&self, _: &DeliveryTurn, end: u64) -> (bool, Delivered) {
        let mut state = self.state.lock();
        state.deliver_some();
        let done = (state.outgoing.first < end, std::mem::take(&mut state.outgoing.delivered));
        // The next members are sent to at once: who waits for the lock has it before that.
        MutexGuard::unlock_fair(state);
        done
    }
}

impl RoomState {
    fn deliver_some(&mut self) {
        let Self { outgoing, members, lagging, position, .. } = self;
        if outgoing.messages.is_empty() {
            return;
        }
        if outgoing.until.is_none() {
            outgoing.until = Some(outgoing.end());
            outgoing.place = 0;
        }
        let to = (outgoing.place + MEMBERS_AT_A_TIME).min(members.len());
        for entry in members.get_range(outgoing.place..to).into_iter().flat_map(|entries| entries.values()) {
            entry.member.prefetch();
        }
        while outgoing.place < to {
            if let Some((id, entry)) = members.get_index_mut(outgoing.place)
                && outgoing.deliver_pending(entry, position.seq)
            {
                lagging.insert(*id);
            }
            outgoing.place += 1;
        }
        if outgoing.place >= members.len() {
            outgoing.end_pass();
        }
    }

    /// Sends a member what is outgoing before it is sent something else.
    pub(super) fn deliver_to(&mut self, id: MemberId) {
        let Some(entry) = self.members.get_mut(&id) else { return };
        if self.outgoing.deliver_pending(entry, self.position.seq) {
            self.lagging.insert(id);
        }
    }
}

impl Outgoing {
    /// Adds a message.
    pub(super) fn push(&mut self, message: Arc<Message>) {
        self.messages.push(message);
    }

    /// The number of the message that comes next.
    pub(super) fn end(&self) -> u64 {
        self.first + self.messages.len() as u64
    }

    /// A member is about to leave its place. If it was sent to, the last place of those that were.
    pub(super) fn forget_place(&mut self, place: usize) -> Option<usize> {
        (place < self.place).then(|| {
            self.place -= 1;
            self.place
        })
    }

    /// Takes note of what a lagging member is not sent.
    pub(super) fn record_missed(&self, entry: &mut MemberEntry) {
        if let Some(catch_up) = &mut entry.catch_up {
            for message in from(&self.messages, self.first, entry.next) {
                catch_up.record_missed(message);
            }
        }
        entry.next = self.end();
    }

    /// Sends a member what it was not sent yet, up to now: what comes while a pass is under way too, so that
    /// this takes one write. True if it cannot take all of it, and lags from now on.
    fn deliver_pending(&mut self, entry: &mut MemberEntry, last: i64) -> bool {
        if entry.catch_up.is_some() {
            self.record_missed(entry);
            return false;
        }
        let end = self.end();
        let Self { messages, first, delivered, .. } = self;
        let mut rest = from(messages, *first, entry.next);
        entry.next = end;
        while let [first, others @ ..] = rest {
            if !entry.is_for(first) {
                rest = others;
                continue;
            }
            let run = rest.iter().take_while(|message| entry.is_for(message)).count();
            let (count, last_sent) = entry.member.send_all(&rest[..run]);
            delivered.all += count;
            rest = &rest[count..];
            match last_sent {
                Sent::Full => break,
                Sent::Gone => return false,
                Sent::Taken => {}
                Sent::Written => delivered.direct += count,
            }
        }
        // A pulse that finds no room is left out.
        let Some(first) = rest.iter().find(|message| !message.is_pulse()) else { return false };
        // Who has missed a board alone is up to date in all else.
        let next = rest.iter().find(|message| message.is_update()).map_or(last + 1, |message| message.seq);
        let mut catch_up = CatchUp::new(first.is_board().then_some(next), VecDeque::new());
        for message in rest.iter().filter(|message| entry.is_for(message)) {
            catch_up.record_missed(message);
        }
        entry.catch_up = Some(Box::new(catch_up));
        if !first.is_board() {
            metrics::counter!("touchline_members_behind_total").increment(1);
        }
        true
    }

    /// All members were sent to.
    fn end_pass(&mut self) {
        let Some(until) = self.until.take() else { return };
        self.place = 0;
        let done = usize::try_from(until - self.first).unwrap_or(usize::MAX).min(self.messages.len());
        self.messages.drain(..done);
        if self.messages.is_empty() {
            // Its memory too.
            self.messages = Vec::new();
        }
        self.first = until;
    }
}

impl MemberEntry {
    /// Boards are for viewers.
    fn is_for(&self, message: &Message) -> bool {
        self.viewer.is_some() || !message.is_board()
    }
}

/// Of messages that are numbered from `first`, those from a number on.
fn from(messages: &[Arc<Message>], first: u64, number: u64) -> &[Arc<Message>] {
    let place = usize::try_from(number.saturating_sub(first)).unwrap_or(usize::MAX);
    messages.get(place..).unwrap_or_default()
}
