//! Members that are not up to date: what they missed, and how they are given it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::RoomState;
use crate::live::member::{Member, MemberId, Sent};
use crate::live::message::Message;

/// How many missed updates are sent to a member before others have their turn. It is far less than a queue takes:
/// the engine closes a session whose queue is full when it wants to ping, as it does right after the handshake.
const REPLAY_AT_ONCE: usize = 32;

/// How a member is not up to date, and since when.
pub(super) struct CatchUp {
    since: Instant,
    /// The next update that it is to get, while these are at hand; otherwise it gets a snapshot.
    replay_from: Option<i64>,
    /// Whether it missed a change of the event itself.
    missed_event: bool,
    /// Whether it missed a board.
    missed_board: bool,
    /// Messages from before it joined that it is to get once it has the state.
    owed: VecDeque<Arc<Message>>,
}

/// A member's queue is full.
struct QueueFull;

impl CatchUp {
    /// One that begins now.
    pub(super) fn new(replay_from: Option<i64>, owed: VecDeque<Arc<Message>>) -> Self {
        Self { since: Instant::now(), replay_from, missed_event: false, missed_board: false, owed }
    }

    /// Takes note of a message that is not sent.
    pub(super) fn record_missed(&mut self, message: &Message) {
        self.missed_event |= message.is_event();
        self.missed_board |= message.is_board();
    }
}

impl RoomState {
    /// Sends a member what it missed, or the snapshot, behind the answer that it was given.
    pub(super) fn start(&mut self, id: MemberId, replay_from: Option<i64>) {
        let Some(entry) = self.members.get_mut(&id) else { return };
        let owed = entry.catch_up.take().map(|catch_up| catch_up.owed).unwrap_or_default();
        entry.catch_up = Some(Box::new(CatchUp::new(replay_from, owed)));
        self.lagging.insert(id);
        self.catch_up(id);
    }

    /// Sends a lagging member what its queue takes.
    fn catch_up(&mut self, id: MemberId) {
        let Some(entry) = self.members.get_mut(&id) else { return };
        // What is still to be delivered to others is in the state that it is sent now.
        self.outgoing.record_missed(entry);
        let Some(mut catch_up) = entry.catch_up.take() else { return };
        let member = entry.member.clone();
        if let Ok(()) = self.send_missed(&mut catch_up, &*member) {
            self.lagging.swap_remove(&id);
        } else if let Some(entry) = self.members.get_mut(&id) {
            entry.catch_up = Some(catch_up);
        }
    }

    /// Sends all that is missed, as far as the queue takes it; `catch_up` is what is missed then.
    fn send_missed(&mut self, catch_up: &mut CatchUp, member: &dyn Member) -> Result<(), QueueFull> {
        if catch_up.missed_event {
            send(member, &Message::event(&self.event))?;
            catch_up.missed_event = false;
        }
        if let (true, Some(board)) = (catch_up.missed_board, &self.board) {
            send(member, board)?;
        }
        catch_up.missed_board = false;
        catch_up.replay_from = catch_up.replay_from.filter(|next| self.has_updates_from(*next));
        match &mut catch_up.replay_from {
            Some(next) => self.replay(member, next)?,
            None if self.position.seq == 0 => {}
            None => send(member, &self.snapshot_message())?,
        }
        // What was written before it came follows when it has all of the state.
        catch_up.replay_from = Some(self.position.seq + 1);
        while let Some(message) = catch_up.owed.front() {
            send(member, message)?;
            catch_up.owed.pop_front();
        }
        Ok(())
    }

    /// Whether all updates from one on are in `recent`.
    fn has_updates_from(&self, next: i64) -> bool {
        next > self.position.seq || self.recent.first().is_some_and(|oldest| oldest <= next)
    }

    /// Sends updates from `next` on, which is then the first that has to wait.
    fn replay(&self, member: &dyn Member, next: &mut i64) -> Result<(), QueueFull> {
        for (sent, message) in self.recent.since(*next).enumerate() {
            *next = message.seq;
            if sent == REPLAY_AT_ONCE {
                return Err(QueueFull);
            }
            send(member, message)?;
        }
        Ok(())
    }

    /// See [`super::Room::serve_lagging`].
    pub(super) fn serve_member(&mut self, id: MemberId, now: Instant, behind_timeout: Duration) {
        let Some((member, catch_up)) =
            self.members.get(&id).and_then(|entry| Some((&entry.member, entry.catch_up.as_ref()?)))
        else {
            self.lagging.swap_remove(&id);
            return;
        };
        if now.duration_since(catch_up.since) > behind_timeout {
            member.close_slow();
            self.remove(id);
        } else if catch_up.replay_from.is_some() || member.is_drained() {
            self.catch_up(id);
        }
    }
}

/// Sends a member a message, unless its queue is full. One that has gone takes all.
fn send(member: &dyn Member, message: &Message) -> Result<(), QueueFull> {
    match member.send(message) {
        Sent::Taken | Sent::Written | Sent::Gone => Ok(()),
        Sent::Full => Err(QueueFull),
    }
}
