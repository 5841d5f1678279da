//! A raw Socket.IO client over HTTP long-polling.

use std::collections::VecDeque;
use std::net::SocketAddr;

use http::Method;
use serde_json::Value;

use crate::http::{Reply, call};
use crate::packet::{Packet, connect};
use crate::server::Server;
use crate::socket::Client;

/// Separates the packets of one body (Engine.IO 4).
pub const SEPARATOR: char = '\x1e';

/// A polling session.
pub struct Poller {
    server: SocketAddr,
    pub path: String,
    /// The `socket.id` of the last namespace joined.
    pub id: String,
    kept: VecDeque<Packet>,
}

impl Poller {
    /// Starts a session, without joining a namespace.
    pub async fn open(server: &Server) -> Self {
        let path = "/socket.io/?EIO=4&transport=polling";
        let reply = server.get(path).await;
        let Packet::Open(open) = Packet::parse(&reply.text) else { panic!("no handshake: {reply:?}") };
        let sid = open["sid"].as_str().expect("a session id");
        Self {
            server: server.address,
            path: format!("{path}&sid={sid}"),
            id: String::new(),
            kept: VecDeque::new(),
        }
    }

    /// Joins a namespace.
    pub async fn connect(mut self, namespace: &str, auth: &Value) -> Self {
        self.post(connect(namespace, auth)).await;
        let Packet::Connected(connected) = self.next().await else { panic!("{namespace} was not joined") };
        connected["sid"].as_str().expect("an id").clone_into(&mut self.id);
        self
    }

    /// A second handle that sends in the same session.
    pub fn sender(&self) -> Self {
        Self { server: self.server, path: self.path.clone(), id: self.id.clone(), kept: VecDeque::new() }
    }

    /// Sends packets.
    pub async fn post(&self, body: String) -> Reply {
        let headers = [("content-type", "text/plain;charset=UTF-8")];
        let reply = call(self.server, Method::POST, &self.path, &headers, body).await;
        reply.expect("the server answers")
    }

    /// The next packet. Answers Engine.IO's pings; [`Packet::Closed`] means that the session has ended.
    pub async fn next(&mut self) -> Packet {
        loop {
            if let Some(packet) = self.kept.pop_front() {
                if packet == Packet::Other("2".to_owned()) {
                    // In a task, because a POST may wait and must not delay the next GET.
                    let sender = self.sender();
                    tokio::spawn(async move { sender.post("3".to_owned()).await });
                    continue;
                }
                return packet;
            }
            match call(self.server, Method::GET, &self.path, &[], String::new()).await {
                Ok(reply) if reply.status == 200 => {
                    self.kept.extend(reply.text.split(SEPARATOR).map(Packet::parse));
                }
                Ok(_) | Err(_) => return Packet::Closed(None),
            }
        }
    }

    /// Upgrades to WebSocket, once all fetched packets are read.
    pub async fn upgrade(self) -> Client {
        assert!(self.kept.is_empty(), "what was fetched is read first");
        Client::upgrade(self.server, self.session()).await
    }

    /// The session id.
    pub fn session(&self) -> &str {
        self.path.split_once("&sid=").expect("a session").1
    }

    /// The next fetched packet.
    pub fn fetched(&mut self) -> Option<Packet> {
        self.kept.pop_front()
    }

    /// Waits for the end of the session and returns the packets before it.
    pub async fn end(&mut self) -> Vec<Packet> {
        let mut before = Vec::new();
        loop {
            match self.next().await {
                Packet::Closed(_) => return before,
                packet => before.push(packet),
            }
        }
    }
}
