//! Lagging members: what they missed, and how they catch up.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::RoomState;
use super::score_form::ScoreForm;
use crate::live::member::{Member, MemberId, Sent};
use crate::live::message::Message;

/// How many missed updates a member gets before others have their turn. This is far below a queue's capacity: the
/// engine closes a session whose queue is full when a ping is due, and one is due right after the handshake.
const REPLAY_AT_ONCE: usize = 32;

/// What a lagging member missed, and since when.
pub(super) struct CatchUp {
    since: Instant,
    /// The next update to replay, while it is still in the recent updates. `None`: it gets a snapshot.
    replay_from: Option<i64>,
    /// Whether it missed a change of the event itself.
    missed_event: bool,
    /// Whether it missed a board.
    missed_board: bool,
    /// Messages from before it joined, to send after the state.
    owed: VecDeque<Arc<Message>>,
}

/// A member's queue is full.
struct QueueFull;

impl CatchUp {
    /// Starts now.
    pub(super) fn new(replay_from: Option<i64>, owed: VecDeque<Arc<Message>>) -> Self {
        Self { since: Instant::now(), replay_from, missed_event: false, missed_board: false, owed }
    }

    /// Records a message that was not sent.
    pub(super) fn record_missed(&mut self, message: &Message) {
        self.missed_event |= message.is_event();
        self.missed_board |= message.is_board();
    }
}

impl RoomState {
    /// Sends a member the updates that it missed, or the snapshot, after its answer.
    pub(super) fn start(&mut self, id: MemberId, replay_from: Option<i64>) {
        let Some(entry) = self.members.get_mut(&id) else { return };
        let owed = entry.catch_up.take().map(|catch_up| catch_up.owed).unwrap_or_default();
        entry.catch_up = Some(Box::new(CatchUp::new(replay_from, owed)));
        self.lagging.insert(id);
        self.catch_up(id);
    }

    /// Sends a lagging member as much as its queue takes.
    fn catch_up(&mut self, id: MemberId) {
        let Some(entry) = self.members.get_mut(&id) else { return };
        // The state sent now includes the pending outgoing messages.
        self.outgoing.record_missed(entry);
        let Some(mut catch_up) = entry.catch_up.take() else { return };
        let (member, mut form) = (entry.member.clone(), entry.form);
        let sent = self.send_missed(&mut catch_up, &*member, &mut form);
        let Some(entry) = self.members.get_mut(&id) else { return };
        entry.form = form;
        match sent {
            Ok(()) => {
                self.lagging.swap_remove(&id);
            }
            Err(QueueFull) => entry.catch_up = Some(catch_up),
        }
    }

    /// Sends everything missed, as far as the queue takes it. `catch_up` keeps the rest.
    fn send_missed(
        &mut self,
        catch_up: &mut CatchUp,
        member: &dyn Member,
        form: &mut ScoreForm,
    ) -> Result<(), QueueFull> {
        if let Some(news) = &self.deletion {
            return send(member, news);
        }
        if catch_up.missed_event {
            send(member, &Message::event(&self.event))?;
            catch_up.missed_event = false;
        }
        if let (true, Some(board)) = (catch_up.missed_board, &self.board) {
            send(member, board)?;
        }
        catch_up.missed_board = false;
        catch_up.replay_from = catch_up.replay_from.filter(|next| self.has_updates_from(*next, *form));
        match &mut catch_up.replay_from {
            Some(next) => self.replay(member, next)?,
            None if self.position.seq == 0 => {}
            None if form.is_state_waiting(member) => return Err(QueueFull),
            None => {
                let before = member.departures();
                let state = if form.is_full() { self.full_message() } else { self.snapshot_message() };
                send(member, &state)?;
                form.state_sent(before);
            }
        }
        // The message history follows after the complete state.
        catch_up.replay_from = Some(self.position.seq + 1);
        while let Some(message) = catch_up.owed.front() {
            send(member, message)?;
            catch_up.owed.pop_front();
        }
        Ok(())
    }

    /// Whether all updates from `next` on are in `recent`, and the member gets updates.
    fn has_updates_from(&self, next: i64, form: ScoreForm) -> bool {
        let are_kept = || self.recent.first().is_some_and(|oldest| oldest <= next);
        next > self.position.seq || (!form.is_full() && are_kept())
    }

    /// Sends updates from `next` on, and leaves `next` at the first one not sent.
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

/// Sends a message, unless the member's queue is full. A disconnected member counts as served.
fn send(member: &dyn Member, message: &Message) -> Result<(), QueueFull> {
    match member.send(message) {
        Sent::Taken | Sent::Written | Sent::Gone => Ok(()),
        Sent::Full => Err(QueueFull),
    }
}
