//! What the programs share: a stock server on a free port, and clients that send raw HTTP and WebSocket frames.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use socketioxide::{SocketIo, SocketIoBuilder};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, connect_async};

/// The longest wait for something that should happen.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Starts a server with this configuration. `register` sets up its namespaces.
pub async fn serve(builder: SocketIoBuilder, register: impl FnOnce(&SocketIo)) -> SocketAddr {
    let (layer, io) = builder.build_layer();
    register(&io);
    listen(axum::Router::new().layer(layer)).await
}

/// Serves an application on a free port.
pub async fn listen(app: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Prints what should happen and what happens. The exit code is 0 if these agree, and 1 if they don't.
pub fn report(expected: impl Into<String>, seen: impl Into<String>) -> ExitCode {
    let (expected, seen) = (expected.into(), seen.into());
    println!("expected: {expected}\nseen:     {seen}");
    if expected == seen { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// An answer to an HTTP request.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Status and body on one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.status, self.body).trim_end().to_owned()
    }
}

/// Sends a request to the Socket.IO path on a connection of its own; `None`: no answer within [`PATIENCE`].
pub async fn request(address: SocketAddr, method: &str, query: &str, body: &str) -> Option<Answer> {
    let head = format!(
        "{method} /socket.io/?{query} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let text =
        timeout(PATIENCE, exchange(address, &[head.as_bytes(), body.as_bytes()].concat())).await.ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

/// Writes bytes to a connection of its own, and reads until the server closes it.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    stream.write_all(bytes).await.expect("the server reads");
    let mut read = Vec::new();
    // A reset ends the answer too.
    let _ = stream.read_to_end(&mut read).await;
    String::from_utf8_lossy(&read).into_owned()
}

/// A session over HTTP long-polling.
pub struct Polling {
    /// The server.
    pub address: SocketAddr,
    /// The id of the session.
    pub sid: String,
}

impl Polling {
    /// Begins a session.
    pub async fn open(address: SocketAddr) -> Self {
        let answer = request(address, "GET", "EIO=4&transport=polling", "").await.expect("an answer");
        Self { address, sid: field(&answer.body, "sid").expect("an open packet has a sid") }
    }

    /// Begins a session, and joins the namespace `/`.
    pub async fn connect(address: SocketAddr) -> Self {
        let session = Self::open(address).await;
        session.post("40").await;
        let mut read = String::new();
        while !read.contains("40{") {
            read += &session.poll().await.expect("CONNECT is answered").body;
        }
        session
    }

    /// Sends packets.
    pub async fn post(&self, packets: &str) -> Option<Answer> {
        request(self.address, "POST", &self.query("polling"), packets).await
    }

    /// Fetches packets.
    pub async fn poll(&self) -> Option<Answer> {
        request(self.address, "GET", &self.query("polling"), "").await
    }

    /// Opens a WebSocket for the session.
    pub async fn websocket(&self) -> Client {
        Client::open(self.address, &self.query("websocket")).await
    }

    /// Does what an official client does to go on over a WebSocket.
    pub async fn upgrade(&self) -> Client {
        let mut client = self.websocket().await;
        client.send("2probe").await;
        assert_eq!(client.next().await, "3probe");
        client.send("5").await;
        client
    }

    fn query(&self, transport: &str) -> String {
        format!("EIO=4&transport={transport}&sid={}", self.sid)
    }
}

/// A client over a WebSocket.
pub struct Client(pub WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>);

impl Client {
    /// Opens a WebSocket to the Socket.IO path.
    pub async fn open(address: SocketAddr, query: &str) -> Self {
        let url = format!("ws://{address}/socket.io/?{query}");
        Self(connect_async(url).await.expect("the server answers 101").0)
    }

    /// Begins a session over a WebSocket, and reads the open packet.
    pub async fn begin(address: SocketAddr) -> Self {
        let mut client = Self::open(address, "EIO=4&transport=websocket").await;
        let open = client.next().await;
        assert!(open.starts_with("0{"), "{open}");
        client
    }

    /// Begins a session over a WebSocket, and joins the namespace `/`.
    pub async fn connect(address: SocketAddr) -> Self {
        let mut client = Self::begin(address).await;
        client.send("40").await;
        let answer = client.next().await;
        assert!(answer.starts_with("40{"), "{answer}");
        client
    }

    /// Sends a packet.
    pub async fn send(&mut self, packet: &str) {
        self.send_all(&[packet]).await;
    }

    /// Sends packets in one write.
    pub async fn send_all(&mut self, packets: &[&str]) {
        for packet in packets {
            // What the server has closed shows when it is read.
            let _ = self.0.feed(Message::text(*packet)).await;
        }
        let _ = self.0.flush().await;
    }

    /// The next packet but for pings, which are answered; or how the connection ended; or `nothing` after [`PATIENCE`].
    pub async fn next(&mut self) -> String {
        self.next_within(PATIENCE).await
    }

    /// The same, with a wait of one's own.
    pub async fn next_within(&mut self, patience: Duration) -> String {
        loop {
            match timeout(patience, self.0.next()).await {
                Err(_) => return "nothing".to_owned(),
                Ok(Some(Ok(Message::Text(ping)))) if ping.as_str() == "2" => self.send("3").await,
                Ok(Some(Ok(Message::Text(close)))) if close.as_str() == "1" => {
                    return "the server closes".to_owned();
                }
                Ok(Some(Ok(Message::Text(packet)))) => return packet.to_string(),
                Ok(Some(Ok(Message::Close(Some(frame))))) => {
                    return format!("closed with {}", u16::from(frame.code));
                }
                Ok(Some(Ok(Message::Close(None)))) => return "closed without a code".to_owned(),
                Ok(Some(Ok(_))) => {}
                Ok(None | Some(Err(_))) => return "the connection ended".to_owned(),
            }
        }
    }
}

/// The text of a field in a packet.
#[must_use]
pub fn field(packet: &str, name: &str) -> Option<String> {
    let (_, rest) = packet.split_once(&format!("\"{name}\":\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}
