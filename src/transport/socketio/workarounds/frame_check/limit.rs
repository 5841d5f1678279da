//! How large a client's messages may be, and how many of its frames no handler counts.

use std::sync::Arc;

use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::rules::{self, ReceivedFrame};
use crate::transport::client::close_reason::CloseReason;
use crate::transport::socketio::engines::Engines;
use crate::transport::socketio::flood;
use crate::transport::socketio::session::Session;
use crate::transport::tcp::connection::Connection;

/// The largest message.
pub enum Limit {
    /// This many bytes, whoever sends it.
    #[cfg(test)]
    Fixed(usize),
    /// What a session may send over this connection, which changes with the namespaces that it is in.
    Of(Arc<Engines>, Arc<Session>, Arc<Connection>),
}

impl Limit {
    /// Whether a message of this many bytes may not come now.
    pub(super) fn is_below(&self, size: usize) -> bool {
        match self {
            #[cfg(test)]
            Self::Fixed(limit) => size > *limit,
            Self::Of(engines, session, _) => size > engines.max_packet_of(session),
        }
    }

    /// Counts and logs that a connection is closed for it.
    pub(super) fn note(&self) {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => {}
            Self::Of(engines, session, _) => {
                session.note_close(CloseReason::TooLarge, engines.client_of(session));
            }
        }
    }

    /// The engine has written something, which it has taken out of the session's queue before.
    pub(super) fn note_written(&self) {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => {}
            Self::Of(_, session, _) => session.note_taken(),
        }
    }

    /// Counts a frame that no handler counts. True if the session sends too many: its connection is ended.
    pub(super) fn is_flooded_by(&self, frame: ReceivedFrame, payload: &[u8]) -> bool {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => false,
            Self::Of(engines, session, connection) => {
                let counts = match frame.opcode {
                    rules::CLOSE => false,
                    OpCode::Control(_) => true,
                    OpCode::Data(Data::Continue) => payload.is_empty(),
                    // Otherwise an attachment, of which an event may have a few.
                    OpCode::Data(Data::Binary) => session.reads_msgpack && !flood::is_packed_event(payload),
                    OpCode::Data(_) => !flood::is_event(payload),
                };
                let is_flooded = counts && engines.is_flooding(session);
                if is_flooded {
                    connection.kill();
                    session.note_close(CloseReason::Flooding, engines.client_of(session));
                }
                is_flooded
            }
        }
    }
}
