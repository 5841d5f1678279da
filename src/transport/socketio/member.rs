//! [`Member`] for a Socket.IO socket.

use std::borrow::Borrow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError};

use super::direct_write::PacketFormat;
use super::link::SocketLink;
use super::workarounds::reserved_slots;
use crate::live::member::{Member, Sent};
use crate::live::message::Message;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::link::Link as _;
use crate::transport::tcp::connection::AT_ONCE;

/// Crowd messages may fill one queue slot in this many.
const CROWD_SHARE: usize = 4;

impl SocketLink {
    /// The format for writing a message directly. `None`: it goes through the engine.
    fn format(&self, message: &Message) -> Option<PacketFormat> {
        // A personal message has one recipient, so a shared frame gains nothing.
        self.direct.format().filter(|_| !message.is_personal())
    }

    /// Hands a message to the engine.
    fn queue(&self, message: &Message) -> Sent {
        let Some(socket) = self.socket().filter(|socket| socket.connected()) else { return Sent::Gone };
        let connection = self.connection();
        if connection.is_none() && !reserved_slots::takes_one_more(&socket) {
            return Sent::Full;
        }
        let emitted = match (connection, self.format(message)) {
            (Some(connection), Some(format)) => {
                connection.queue(format.fingerprint(message), || self.hand_over(&socket, message))
            }
            _ => self.hand_over(&socket, message),
        };
        match emitted {
            Ok(()) => Sent::Taken,
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Sent::Full,
            Err(SendError::Socket(SocketError::Closed)) => Sent::Gone,
            Err(SendError::Serialize(error)) => {
                tracing::error!(%error, name = message.name, "cannot encode message");
                Sent::Gone
            }
        }
    }

    fn hand_over(&self, socket: &SocketRef, message: &Message) -> Result<(), SendError> {
        socket.emit(message.name, &self.direct.encoding.encode(message))
    }

    /// Hands a crowd message to the engine, unless too many of them are queued there.
    fn queue_shown(&self, message: &Message) -> Sent {
        let departures = self.departures();
        if self.departures.swap(departures, Ordering::Relaxed) != departures {
            self.shown.store(0, Ordering::Relaxed);
        }
        let shown = self.shown.load(Ordering::Relaxed);
        let share =
            if message.is_pulse() { 1 } else { self.engines.context.settings.queue_size / CROWD_SHARE };
        if shown as usize >= share.max(1) {
            return Sent::Full;
        }
        self.shown.store(shown + 1, Ordering::Relaxed);
        self.queue(message)
    }

    /// Hands one of several messages that are due together to the engine. A pulse may be dropped.
    fn queue_due(&self, message: &Message) -> Sent {
        if message.is_pulse() {
            self.queue_shown(message);
            return Sent::Taken;
        }
        self.queue(message)
    }

    /// Writes messages directly. Returns how many were written, at most [`AT_ONCE`]. `None`: they must go
    /// through the engine.
    fn write(&self, messages: &[impl Borrow<Message>]) -> Option<usize> {
        let format = self.format(messages.first()?.borrow())?;
        self.connection()?.try_send(messages.iter().map(|message| format.frame(message.borrow())))
    }
}

impl Member for SocketLink {
    fn prefetch(&self) {
        self.direct.prefetch();
    }

    fn send(&self, message: &Message) -> Sent {
        match self.write(&[message]) {
            Some(0) => Sent::Full,
            Some(_) => Sent::Written,
            None => self.queue(message),
        }
    }

    fn send_all(&self, messages: &[Arc<Message>]) -> (usize, Sent) {
        let mut sent = 0;
        while let rest @ [_, ..] = &messages[sent..] {
            match self.write(rest) {
                Some(written) if written < rest.len().min(AT_ONCE) => return (sent + written, Sent::Full),
                Some(written) => sent += written,
                None => match self.queue_due(&rest[0]) {
                    Sent::Taken | Sent::Written if rest.len() == 1 => return (messages.len(), Sent::Taken),
                    Sent::Taken | Sent::Written => sent += 1,
                    other => return (sent, other),
                },
            }
        }
        (sent, Sent::Written)
    }

    fn show(&self, message: &Message) -> Sent {
        match self.write(&[message]) {
            Some(0) => Sent::Full,
            Some(_) => Sent::Written,
            None => self.queue_shown(message),
        }
    }

    fn show_all(&self, mut messages: &[&Message]) {
        while !messages.is_empty() {
            match self.write(messages) {
                // Messages that find no room are dropped.
                Some(sent) if sent < messages.len().min(AT_ONCE) => return,
                Some(sent) => messages = &messages[sent..],
                None => {
                    for message in messages {
                        self.queue_shown(message);
                    }
                    return;
                }
            }
        }
    }

    /// Each time, the whole queue leaves. Of messages that arrive while a poll is about to be answered, the first
    /// leaves with it, and the rest with the next poll.
    fn departures(&self) -> u32 {
        match (self.connection(), self.session.polling()) {
            // A blocked write is not counted, and holds up the others. The lowest bit keeps writes apart from
            // fetches, so that an upgrade always changes the number.
            (Some(connection), _) => connection.writes().wrapping_shl(1) | 1,
            (None, Some(polling)) => polling.fetches.load(Ordering::Relaxed).wrapping_shl(1),
            (None, None) => 0,
        }
    }

    fn is_drained(&self) -> bool {
        self.connection().is_none_or(|connection| connection.blocked_for().is_none())
    }

    fn close_slow(&self) {
        self.close(CloseReason::Behind, self.engines.client_of(&self.session));
    }
}
