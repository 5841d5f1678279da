//! Members that are not up to date: what they missed, and how they are given it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Seat, State};
use crate::live::member::{Member, MemberId, Sent};
use crate::live::message::Message;

/// How many missed updates are sent to a member before others have their turn. It is far less than a queue takes:
/// the engine closes a session whose queue is full when it wants to ping, as it does right after the handshake.
const REPLAY_AT_ONCE: usize = 32;

/// How a member is not up to date, and since when.
#[derive(Clone, Copy)]
pub(super) struct Lag {
    since: Instant,
    /// The next update that it is to get, while these are at hand; otherwise it gets a snapshot.
    replay_from: Option<i64>,
    /// Whether it missed a change of the event itself.
    missed_event: bool,
    /// Whether it missed a board.
    missed_board: bool,
}

impl Lag {
    /// A lag that begins now.
    pub(super) fn new(replay_from: Option<i64>) -> Self {
        Self { since: Instant::now(), replay_from, missed_event: false, missed_board: false }
    }

    /// Takes note of a message that is not sent.
    pub(super) fn miss(&mut self, message: &Message) {
        self.missed_event |= message.is_event();
        self.missed_board |= message.is_board();
    }
}

impl Seat {
    /// Sends what is owed. The error: the queue is full again.
    fn pay(&mut self, member: &dyn Member) -> Result<(), ()> {
        while let Some(next) = self.owed.front() {
            if member.send(next) == Sent::Full {
                return Err(());
            }
            self.owed.pop_front();
        }
        // Its memory too.
        self.owed = VecDeque::new();
        Ok(())
    }
}

impl State {
    /// Sends a member what it missed, or the snapshot, behind the answer that it was given.
    pub(super) fn start(&mut self, id: MemberId, replay_from: Option<i64>) {
        let Some(seat) = self.members.get_mut(&id) else { return };
        seat.member.stay_behind_answer();
        seat.lag = Some(Lag::new(replay_from));
        self.lagging.insert(id);
        self.catch_up(id);
    }

    /// Sends a lagging member what its queue takes.
    fn catch_up(&mut self, id: MemberId) {
        let Some(seat) = self.members.get_mut(&id) else { return };
        // What is still to be delivered to others is in the state that it is sent now.
        self.outgoing.miss(seat);
        let Some(lag) = seat.lag else { return };
        let member = seat.member.clone();
        if lag.missed_event && member.send(&Message::event(&self.event)) == Sent::Full {
            return;
        }
        if let (true, Some(board)) = (lag.missed_board, &self.board)
            && member.send(board) == Sent::Full
        {
            return;
        }
        let replay_from = lag.replay_from.filter(|next| self.is_at_hand(*next));
        let rest = match replay_from {
            Some(next) => self.replay(&*member, next),
            None if self.position.seq == 0 => Ok(()),
            None => match member.send(&self.snapshot_message()) {
                Sent::Taken | Sent::Written | Sent::Gone => Ok(()),
                Sent::Full => Err(None),
            },
        };
        let Some(seat) = self.members.get_mut(&id) else { return };
        // What was written before it came follows when it has all of the state.
        let rest = rest.and_then(|()| seat.pay(&*member).map_err(|()| Some(self.position.seq + 1)));
        match rest {
            Ok(()) => {
                seat.lag = None;
                self.lagging.swap_remove(&id);
            }
            Err(replay_from) => {
                seat.lag = Some(Lag { replay_from, missed_event: false, missed_board: false, ..lag });
            }
        }
    }

    /// Whether all updates from one on are in `recent`.
    fn is_at_hand(&self, next: i64) -> bool {
        next > self.position.seq || self.recent.front().is_some_and(|oldest| oldest.seq <= next)
    }

    /// Sends updates from one on. The error is the first that has to wait.
    fn replay(&self, member: &dyn Member, next: i64) -> Result<(), Option<i64>> {
        let from = self.recent.partition_point(|message| message.seq < next);
        for (sent, message) in self.recent.range(from..).enumerate() {
            if sent == REPLAY_AT_ONCE || member.send(message) == Sent::Full {
                return Err(Some(message.seq));
            }
        }
        Ok(())
    }

    /// See [`super::Room::tend`].
    pub(super) fn tend(&mut self, id: MemberId, now: Instant, behind_timeout: Duration) {
        let Some((member, lag)) =
            self.members.get(&id).and_then(|seat| Some((seat.member.clone(), seat.lag?)))
        else {
            self.lagging.swap_remove(&id);
            return;
        };
        if now.duration_since(lag.since) > behind_timeout {
            member.close_behind();
            self.remove(id);
        } else if lag.replay_from.is_some() || member.is_drained() {
            self.catch_up(id);
        }
    }
}
