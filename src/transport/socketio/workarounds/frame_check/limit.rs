//! The size limit on a client's messages, and the rate limit on frames that no handler counts.

use std::sync::Arc;

use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::rules::{self, ReceivedFrame};
use crate::transport::client::close_reason::CloseReason;
use crate::transport::socketio::engines::Engines;
use crate::transport::socketio::flood;
use crate::transport::socketio::session::Session;
use crate::transport::tcp::connection::Connection;

/// The limits on a stream.
pub enum Limit {
    /// This many bytes.
    #[cfg(test)]
    Fixed(usize),
    /// The limits of a session on this connection, which change with its namespaces.
    Of(Arc<Engines>, Arc<Session>, Arc<Connection>),
}

impl Limit {
    /// Whether the limit is below this many bytes.
    pub(super) fn is_below(&self, size: usize) -> bool {
        match self {
            #[cfg(test)]
            Self::Fixed(limit) => size > *limit,
            Self::Of(engines, session, _) => size > engines.max_packet_of(session),
        }
    }

    /// Counts and logs that the connection is closed for exceeding it.
    pub(super) fn note(&self) {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => {}
            Self::Of(engines, session, _) => {
                session.note_close(CloseReason::TooLarge, engines.client_of(session));
            }
        }
    }

    /// Records that the engine has written something, and so has taken it from the session's queue.
    pub(super) fn note_written(&self) {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => {}
            Self::Of(_, session, _) => session.note_taken(),
        }
    }

    /// Counts a frame that no handler counts. If the session sends too many, ends the connection and returns
    /// true.
    pub(super) fn is_flooded_by(&self, frame: ReceivedFrame, payload: &[u8]) -> bool {
        match self {
            #[cfg(test)]
            Self::Fixed(_) => false,
            Self::Of(engines, session, connection) => {
                let counts = match frame.opcode {
                    rules::CLOSE => false,
                    OpCode::Control(_) => true,
                    OpCode::Data(Data::Continue) => payload.is_empty(),
                    // Without MessagePack it is an attachment; an event may have a few.
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
