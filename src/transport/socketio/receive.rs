//! Passes a socket's messages to its client's inbox.

use std::sync::Arc;

use socketioxide::adapter::LocalAdapter;
use socketioxide::handler::{MessageHandler, Value};
use socketioxide::socket::Socket;

use super::ack::Acknowledgement;
use super::decode::decode;
use super::link::SocketLink;
use crate::transport::client::Incoming;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::reply::Reply;
use crate::transport::handlers::inbox::Inbox;

/// Reserved names: a message with such a name is not a valid Socket.IO packet.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// Receives a socket's messages, on the task that reads its connection.
pub struct Receiver {
    /// The client's inbox.
    pub inbox: Inbox,
    /// The link for the answers.
    pub link: Arc<SocketLink>,
}

impl MessageHandler<LocalAdapter, Receiver> for Receiver {
    fn call(&self, _: Arc<Socket>, value: Value, ack_id: Option<i64>) {
        let payload = decode(&value);
        if matches!(&payload, Ok(payload) if RESERVED.contains(&payload.name.as_str())) {
            return self.inbox.give_up(CloseReason::Malformed);
        }
        self.inbox.take(value.len(), || {
            let reply =
                ack_id.map(|id| Box::new(Acknowledgement { link: self.link.clone(), id }) as Box<dyn Reply>);
            Incoming { payload, reply }
        });
    }
}
