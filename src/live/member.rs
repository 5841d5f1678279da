//! How a room reaches one of its members: the seam that `transport` implements.

use std::sync::Arc;

use super::message::Message;

/// Names a member of a room: one socket in one namespace, on this node, for its lifetime.
pub type MemberId = u64;

/// What became of a message to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way, after all that was sent before.
    Taken,
    /// The same, and the system has it already.
    Written,
    /// The member's queue is full; nothing was sent.
    Full,
    /// The member is disconnected, and about to leave.
    Gone,
}

/// Somebody who is sent what happens in a room.
pub trait Member: Send + Sync {
    /// Prefetches the memory that handing over a message takes. `tcp/connection.rs` says why.
    fn prefetch(&self) {}

    /// Hands a message over, without waiting.
    fn send(&self, message: &Message) -> Sent;

    /// Hands over several messages that are due together: the first of them that can be, how many, and what
    /// became of the others, or of the last. A pulse may be left out, as by [`Member::show`].
    fn send_all(&self, messages: &[Arc<Message>]) -> (usize, Sent) {
        for (sent, message) in messages.iter().enumerate() {
            if message.is_pulse() {
                self.show(message);
                continue;
            }
            match self.send(message) {
                Sent::Taken | Sent::Written => {}
                other => return (sent, other),
            }
        }
        (messages.len(), Sent::Taken)
    }

    /// Hands over what the crowd does, without waiting. It is left out (`Full`) while the member has not taken
    /// what it was shown before: it never fills the queue that scores go through.
    fn show(&self, message: &Message) -> Sent;

    /// The same for several that are due together.
    fn show_all(&self, messages: &[&Message]) {
        for message in messages {
            self.show(message);
        }
    }

    /// Whether what was sent has left, as far as can be told: the moment for a new start.
    fn is_drained(&self) -> bool;

    /// Closes the connection of a member that has been behind for too long.
    fn close_slow(&self);
}
