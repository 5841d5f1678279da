//! The reasons why the server closes connections, and how each kind of client sees them: one table,
//! [`CloseReason::form`].

use std::net::IpAddr;

use crate::domain::id::UserId;
use crate::live::member::MemberId;

/// Why the server closed a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// It sent nothing for too long, after a `ping` or where `ping` is required.
    Silent,
    /// It read nothing for too long.
    Stalled,
    /// It stayed too far behind for too long.
    Behind,
    /// It cannot be answered: its queue stayed full, or a handler panicked.
    Unanswerable,
    /// Its session or token has ended.
    SignedOut,
    /// A login on another device replaced its session.
    Replaced,
    /// It sent messages far above the rate limit.
    Flooding,
    /// It sent something that is not a packet of its protocol.
    Malformed,
    /// It sent a packet over the size limit.
    TooLarge,
    /// The server is shutting down.
    Draining,
}

/// The close code for a peer that is going away (RFC 6455 section 7.4.1).
const GOING_AWAY: u16 = 1001;
/// The close code for a protocol error.
pub const PROTOCOL_ERROR: u16 = 1002;
/// The close code for a message that is too large.
pub const MESSAGE_TOO_BIG: u16 = 1009;
/// The status of the answer to a request that is too large.
const PAYLOAD_TOO_LARGE: u16 = 413;

/// How clients see one reason. A stream of server-sent events just ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseForm {
    /// The reason in the log and the metrics.
    pub name: &'static str,
    /// Socket.IO over a WebSocket: the code of the close frame. `None`: the connection ends without one.
    pub socketio: Option<u16>,
    /// Socket.IO over polling: the status of the answer to the POST that ends the session. `None`: that POST
    /// gets its usual answer. Later requests always get 400, because the session is unknown.
    pub http: Option<u16>,
    /// A plain WebSocket: the code of the close frame.
    pub websocket: u16,
    /// The reason text in the close frame of a plain WebSocket, for people: at most 123 bytes.
    pub text: &'static str,
}

impl CloseReason {
    /// How clients see this reason. docs/protocol.md has the same table.
    pub const fn form(self) -> CloseForm {
        const SLOW: &str = "too slow: messages were not read in time";
        let (name, socketio, http, websocket, text) = match self {
            Self::Silent => ("silent", None, None, 4408, "no ping for too long"),
            Self::Stalled => ("stalled", None, None, 4408, SLOW),
            Self::Behind => ("behind", None, None, 4408, SLOW),
            Self::Unanswerable => ("unanswerable", None, None, 4408, SLOW),
            Self::SignedOut => ("signed_out", None, None, 4401, "unauthenticated: the session has ended"),
            // The client first gets `session:replaced` and a DISCONNECT.
            Self::Replaced => {
                ("replaced", None, None, 4409, "session_replaced: you have signed in on another device")
            }
            Self::Flooding => ("flooding", None, None, 4429, "rate_limited: far too many messages"),
            Self::Malformed => ("malformed", None, None, PROTOCOL_ERROR, "malformed packet"),
            Self::TooLarge => {
                let (code, status) = (MESSAGE_TOO_BIG, PAYLOAD_TOO_LARGE);
                ("too_large", Some(code), Some(status), code, "message too large")
            }
            // The client first gets `server:drain`.
            Self::Draining => {
                let text = "the server is shutting down; reconnect";
                ("draining", Some(GOING_AWAY), None, GOING_AWAY, text)
            }
        };
        CloseForm { name, socketio, http, websocket, text }
    }

    /// Counts and logs a closed connection with this reason, and with its address and client if known.
    pub fn note(self, address: Option<IpAddr>, client: Option<ClientName>) {
        let name = self.form().name;
        metrics::counter!("touchline_closed_total", "reason" => name).increment(1);
        let address = address.map(tracing::field::display);
        let account = client.and_then(|client| client.account).map(|account| account.to_string());
        let socket = client.map(|client| format!("{:016x}", client.id));
        tracing::info!(reason = name, address, account, socket, "closed a connection");
    }
}

/// A client's ids in the log.
#[derive(Debug, Clone, Copy)]
pub struct ClientName {
    /// Its id in rooms and registries.
    pub id: MemberId,
    /// Its account; `None` for guests.
    pub account: Option<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [CloseReason; 10] = [
        CloseReason::Silent,
        CloseReason::Stalled,
        CloseReason::Behind,
        CloseReason::Unanswerable,
        CloseReason::SignedOut,
        CloseReason::Replaced,
        CloseReason::Flooding,
        CloseReason::Malformed,
        CloseReason::TooLarge,
        CloseReason::Draining,
    ];

    #[test]
    fn the_protocol_lists_every_reason_with_its_forms() {
        let rows = ALL.map(|reason| {
            let CloseForm { name, socketio, http, websocket, text } = reason.form();
            let socketio = socketio.map_or("no close frame".to_owned(), |code| code.to_string());
            let http = http.map_or("as usual".to_owned(), |status| status.to_string());
            format!("| `{name}` | {socketio} | {http} | {websocket} `{text}` |")
        });
        let documented = include_str!("../../../docs/protocol.md");
        let (_, list) = documented.split_once("<!-- close reasons -->\n").expect("the table");
        let listed: Vec<_> = list.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
        assert_eq!(listed, rows);
    }

    #[test]
    fn every_text_fits_a_close_frame() {
        for reason in ALL {
            assert!(reason.form().text.len() <= 123, "{reason:?}");
        }
    }
}
