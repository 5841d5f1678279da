//! A raw Socket.IO client over WebSocket. It keeps everything that the server sends, in order, and can violate the protocol.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::http::DEADLINE;
use crate::packet::{Packet, connect, message};

async fn narrow(server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    socket.connect(server).await.expect("the server accepts")
}

/// A connection, and the packets received while waiting for something else.
pub struct Client {
    socket: WebSocketStream<TcpStream>,
    namespace: &'static str,
    next_ack: u64,
    kept: VecDeque<Packet>,
}

impl Client {
    /// Opens a WebSocket without sending anything. `query` is appended to Engine.IO's.
    pub async fn open(server: SocketAddr, query: &str) -> Self {
        let stream = TcpStream::connect(server).await.expect("the server accepts");
        Self::over(stream, server, query, &[]).await.expect("the handshake succeeds")
    }

    /// Like [`Client::open`], but returns the handshake's error.
    pub async fn try_open(server: SocketAddr, query: &str) -> Result<Self, tungstenite::Error> {
        Self::over(TcpStream::connect(server).await?, server, query, &[]).await
    }

    /// Like [`Client::open`], with a small receive window, so that unread data stays in the server.
    pub async fn open_narrow(server: SocketAddr) -> Self {
        let stream = narrow(server).await;
        Self::over(stream, server, "", &[]).await.expect("the handshake succeeds")
    }

    /// Upgrades a polling session to WebSocket, with a small receive window as in [`Client::open_narrow`].
    pub async fn upgrade(server: SocketAddr, session: &str) -> Self {
        let mut client = Self::probe(server, session).await.expect("the handshake succeeds");
        client.send("5").await;
        client
    }

    /// Probes a WebSocket for a polling session without switching yet. Returns the handshake's error.
    pub async fn probe(server: SocketAddr, session: &str) -> Result<Self, tungstenite::Error> {
        let stream = narrow(server).await;
        let mut client = Self::over(stream, server, &format!("&sid={session}"), &[]).await?;
        client.send("2probe").await;
        assert_eq!(client.receive().await, Packet::Other("3probe".to_owned()));
        Ok(client)
    }

    /// Like [`Client::try_open`], as a page of an origin.
    pub async fn from_origin(server: SocketAddr, origin: &str) -> Result<Self, tungstenite::Error> {
        let stream = TcpStream::connect(server).await?;
        Self::over(stream, server, "", &[("origin", origin)]).await
    }

    /// Like [`Client::open`], from an address, for a server that trusts its proxy.
    pub async fn from_address(server: SocketAddr, address: &str) -> Self {
        let stream = TcpStream::connect(server).await.expect("the server accepts");
        let headers = [("x-forwarded-for", address)];
        Self::over(stream, server, "", &headers).await.expect("the handshake succeeds")
    }

    async fn over(
        stream: TcpStream,
        server: SocketAddr,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        stream.set_nodelay(true)?;
        let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket{query}");
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        let handshake = timeout(DEADLINE, client_async(request, stream));
        let (socket, _) = handshake.await.expect("the server answers in time")?;
        Ok(Self { socket, namespace: "/", next_ack: 0, kept: VecDeque::new() })
    }

    /// Joins a namespace. The error is the server's refusal.
    pub async fn connect(mut self, namespace: &'static str, auth: &Value) -> Result<Self, Value> {
        assert!(matches!(self.next().await, Packet::Open(_)));
        self.namespace = namespace;
        self.send(&connect(namespace, auth)).await;
        match self.next().await {
            Packet::Connected(_) => Ok(self),
            Packet::Refused(refusal) => Err(refusal),
            other => panic!("an unexpected answer to CONNECT: {other:?}"),
        }
    }

    /// A guest at `/`.
    pub async fn guest(server: SocketAddr) -> Self {
        Self::open(server, "").await.connect("/", &Value::Null).await.expect("guests are let in")
    }

    /// A client at `/admin`.
    pub async fn admin(server: SocketAddr, token: &str) -> Self {
        let client = Self::open(server, "").await.connect("/admin", &json!({ "token": token })).await;
        client.expect("the token is accepted")
    }

    /// Sends one text frame.
    pub async fn send(&mut self, text: &str) {
        self.write([text]).await.expect("the server reads");
    }

    /// Sends text frames in one write.
    pub async fn write(
        &mut self,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<(), tungstenite::Error> {
        for text in texts {
            self.socket.feed(Message::text(text.as_ref())).await?;
        }
        timeout(DEADLINE, self.socket.flush()).await.expect("the server reads in time")
    }

    /// Sends all frames without waiting, and reads meanwhile: `take` gets each packet until it returns that it has all.
    pub async fn pour(
        &mut self,
        texts: impl IntoIterator<Item = String>,
        mut take: impl FnMut(Packet) -> bool,
    ) {
        let (sink, mut stream) = (&mut self.socket).split();
        let sink = Mutex::new(sink);
        let send =
            async |text: String| sink.lock().await.send(Message::text(text)).await.expect("the server reads");
        let sending = async {
            for text in texts {
                send(text).await;
            }
        };
        let receiving = async {
            loop {
                let frame = timeout(DEADLINE, stream.next()).await.expect("the server answers in time");
                let Some(Ok(Message::Text(text))) = frame else { panic!("the server closed: {frame:?}") };
                if text.as_str() == "2" {
                    send("3".to_owned()).await;
                } else if take(Packet::parse(&text)) {
                    return;
                }
            }
        };
        tokio::join!(sending, receiving);
    }

    /// Sends a message with an acknowledgement and returns its id. `arguments` is JSON text.
    pub async fn ask(&mut self, name: &str, arguments: &str) -> u64 {
        let id = self.next_ack;
        self.next_ack += 1;
        self.send(&message(self.namespace, Some(id), name, arguments)).await;
        id
    }

    /// Sends a message without an acknowledgement.
    pub async fn emit(&mut self, name: &str, arguments: &str) {
        self.send(&message(self.namespace, None, name, arguments)).await;
    }

    /// Sends a message and waits for the answer. Earlier packets are kept.
    pub async fn call(&mut self, name: &str, payload: &Value) -> Value {
        self.call_raw(name, &payload.to_string()).await
    }

    /// Like [`Client::call`], with JSON text.
    pub async fn call_raw(&mut self, name: &str, arguments: &str) -> Value {
        let own = self.ask(name, arguments).await;
        match self.find(|packet| matches!(packet, Packet::Answer(id, _) if *id == own)).await {
            Packet::Answer(_, answer) => answer,
            _ => unreachable!("only an answer was looked for"),
        }
    }

    /// Sends a message that must be answered `ok`.
    pub async fn done(&mut self, name: &str, payload: &Value) -> Value {
        let answer = self.call(name, payload).await;
        assert_eq!(answer["ok"], true, "{name} {payload}: {answer}");
        answer
    }

    /// Waits for the next message `wanted` and returns its arguments. Earlier packets are kept.
    pub async fn message(&mut self, wanted: &str) -> Vec<Value> {
        match self.find(|packet| matches!(packet, Packet::Message(name, _) if name == wanted)).await {
            Packet::Message(_, arguments) => arguments,
            _ => unreachable!("only a message was looked for"),
        }
    }

    async fn find(&mut self, wanted: impl Fn(&Packet) -> bool) -> Packet {
        if let Some(place) = self.kept.iter().position(&wanted) {
            return self.kept.remove(place).expect("it was found there");
        }
        let begun = Instant::now();
        loop {
            let packet = self.receive().await;
            // Pulses alone would keep this waiting indefinitely.
            assert!(
                begun.elapsed() < 2 * DEADLINE,
                "what was waited for did not come; kept: {:?}",
                self.kept
            );
            if wanted(&packet) {
                return packet;
            }
            assert!(!packet.is_end(), "the server closed: {packet:?}, after {:?}", self.kept);
            self.kept.push_back(packet);
        }
    }

    /// The next packet, starting with the oldest kept one.
    pub async fn next(&mut self) -> Packet {
        match self.kept.pop_front() {
            Some(packet) => packet,
            None => self.receive().await,
        }
    }

    /// Discards kept packets.
    pub fn forget(&mut self) {
        self.kept.clear();
    }

    /// Everything that the server has sent so far except pulses, up to its answer to a message sent here.
    pub async fn sent_so_far(&mut self) -> Vec<Packet> {
        self.call("heartbeat", &Value::Null).await;
        self.kept.drain(..).filter(|packet| !packet.is_pulse()).collect()
    }

    /// Waits for the end of the connection. Returns the close code, if any, and the packets before it except pulses.
    pub async fn end(&mut self) -> (Option<u16>, Vec<Packet>) {
        let mut before: Vec<_> = self.kept.drain(..).filter(|packet| !packet.is_pulse()).collect();
        loop {
            match self.receive().await {
                Packet::Closed(code) => return (code, before),
                packet if packet.is_pulse() => {}
                packet => before.push(packet),
            }
        }
    }

    /// The next packet from the connection. Answers Engine.IO's pings. Cancel safe: dropping it loses no packet.
    async fn receive(&mut self) -> Packet {
        self.receive_within(DEADLINE).await.unwrap_or_else(|| {
            panic!("nothing came in {} for {DEADLINE:?}; kept: {:?}", self.namespace, self.kept)
        })
    }

    /// Like [`Client::receive`], with the caller's deadline.
    pub async fn receive_within(&mut self, deadline: Duration) -> Option<Packet> {
        let receive = async {
            loop {
                match self.socket.next().await {
                    None | Some(Err(_)) => return Packet::Closed(None),
                    Some(Ok(Message::Text(text))) if text.as_str() == "2" => {
                        // If the server closes meanwhile, the next packet says so.
                        self.socket.send(Message::text("3")).await.ok();
                    }
                    Some(Ok(Message::Text(text))) => return Packet::parse(&text),
                    Some(Ok(Message::Close(frame))) => {
                        return Packet::Closed(frame.map(|frame| frame.code.into()));
                    }
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(deadline, receive).await.ok()
    }
}
