//! Why the server closes connections, and how each kind of client sees it: one table, [`CloseReason::form`].

use std::net::IpAddr;

use crate::domain::id::UserId;
use crate::live::member::MemberId;

/// Why the server closed a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// It sent `ping` once, and then nothing.
    Silent,
    /// It did not read for too long.
    Stalled,
    /// It was behind for too long.
    Behind,
    /// It does not take answers.
    Unanswerable,
    /// Its session has ended.
    SignedOut,
    /// Its session has ended by a login on another device.
    Replaced,
    /// It sends far too much.
    Flooding,
    /// It sent what is none of its protocol's packets.
    Malformed,
    /// It sent a packet over the limit.
    TooLarge,
    /// The server ends.
    Draining,
}

/// The close code for a peer that goes away (RFC 6455 section 7.4.1).
const GOING_AWAY: u16 = 1001;
/// The close code for a protocol error.
pub const PROTOCOL_ERROR: u16 = 1002;
/// The close code for a message that is too large.
pub const MESSAGE_TOO_BIG: u16 = 1009;
/// The status of the answer to a request that is too large.
const PAYLOAD_TOO_LARGE: u16 = 413;

/// How clients see one reason. Server-sent events have no form of their own: the stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseForm {
    /// The reason in the log and the metrics.
    pub name: &'static str,
    /// Socket.IO over a WebSocket: the code of the close frame. `None`: the connection ends without one.
    pub socketio: Option<u16>,
    /// Socket.IO over polling: the status of the answer to the POST that ends the session. `None`: that POST is answered
    /// as any other. Later requests get 400 in any case, because the session is unknown.
    pub http: Option<u16>,
    /// A plain WebSocket: the code of the close frame.
    pub websocket: u16,
    /// The text that goes with the code of a plain WebSocket, for people: at most 123 bytes.
    pub text: &'static str,
}

impl CloseReason {
    /// How clients see this reason. docs/protocol.md has the same table.
    #[must_use]
    pub const fn form(self) -> CloseForm {
        const SLOW: &str = "too slow: what was sent was not read";
        let (name, socketio, http, websocket, text) = match self {
            Self::Silent => ("silent", None, None, 4408, "no ping for too long"),
            Self::Stalled => ("stalled", None, None, 4408, SLOW),
            Self::Behind => ("behind", None, None, 4408, SLOW),
            Self::Unanswerable => ("unanswerable", None, None, 4408, SLOW),
            Self::SignedOut => ("signed_out", None, None, 4401, "unauthenticated: the session has ended"),
            // `session:replaced` and a DISCONNECT come before.
            Self::Replaced => {
                ("replaced", None, None, 4409, "session_replaced: you have signed in on another device")
            }
            Self::Flooding => ("flooding", None, None, 4429, "rate_limited: far too many messages"),
            Self::Malformed => {
                ("malformed", None, None, PROTOCOL_ERROR, "what was sent is no packet of this protocol")
            }
            Self::TooLarge => {
                let (code, status) = (MESSAGE_TOO_BIG, PAYLOAD_TOO_LARGE);
                ("too_large", Some(code), Some(status), code, "a message is larger than is taken here")
            }
            // `server:drain` comes before.
            Self::Draining => {
                let text = "the server is shutting down; come back";
                ("draining", Some(GOING_AWAY), None, GOING_AWAY, text)
            }
        };
        CloseForm { name, socketio, http, websocket, text }
    }

    /// Counts and logs that a connection is closed for this reason: whose it was, where that is known.
    pub fn note(self, address: Option<IpAddr>, client: Option<ClientName>) {
        let name = self.form().name;
        metrics::counter!("touchline_closed_total", "reason" => name).increment(1);
        let address = address.map(tracing::field::display);
        let account = client.and_then(|client| client.account).map(|account| account.to_string());
        let socket = client.map(|client| format!("{:016x}", client.id));
        tracing::info!(reason = name, address, account, socket, "closed a connection");
    }
}

/// What the log calls a client.
#[derive(Debug, Clone, Copy)]
pub struct ClientName {
    /// Its name in rooms and registries.
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
