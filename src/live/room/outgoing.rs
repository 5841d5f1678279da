//! Messages to all members of a room. Each member gets them in order. They go to some members at a time, so that
//! joins and other work in the room never wait for all members.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::MutexGuard;
use tokio::sync::OwnedMutexGuard;

use super::score_form::with_state;
use super::{CatchUp, MemberEntry, Room, RoomState};
use crate::live::member::{MemberId, Sent};
use crate::live::message::Message;

/// Members served per lock: about 300 µs at one `write` each.
pub const MEMBERS_AT_A_TIME: usize = 64;
/// Batches of members, about 5 ms in all, before the task yields. A yield that finds no other work still wakes
/// another worker, which also looks for work.
pub const TIMES_IN_A_ROW: usize = 8;

/// Messages not yet sent to all members, numbered from the room's first message. They are sent in passes: a pass
/// visits each member, in the order of the room's list, and sends everything that was queued when the pass began.
#[derive(Default)]
pub(super) struct Outgoing {
    messages: Vec<Arc<Message>>,
    /// The number of the first message.
    first: u64,
    /// The end of the current pass, as a message number.
    until: Option<u64>,
    /// Members before this place were served in this pass.
    place: usize,
    /// Deliveries not reported yet.
    delivered: Delivered,
}

/// A number of deliveries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// All of them.
    pub all: usize,
    /// Of these, written directly, bypassing the engine.
    pub direct: usize,
}

/// The exclusive right to send to a room's members. Others leave their messages to its holder, or wait.
pub type DeliveryTurn = OwnedMutexGuard<()>;

impl Room {
    /// The right to send, if nobody has it.
    #[must_use]
    pub fn try_turn(&self) -> Option<DeliveryTurn> {
        self.sending.clone().try_lock_owned().ok()
    }

    /// Waits for the right to send, in order.
    pub async fn turn(&self) -> DeliveryTurn {
        self.sending.clone().lock_owned().await
    }

    /// The number of the next message to all members.
    pub fn next_outgoing(&self) -> u64 {
        self.state.lock().outgoing.end()
    }

    /// Serves some members. Returns what was delivered since the last call, and false once all members were sent the
    /// messages before number `end`.
    pub fn deliver_some(&self, _: &DeliveryTurn, end: u64) -> (bool, Delivered) {
        let mut state = self.state.lock();
        state.deliver_some();
        let done = (state.outgoing.first < end, std::mem::take(&mut state.outgoing.delivered));
        // The caller serves the next members immediately; give waiting threads the lock first.
        MutexGuard::unlock_fair(state);
        done
    }
}

impl RoomState {
    fn deliver_some(&mut self) {
        let Self { outgoing, members, .. } = self;
        if outgoing.messages.is_empty() {
            return;
        }
        if outgoing.until.is_none() {
            outgoing.until = Some(outgoing.end());
            outgoing.place = 0;
        }
        let to = (outgoing.place + MEMBERS_AT_A_TIME).min(members.len());
        let mut any_full = false;
        for entry in members.get_range(outgoing.place..to).into_iter().flat_map(|entries| entries.values()) {
            entry.member.prefetch();
            any_full |= entry.form.is_full();
        }
        let newest = if any_full { self.pending_state() } else { None };
        let Self { outgoing, members, lagging, position, .. } = self;
        while outgoing.place < to {
            if let Some((id, entry)) = members.get_index_mut(outgoing.place)
                && outgoing.deliver_pending(entry, position.seq, newest.as_ref())
            {
                lagging.insert(*id);
            }
            outgoing.place += 1;
        }
        if outgoing.place >= members.len() {
            outgoing.end_pass();
        }
    }

    /// Sends a member its pending messages before it gets something else.
    pub(super) fn deliver_to(&mut self, id: MemberId) {
        let is_full = self.members.get(&id).is_some_and(|entry| entry.form.is_full());
        let newest = if is_full { self.pending_state() } else { None };
        let Some(entry) = self.members.get_mut(&id) else { return };
        if self.outgoing.deliver_pending(entry, self.position.seq, newest.as_ref()) {
            self.lagging.insert(id);
        }
    }

    /// The newest state for full members, if an update is outgoing. It is made once and only for them.
    fn pending_state(&mut self) -> Option<Arc<Message>> {
        let is_pending = self.outgoing.messages.iter().any(|message| message.is_update());
        is_pending.then(|| self.full_message())
    }
}

impl Outgoing {
    /// Adds a message.
    pub(super) fn push(&mut self, message: Arc<Message>) {
        self.messages.push(message);
    }

    /// The number of the next message.
    pub(super) fn end(&self) -> u64 {
        self.first + self.messages.len() as u64
    }

    /// Prepares for a member leaving its place. If it was served in this pass, returns the place of the last served
    /// member.
    pub(super) fn forget_place(&mut self, place: usize) -> Option<usize> {
        (place < self.place).then(|| {
            self.place -= 1;
            self.place
        })
    }

    /// Records the messages that a lagging member is not sent.
    pub(super) fn record_missed(&self, entry: &mut MemberEntry) {
        if let Some(catch_up) = &mut entry.catch_up {
            for message in from(&self.messages, self.first, entry.next) {
                catch_up.record_missed(message);
            }
        }
        entry.next = self.end();
    }

    /// Sends a member all messages that it was not sent yet, including messages queued during the pass, so that this
    /// takes one write. A full member gets the `newest` state in place of updates. Returns true if the member's queue is
    /// full and it lags from now on.
    fn deliver_pending(&mut self, entry: &mut MemberEntry, last: i64, newest: Option<&Arc<Message>>) -> bool {
        if entry.catch_up.is_some() {
            self.record_missed(entry);
            return false;
        }
        let end = self.end();
        let Self { messages, first, delivered, .. } = self;
        let pending = from(messages, *first, entry.next);
        entry.next = end;
        let newest = newest.filter(|_| entry.form.is_full());
        let with_state = newest.and_then(|newest| with_state(pending, newest));
        let is_waiting = with_state.is_some() && entry.form.is_state_waiting(&*entry.member);
        let rest = match &with_state {
            None => entry.send(pending, delivered),
            Some(due) if is_waiting => due,
            Some(due) => entry.send_with_state(due, delivered),
        };
        // A pulse that does not fit is skipped.
        let Some(first) = rest.iter().find(|message| !message.is_pulse()) else { return false };
        let next = rest.iter().find(|message| message.is_update()).map_or(last + 1, |message| message.seq);
        // A member that missed only a board is otherwise up to date. So is a full member that missed no state.
        let is_current = first.is_board() || (entry.form.is_full() && next > last);
        let mut catch_up = CatchUp::new(is_current.then_some(next), VecDeque::new());
        for message in rest.iter().filter(|message| entry.is_for(message)) {
            catch_up.record_missed(message);
        }
        entry.catch_up = Some(Box::new(catch_up));
        if !is_waiting && !first.is_board() {
            metrics::counter!("touchline_members_behind_total").increment(1);
        }
        true
    }

    /// Ends the pass: all members were served.
    fn end_pass(&mut self) {
        let Some(until) = self.until.take() else { return };
        self.place = 0;
        let done = usize::try_from(until - self.first).unwrap_or(usize::MAX).min(self.messages.len());
        self.messages.drain(..done);
        if self.messages.is_empty() {
            // Also frees the memory.
            self.messages = Vec::new();
        }
        self.first = until;
    }
}

impl MemberEntry {
    /// Sends messages as far as the queue takes them, and returns the rest. A disconnected member counts as served.
    fn send<'a>(&self, mut rest: &'a [Arc<Message>], delivered: &mut Delivered) -> &'a [Arc<Message>] {
        while let [first, others @ ..] = rest {
            if !self.is_for(first) {
                rest = others;
                continue;
            }
            let run = rest.iter().take_while(|message| self.is_for(message)).count();
            let (count, last_sent) = self.member.send_all(&rest[..run]);
            delivered.all += count;
            rest = &rest[count..];
            match last_sent {
                Sent::Full => break,
                Sent::Gone => return &[],
                Sent::Taken => {}
                Sent::Written => delivered.direct += count,
            }
        }
        rest
    }

    /// The same for a full member, with a state among the messages.
    fn send_with_state<'a>(
        &mut self,
        due: &'a [Arc<Message>],
        delivered: &mut Delivered,
    ) -> &'a [Arc<Message>] {
        let before = self.member.departures();
        let rest = self.send(due, delivered);
        if !rest.iter().any(|message| message.is_update()) {
            self.form.state_sent(before);
        }
        rest
    }

    /// Whether the member gets this message: boards go only to viewers.
    fn is_for(&self, message: &Message) -> bool {
        self.viewer.is_some() || !message.is_board()
    }
}

/// The messages from `number` on, where `first` is the number of the first.
fn from(messages: &[Arc<Message>], first: u64, number: u64) -> &[Arc<Message>] {
    let place = usize::try_from(number.saturating_sub(first)).unwrap_or(usize::MAX);
    messages.get(place..).unwrap_or_default()
}
