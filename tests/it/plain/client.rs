//! A plain WebSocket client that keeps every frame from the server, in order.

use std::collections::VecDeque;
use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::http::DEADLINE;

/// What the client receives.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// A text: one JSON object.
    Object(Value),
    /// The close code and reason; `None` if the connection just ended.
    Closed(Option<(u16, String)>),
}

/// A connection, and the objects received while waiting for something else.
pub struct Plain {
    socket: WebSocketStream<TcpStream>,
    next_id: u64,
    kept: VecDeque<Value>,
}

impl Plain {
    /// Opens a WebSocket with this query.
    pub async fn open(server: SocketAddr, query: &str) -> Self {
        let stream = TcpStream::connect(server).await.expect("the server accepts");
        Self::over(stream, server, query, &[]).await.expect("the handshake succeeds")
    }

    /// Like [`Plain::open`], with a small receive window, so that unread data stays in the server.
    pub async fn open_narrow(server: SocketAddr, query: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let stream = socket.connect(server).await.expect("the server accepts");
        Self::over(stream, server, query, &[]).await.expect("the handshake succeeds")
    }

    /// Opens a WebSocket over a stream, with additional headers. Returns the handshake's error.
    pub async fn over(
        stream: TcpStream,
        server: SocketAddr,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let mut request = format!("ws://{server}/ws/updates?{query}").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        let handshake = timeout(DEADLINE, client_async(request, stream));
        let (socket, _) = handshake.await.expect("the server answers in time")?;
        Ok(Self { socket, next_id: 1, kept: VecDeque::new() })
    }

    /// A client that has joined, and its `joined` frame.
    pub async fn joined(server: SocketAddr, query: &str) -> (Self, Value) {
        let mut client = Self::open(server, query).await;
        match client.next().await {
            Frame::Object(joined) if joined["type"] == "joined" => (client, joined),
            other => panic!("{other:?} comes first"),
        }
    }

    /// Sends any message.
    pub async fn send(&mut self, message: Message) {
        timeout(DEADLINE, self.socket.send(message)).await.expect("the server reads in time").ok();
    }

    /// Sends a text.
    pub async fn say(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    /// Sends a command and waits for its answer, returned without `type` and `id`.
    pub async fn command(&mut self, name: &str, payload: &Value) -> Value {
        let id = json!(self.next_id);
        self.next_id += 1;
        let mut command = json!({ "type": name, "id": id });
        for (name, value) in payload.as_object().into_iter().flatten() {
            command[name] = value.clone();
        }
        self.say(&command.to_string()).await;
        let mut answer = self.find(|frame| frame["type"] == "answer" && frame["id"] == id).await;
        let fields = answer.as_object_mut().expect("an object");
        fields.shift_remove("type");
        fields.shift_remove("id");
        answer
    }

    /// Waits for the next object of this type. Earlier ones are kept.
    pub async fn frame(&mut self, wanted: &str) -> Value {
        self.find(|frame| frame["type"] == wanted).await
    }

    async fn find(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.kept.iter().position(&wanted) {
            return self.kept.remove(place).expect("it was found there");
        }
        loop {
            match self.receive().await {
                Frame::Object(frame) if wanted(&frame) => return frame,
                Frame::Object(frame) => self.kept.push_back(frame),
                closed @ Frame::Closed(_) => panic!("{closed:?}, after {:?}", self.kept),
            }
        }
    }

    /// The next frame, starting with the oldest kept one.
    pub async fn next(&mut self) -> Frame {
        match self.kept.pop_front() {
            Some(frame) => Frame::Object(frame),
            None => self.receive().await,
        }
    }

    /// Waits for the end. Returns the close code and reason, and the objects before it except pulses.
    pub async fn end(&mut self) -> (Option<(u16, String)>, Vec<Value>) {
        let mut before = Vec::new();
        loop {
            match self.next().await {
                Frame::Closed(closed) => return (closed, before),
                Frame::Object(frame) if frame["type"] == "pulse" => {}
                Frame::Object(frame) => before.push(frame),
            }
        }
    }

    async fn receive(&mut self) -> Frame {
        let receive = async {
            loop {
                match self.socket.next().await {
                    None | Some(Err(_)) => return Frame::Closed(None),
                    Some(Ok(Message::Text(text))) => {
                        return Frame::Object(serde_json::from_str(&text).expect("JSON"));
                    }
                    Some(Ok(Message::Close(frame))) => {
                        let closed = frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
                        return Frame::Closed(closed);
                    }
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(DEADLINE, receive).await.expect("a message in time")
    }
}
