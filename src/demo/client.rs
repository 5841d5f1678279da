//! A small Socket.IO client (protocol 5 over Engine.IO 4, WebSocket) of the `/admin` namespace.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::domain::network;

/// The timeout for connecting and for an answer. The server answers a write within 3 s even if the database is
/// unavailable, so a longer silence means that the server is gone.
const DEADLINE: Duration = Duration::from_secs(10);

/// Why a call failed.
#[derive(Debug, Error)]
pub enum CallError {
    /// The server refused the call.
    #[error("refused: {code}: {message}")]
    Refused {
        /// An error code of the protocol.
        code: String,
        /// The server's text, for people.
        message: String,
        /// The event's current `seq`, for a `baseSeq` that is another one.
        seq: Option<u64>,
    },
    /// The server did not answer in time, or sent nothing for too long. The call may have had an effect.
    #[error("no answer in time")]
    Deadline,
    /// The connection closed. The call may have had an effect.
    #[error("connection closed: {0}")]
    Closed(String),
}

impl CallError {
    /// Whether the server refused the call with this code.
    pub fn is_refusal(&self, expected: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == expected)
    }

    /// Whether the server has a score with this `opId`, but with other data.
    pub fn is_other_score(&self) -> bool {
        matches!(self, Self::Refused { code, seq: None, .. } if code == "conflict")
    }
}

impl From<tungstenite::Error> for CallError {
    fn from(error: tungstenite::Error) -> Self {
        Self::Closed(error.to_string())
    }
}

impl From<std::io::Error> for CallError {
    fn from(error: std::io::Error) -> Self {
        Self::Closed(error.to_string())
    }
}

/// A connection to `/admin`. It spawns no task: pings are answered while [`AdminClient::call`] or
/// [`AdminClient::rest`] waits, so dropping it ends everything.
pub struct AdminClient {
    socket: WebSocketStream<TcpStream>,
    next_id: u64,
    /// How long the server may be silent: ping interval plus ping timeout.
    silence: Duration,
    heard: Instant,
}

impl AdminClient {
    /// Connects to `/admin` with `token`.
    pub async fn connect(server: SocketAddr, token: &str) -> Result<Self, CallError> {
        timeout(DEADLINE, Self::open(server, token)).await.unwrap_or(Err(CallError::Deadline))
    }

    async fn open(server: SocketAddr, token: &str) -> Result<Self, CallError> {
        let server = network::to_connect(server);
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket");
        let (socket, _) = client_async(url, stream).await?;
        let mut client = Self { socket, next_id: 0, silence: DEADLINE, heard: Instant::now() };
        loop {
            match client.packet().await? {
                Packet::Open { silence } => {
                    client.silence = silence;
                    client.send(format!("40/admin,{}", json!({ "token": token }))).await?;
                }
                Packet::Connected => return Ok(client),
                _ => {}
            }
        }
    }

    /// Sends a message and returns its answer, `{"ok": true, …}`.
    pub async fn call(&mut self, name: &str, payload: &Value) -> Result<Value, CallError> {
        let call = self.exchange(name, payload);
        timeout(DEADLINE, call).await.unwrap_or(Err(CallError::Deadline))
    }

    async fn exchange(&mut self, name: &str, payload: &Value) -> Result<Value, CallError> {
        let own = self.next_id;
        self.next_id += 1;
        self.send(format!("42/admin,{own}{}", json!([name, payload]))).await?;
        loop {
            if let Packet::Answer { id, answer } = self.packet().await?
                && id == own
            {
                return if answer["ok"] == true { Ok(answer) } else { Err(refusal(&answer["error"])) };
            }
        }
    }

    /// Waits for `duration`, and answers the server's pings.
    pub async fn rest(&mut self, duration: Duration) -> Result<(), CallError> {
        let end = Instant::now() + duration;
        while let Ok(packet) = timeout_at(end, self.packet()).await {
            packet?;
        }
        Ok(())
    }

    /// The next packet that is not a ping. Cancel safe: no packet is lost if the future is dropped.
    async fn packet(&mut self) -> Result<Packet, CallError> {
        loop {
            let next = timeout_at(self.heard + self.silence, self.socket.next()).await;
            let frame = next.map_err(|_| CallError::Deadline)?;
            self.heard = Instant::now();
            let text = match frame.ok_or_else(|| CallError::Closed("end of stream".to_owned()))?? {
                Message::Text(text) => text,
                Message::Close(frame) => {
                    let reason = frame.map_or_else(|| "closed".to_owned(), |frame| frame.to_string());
                    return Err(CallError::Closed(reason));
                }
                _ => continue,
            };
            match Packet::parse(&text) {
                Packet::Ping => self.send("3".to_owned()).await?,
                Packet::Refused(error) => return Err(refusal(&error)),
                Packet::Ended => return Err(CallError::Closed("the server disconnected".to_owned())),
                packet => return Ok(packet),
            }
        }
    }

    async fn send(&mut self, packet: String) -> Result<(), CallError> {
        Ok(self.socket.send(Message::text(packet)).await?)
    }
}

/// The packets from the server that a scoring client needs.
#[derive(Debug, PartialEq)]
enum Packet {
    Open { silence: Duration },
    Ping,
    Connected,
    Refused(Value),
    Answer { id: u64, answer: Value },
    Ended,
    Other,
}

impl Packet {
    fn parse(text: &str) -> Self {
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        if let Some(handshake) = text.strip_prefix('0') {
            let handshake = json(handshake);
            let millis = |name: &str, default| handshake[name].as_u64().unwrap_or(default);
            let silence = millis("pingInterval", 25_000).saturating_add(millis("pingTimeout", 20_000));
            return Self::Open { silence: Duration::from_millis(silence) };
        }
        if let Some(error) = text.strip_prefix("44/admin,") {
            return Self::Refused(json(error));
        }
        if let Some(answer) = text.strip_prefix("43/admin,") {
            let split = answer.find('[').unwrap_or(answer.len());
            let (id, arguments) = answer.split_at(split);
            let answer = json(arguments).get_mut(0).map(Value::take).unwrap_or_default();
            return id.parse().map_or(Self::Other, |id| Self::Answer { id, answer });
        }
        match text {
            "1" | "41" | "41/admin" | "41/admin," => Self::Ended,
            _ if text.starts_with('2') => Self::Ping,
            _ if text.starts_with("40/admin") => Self::Connected,
            _ => Self::Other,
        }
    }
}

fn refusal(error: &Value) -> CallError {
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    // A refused connection has its code in `message`, and no `code`.
    let (code, message) = (text("code"), text("message"));
    let seq = error["seq"].as_u64();
    CallError::Refused { code: if code.is_empty() { message.clone() } else { code }, message, seq }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_parsed() {
        let open = |millis| Packet::Open { silence: Duration::from_millis(millis) };
        let answer = |id, answer| Packet::Answer { id, answer };
        for (text, packet) in [
            (r#"0{"sid":"x","pingInterval":300,"pingTimeout":200}"#, open(500)),
            (r#"0{"sid":"x"}"#, open(45_000)),
            ("2", Packet::Ping),
            ("1", Packet::Ended),
            ("41/admin,", Packet::Ended),
            ("41/other,", Packet::Other),
            (r#"40/admin,{"sid":"y"}"#, Packet::Connected),
            (r#"44/admin,{"message":"forbidden"}"#, Packet::Refused(json!({"message": "forbidden"}))),
            (r#"43/admin,12[{"ok":true}]"#, answer(12, json!({"ok": true}))),
            ("43/admin,7[]", answer(7, Value::Null)),
            ("43/admin,x[]", Packet::Other),
            (r#"42/admin,["score",{},{}]"#, Packet::Other),
            ("", Packet::Other),
        ] {
            assert_eq!(Packet::parse(text), packet, "{text}");
        }
    }

    #[test]
    fn a_refusal_keeps_its_code() {
        let coded = refusal(&json!({"code": "event_ended", "message": "the event has ended"}));
        assert!(coded.is_refusal("event_ended") && !coded.is_refusal("conflict"));
        assert!(refusal(&json!({"message": "unauthenticated"})).is_refusal("unauthenticated"));
        let conflict = |seq: Value| refusal(&json!({"code": "conflict", "message": "", "seq": seq}));
        assert!(conflict(Value::Null).is_other_score() && !conflict(json!(3)).is_other_score());
    }
}
