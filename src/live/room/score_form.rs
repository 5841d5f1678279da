//! The form in which a member is sent the score: each update, or the whole state.

use std::sync::Arc;

use crate::live::member::Member;
use crate::live::message::Message;

/// What a member is sent of the score. Kept small, because a delivery walks the entries of all members.
#[derive(Debug, Clone, Copy)]
pub(super) enum ScoreForm {
    /// Each update.
    Updates,
    /// The whole state, for a full member. The newest state replaces those that the member has not taken.
    States {
        /// [`Member::departures`] before the last state was sent.
        sent_at: Option<u32>,
    },
}

impl ScoreForm {
    /// The form that a client asked for.
    pub(super) fn new(full: bool) -> Self {
        if full { Self::States { sent_at: None } } else { Self::Updates }
    }

    /// Whether the member is sent whole states.
    pub(super) fn is_full(self) -> bool {
        matches!(self, Self::States { .. })
    }

    /// Whether the last state may still wait in the member's queue. Until it has left, no other state is queued: a
    /// queue of states would be large, and all but the last would be old.
    pub(super) fn is_state_waiting(self, member: &dyn Member) -> bool {
        matches!(self, Self::States { sent_at: Some(before) } if before == member.departures())
    }

    /// Records that a state was sent, with the departures from before.
    pub(super) fn state_sent(&mut self, before: u32) {
        if let Self::States { sent_at } = self {
            *sent_at = Some(before);
        }
    }
}

/// The messages for a full member: the newest state in place of the first update, and no other update. `None` if there
/// is no update among the pending messages.
pub(super) fn with_state(pending: &[Arc<Message>], state: &Arc<Message>) -> Option<Vec<Arc<Message>>> {
    let place = pending.iter().position(|message| message.is_update())?;
    let (before, after) = pending.split_at(place);
    let others = after.iter().filter(|message| !message.is_update());
    Some(before.iter().chain([state]).chain(others).cloned().collect())
}
