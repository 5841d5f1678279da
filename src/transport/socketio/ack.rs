//! Socket.IO acknowledgements.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::value::RawValue;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::handler::{FromMessageParts as _, Value};

use super::encoding::Encoded;
use super::link::{SocketLink, sent};
use crate::live::message::Args;
use crate::transport::client::link::{Link as _, Unsent};
use crate::transport::client::reply::Reply;
use crate::transport::tcp::connection::frame;

/// One Socket.IO acknowledgement.
pub struct Acknowledgement {
    /// The client to answer.
    pub link: Arc<SocketLink>,
    /// The acknowledgement's id.
    pub id: i64,
}

impl Reply for Acknowledgement {
    /// Sends it directly if possible. Either way, later messages of rooms come after it.
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent> {
        let link = &self.link;
        let encoded = link.direct.encoding.encode_one(answer);
        let (Some(format), Some(connection), Encoded::OwnJson(Args(argument, _))) =
            (link.direct.format(), link.connection(), &encoded)
        else {
            return self.emit(&encoded);
        };
        if !link.is_connected() {
            return Err(Unsent::Gone);
        }
        let id = self.id.to_string();
        let payload = format.acknowledgement(&id, argument);
        match connection.try_send([&frame::text(&payload)]) {
            Some(1) => Ok(()),
            _ => connection.queue(frame::fingerprint(&payload), || self.emit(&encoded)),
        }
    }
}

impl Acknowledgement {
    fn emit(&self, encoded: &Encoded<'_>) -> Result<(), Unsent> {
        let socket = self.link.socket.upgrade().ok_or(Unsent::Gone)?;
        self.link.check_place(&SocketRef::from(socket.clone()))?;
        // This extractor only reads the id.
        let Ok(sender) =
            AckSender::from_message_parts(&socket, &mut Value::Bytes(Bytes::new()), &Some(self.id));
        sent(sender.send(encoded))
    }
}
