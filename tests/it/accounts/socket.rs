//! A minimal Socket.IO client (protocol v5 over WebSocket) that reports what it receives, in order.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::server::Server;
use crate::http::DEADLINE;

/// What a client receives.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A message, with its first argument.
    Message(String, Value),
    /// The server disconnected the socket; official clients do not reconnect after that.
    Disconnected,
    /// The connection has ended.
    Closed,
}

/// A client in one namespace.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    namespace: &'static str,
    /// Received while waiting for something else.
    early: std::collections::VecDeque<Seen>,
    next_ack: u64,
}

impl Socket {
    /// Connects with a token in `auth`, or as a guest.
    ///
    /// # Errors
    /// The message of the `connect_error`.
    pub async fn connect(
        server: &Server,
        namespace: &'static str,
        token: Option<&str>,
    ) -> Result<Self, String> {
        let auth = token.map_or(json!({}), |token| json!({ "token": token }));
        Self::connect_with(server, namespace, &auth, "").await
    }

    /// Like [`Socket::connect`], with any `auth` and an additional query.
    pub async fn connect_with(
        server: &Server,
        namespace: &'static str,
        auth: &Value,
        query: &str,
    ) -> Result<Self, String> {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket{query}", server.program.address);
        let (stream, _) = connect_async(url).await.expect("the server takes a WebSocket");
        let mut socket = Self { stream, namespace, early: std::collections::VecDeque::new(), next_ack: 0 };
        let connect = format!("40{}{auth}", socket.prefix());
        let opened = socket.frame().await.expect("the server opens");
        assert!(opened.starts_with('0'), "{opened}");
        socket.send(connect).await;
        let answer = socket.frame().await.ok_or("closed")?;
        let rest = answer.get(2..).unwrap_or_default().trim_start_matches(&socket.prefix()).to_owned();
        match answer.get(..2) {
            Some("40") => Ok(socket),
            Some("44") => {
                let error: Value = serde_json::from_str(&rest).expect("a refusal is JSON");
                Err(error["message"].as_str().expect("it has a message").to_owned())
            }
            _ => panic!("neither connected nor refused: {answer}"),
        }
    }

    /// Sends a message and waits for its acknowledgement.
    pub async fn ask(&mut self, name: &str, payload: Value) -> Value {
        self.ask_or_end(name, payload).await.expect("the answer comes before the end")
    }

    /// Like [`Socket::ask`]; `None` if the connection ends first.
    pub async fn ask_or_end(&mut self, name: &str, payload: Value) -> Option<Value> {
        let id = self.next_ack;
        self.next_ack += 1;
        self.send(format!("42{}{id}{}", self.prefix(), json!([name, payload]))).await;
        let expected = format!("43{}{id}[", self.prefix());
        loop {
            let frame = self.frame().await?;
            if frame.starts_with(&expected) {
                let arguments: Value = serde_json::from_str(&frame[expected.len() - 1..]).expect("JSON");
                return Some(arguments[0].clone());
            }
            let seen = self.seen(&frame);
            self.early.push_back(seen);
        }
    }

    /// What the client receives next.
    pub async fn next(&mut self) -> Seen {
        if let Some(seen) = self.early.pop_front() {
            return seen;
        }
        loop {
            let Some(frame) = self.frame().await else { return Seen::Closed };
            match self.seen(&frame) {
                // Skip pulses, which these tests do not need.
                Seen::Message(name, _) if name == "pulse" => {}
                seen => return seen,
            }
        }
    }

    /// Whether a message of this name arrived before the last awaited one.
    pub fn has_seen(&self, wanted: &str) -> bool {
        self.early.iter().any(|seen| matches!(seen, Seen::Message(name, _) if name == wanted))
    }

    fn seen(&self, frame: &str) -> Seen {
        if frame.starts_with("41") {
            return Seen::Disconnected;
        }
        let arguments = frame.strip_prefix("42").map(|rest| rest.trim_start_matches(&self.prefix()));
        let arguments: Value = serde_json::from_str(arguments.expect("a message")).expect("JSON");
        Seen::Message(arguments[0].as_str().expect("a name").to_owned(), arguments[1].clone())
    }

    fn prefix(&self) -> String {
        if self.namespace == "/" { String::new() } else { format!("{},", self.namespace) }
    }

    async fn send(&mut self, frame: String) {
        // Reading reports a connection that has ended.
        let _ = self.stream.send(Message::text(frame)).await;
    }

    /// The next frame that is not a heartbeat; `None` at the end.
    async fn frame(&mut self) -> Option<String> {
        loop {
            let next = tokio::time::timeout(DEADLINE, self.stream.next()).await.expect("a message in time");
            match next {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.send("3".to_owned()).await,
                // Engine.IO's close.
                Some(Ok(Message::Text(text))) if text.as_str() == "1" => return None,
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}
