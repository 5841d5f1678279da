//! How a room reaches a member; `transport` implements it.

use std::sync::Arc;

use super::message::Message;

/// Identifies a member of a room: one socket in one namespace on this node, for its lifetime.
pub type MemberId = u64;

/// The result of sending a message to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Queued, behind everything sent before.
    Taken,
    /// Written to the operating system.
    Written,
    /// Not sent: the member's queue is full.
    Full,
    /// Not sent: the member is disconnected, and about to leave.
    Gone,
}

/// A recipient of a room's messages.
pub trait Member: Send + Sync {
    /// Prefetches the memory that sending a message touches. `tcp/connection.rs` says why.
    fn prefetch(&self) {}

    /// Sends a message, without waiting.
    fn send(&self, message: &Message) -> Sent;

    /// Sends several messages that are due together. Returns how many of the first were sent, and the result of the
    /// next one, or of the last. A pulse may be skipped, as by [`Member::show`].
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

    /// Sends a message about the crowd, without waiting. Skips it (`Full`) until the member has taken the previous
    /// one, so it never fills the queue that scores go through.
    fn show(&self, message: &Message) -> Sent;

    /// Like [`Member::show`], for several messages that are due together.
    fn show_all(&self, messages: &[&Message]) {
        for message in messages {
            self.show(message);
        }
    }

    /// How often something has left the member's queue, or was written directly. Something that was sent has left once
    /// this differs from its value before.
    fn departures(&self) -> u32;

    /// Whether everything sent has left, as far as is known. Then a lagging member can start again from a snapshot.
    fn is_drained(&self) -> bool;

    /// Called once the member was told that its event is deleted, and has left the room.
    fn on_event_deleted(&self) {}

    /// Closes the connection of a member that has lagged for too long.
    fn close_slow(&self);
}
