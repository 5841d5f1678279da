//! A minimal client connection, Socket.IO (protocol v5) over WebSocket or plain WebSocket: it has no task, timer or read
//! buffer.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;

use crate::websocket::{self, Kind};

const PATH: &str = "/socket.io/?EIO=4&transport=websocket";

thread_local! {
    /// The read buffer of all connections of a thread, so that it stays in the CPU cache.
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; 64 * 1024].into());
}

/// A ping from the server.
enum Ping {
    /// An Engine.IO packet.
    Engine,
    /// A WebSocket control frame.
    WebSocket,
}

/// A connection that has joined a namespace, or a plain one.
pub struct Connection {
    stream: TcpStream,
    /// The start of an incomplete frame.
    kept: Vec<u8>,
    /// The prefix of the namespace's packets; empty if there is none.
    prefix: String,
    /// Bytes received, including frame headers.
    pub received: u64,
}

impl Connection {
    /// Connects and joins `namespace`, with an optional token.
    ///
    /// # Errors
    /// If the server cannot be reached or refuses.
    pub async fn open(address: SocketAddr, namespace: &str, token: Option<&str>) -> io::Result<Self> {
        let mut connection = Self::plain(address, PATH).await?;
        if namespace != "/" {
            connection.prefix = format!("{namespace},");
        }
        connection.until(|packet| Ok(packet.starts_with(b"0{"))).await?;

        let auth = token.map(|token| json!({ "token": token }).to_string()).unwrap_or_default();
        let prefix = connection.prefix.clone();
        connection.send(&format!("40{prefix}{auth}")).await?;
        let (joined, refused) = (format!("40{prefix}"), format!("44{prefix}"));
        connection
            .until(|packet| {
                if packet.starts_with(refused.as_bytes()) {
                    return Err(io::Error::other(format!("refused: {}", String::from_utf8_lossy(packet))));
                }
                Ok(packet.starts_with(joined.as_bytes()))
            })
            .await?;
        Ok(connection)
    }

    /// Requests a plain WebSocket at `path`. A refusal is reported by the first read.
    ///
    /// # Errors
    /// If the server cannot be reached.
    pub async fn plain(address: SocketAddr, path: &str) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        stream.write_all(websocket::request(&address.to_string(), path).as_bytes()).await?;
        Ok(Self { stream, kept: Vec::new(), prefix: String::new(), received: 0 })
    }

    /// Sends a message with an acknowledgement. One at a time, because each has the id 0.
    ///
    /// # Errors
    /// If the connection has ended.
    pub async fn ask(&mut self, message: &str, payload: &Value) -> io::Result<()> {
        let packet = format!("42{}0{}", self.prefix, json!([message, payload]));
        self.send(&packet).await
    }

    /// The answer to [`Connection::ask`], if `packet` is one.
    ///
    /// # Errors
    /// If the answer is a refusal.
    pub fn answer(prefix: &str, packet: &[u8]) -> io::Result<bool> {
        let answer = packet.strip_prefix(b"43").and_then(|packet| packet.strip_prefix(prefix.as_bytes()));
        let Some(answer) = answer.and_then(|packet| packet.strip_prefix(b"0[")) else { return Ok(false) };
        if answer.starts_with(br#"{"ok":true"#) {
            return Ok(true);
        }
        Err(io::Error::other(format!("the server answered {}", String::from_utf8_lossy(answer))))
    }

    /// Waits for the answer to [`Connection::ask`], skipping other packets.
    ///
    /// # Errors
    /// If the answer is a refusal, or the connection has ended.
    pub async fn answered(&mut self) -> io::Result<()> {
        let prefix = self.prefix.clone();
        self.until(|packet| Self::answer(&prefix, packet)).await
    }

    /// Reads packets until `found` accepts one.
    ///
    /// # Errors
    /// If the connection has ended, or `found` fails.
    pub async fn until(&mut self, mut found: impl FnMut(&[u8]) -> io::Result<bool>) -> io::Result<()> {
        let mut done = false;
        while !done {
            self.read(|packet| {
                done |= found(packet)?;
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Waits for data, and passes each complete packet to `take`.
    ///
    /// # Errors
    /// If the connection has ended, or `take` fails.
    pub async fn read(&mut self, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let pinged = poll_fn(|cx| BUFFER.with_borrow_mut(|buffer| self.poll(cx, buffer, &mut take))).await?;
        match pinged {
            Some(Ping::Engine) => self.send("3").await,
            Some(Ping::WebSocket) => self.stream.write_all(&websocket::frame(Kind::Pong, b"")).await,
            None => Ok(()),
        }
    }

    /// Sends packets in one write.
    ///
    /// # Errors
    /// If the connection has ended.
    pub async fn send_all(&mut self, packets: &[String]) -> io::Result<()> {
        let frames = packets.iter().flat_map(|packet| websocket::frame(Kind::Text, packet.as_bytes()));
        self.stream.write_all(&frames.collect::<Vec<_>>()).await
    }

    async fn send(&mut self, packet: &str) -> io::Result<()> {
        self.stream.write_all(&websocket::frame(Kind::Text, packet.as_bytes())).await
    }

    /// Reads once; returns a ping if one arrived.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
        take: &mut impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Poll<io::Result<Option<Ping>>> {
        let mut space = ReadBuf::new(buffer);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut space))?;
        let arrived = space.filled();
        if arrived.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        self.received += arrived.len() as u64;
        let mut pinged = None;
        if self.kept.is_empty() {
            let used = split(arrived, &mut pinged, take)?;
            self.kept.extend_from_slice(&arrived[used..]);
        } else {
            self.kept.extend_from_slice(arrived);
            let used = split(&self.kept, &mut pinged, take)?;
            self.kept.drain(..used);
        }
        Poll::Ready(Ok(pinged))
    }
}

/// Passes each complete packet of `bytes` to `take`; returns the number of bytes used.
fn split(
    bytes: &[u8],
    pinged: &mut Option<Ping>,
    take: &mut impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<usize> {
    let mut used = 0;
    if bytes.starts_with(b"HTTP/") {
        let Some(head) = websocket::accepted(bytes)? else { return Ok(0) };
        used = head;
    }
    while let Some((kind, payload, length)) = websocket::first_frame(&bytes[used..])? {
        used += length;
        match kind {
            Kind::Text if payload == b"2" => *pinged = Some(Ping::Engine),
            Kind::Text => take(payload)?,
            Kind::Close => return Err(io::Error::other("the server closed the connection")),
            // A pong repeats its ping's payload, which is empty here.
            Kind::Ping if payload.is_empty() => *pinged = Some(Ping::WebSocket),
            Kind::Ping | Kind::Pong => return Err(io::Error::other("a ping with a payload, or a pong")),
        }
    }
    Ok(used)
}
