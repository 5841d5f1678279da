//! Parses the packets that the server sends to a Socket.IO client (protocol v5 over Engine.IO 4).

use serde_json::Value;

/// A packet from the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Packet {
    /// Engine.IO's handshake.
    Open(Value),
    /// Engine.IO's `1`: the session is over.
    EngineClose,
    /// The namespace was joined.
    Connected(Value),
    /// The namespace was refused: `{message}`.
    Refused(Value),
    /// The server closed the namespace; official clients do not reconnect after that.
    NamespaceClosed,
    /// A message with its name and arguments.
    Message(String, Vec<Value>),
    /// The answer to the message with this acknowledgement id.
    Answer(u64, Value),
    /// The connection has ended, with this WebSocket close code.
    Closed(Option<u16>),
    /// Anything else.
    Other(String),
}

impl Packet {
    /// Reads an Engine.IO packet.
    pub fn parse(text: &str) -> Self {
        Self::read(text).unwrap_or_else(|| Self::Other(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        if text == "1" {
            return Some(Self::EngineClose);
        }
        if let Some(open) = text.strip_prefix('0') {
            return Some(Self::Open(serde_json::from_str(open).ok()?));
        }
        let (kind, rest) = text.strip_prefix('4')?.split_at_checked(1)?;
        let rest =
            if rest.starts_with('/') { rest.split_once(',').map_or("", |(_, rest)| rest) } else { rest };
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (id, json) = rest.split_at(digits);
        Some(match kind {
            "0" => Self::Connected(serde_json::from_str(json).ok()?),
            "1" => Self::NamespaceClosed,
            "2" => {
                let mut arguments: Vec<Value> = serde_json::from_str(json).ok()?;
                let name = arguments.remove(0).as_str()?.to_owned();
                Self::Message(name, arguments)
            }
            "3" => {
                let mut arguments: Vec<Value> = serde_json::from_str(json).ok()?;
                Self::Answer(id.parse().ok()?, arguments.pop()?)
            }
            "4" => Self::Refused(serde_json::from_str(json).ok()?),
            _ => return None,
        })
    }

    /// Whether it is a pulse. Pulses are periodic and can arrive between any others.
    pub fn is_pulse(&self) -> bool {
        matches!(self, Self::Message(name, _) if name == "pulse")
    }

    /// Whether it is the last packet.
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

/// A message to the server, with or without an acknowledgement. `arguments` is JSON text, possibly malformed.
pub fn message(namespace: &str, ack: Option<u64>, name: &str, arguments: &str) -> String {
    let namespace = if namespace == "/" { String::new() } else { format!("{namespace},") };
    let ack = ack.map_or(String::new(), |id| id.to_string());
    let comma = if arguments.is_empty() { "" } else { "," };
    format!("42{namespace}{ack}[{}{comma}{arguments}]", Value::from(name))
}

/// The request to join a namespace.
pub fn connect(namespace: &str, auth: &Value) -> String {
    let namespace = if namespace == "/" { String::new() } else { format!("{namespace},") };
    let auth = if auth.is_null() { String::new() } else { auth.to_string() };
    format!("40{namespace}{auth}")
}
