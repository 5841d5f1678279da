//! The encoding of message arguments: JSON, or MessagePack for clients with `socket.io-msgpack-parser`. The
//! rest of the server uses only JSON.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::live::message::{Args, Message, Values, to_ascii};

/// The encoding that a socket's client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// JSON.
    Json,
    /// ASCII-only JSON: Engine.IO 3 clients over polling decode UTF-8 twice.
    Ascii,
    /// MessagePack.
    MsgPack,
}

/// Arguments in a client's encoding.
pub enum Encoded<'a> {
    /// JSON, sent unchanged.
    Json(&'a Args),
    /// Values, which the engine encodes as MessagePack.
    Values(&'a Values),
    /// JSON for one client only.
    OwnJson(Args),
    /// Values for one client only.
    OwnValues(Values),
}

impl Serialize for Encoded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(args) => args.serialize(serializer),
            Self::Values(values) => values.serialize(serializer),
            Self::OwnJson(args) => args.serialize(serializer),
            Self::OwnValues(values) => values.serialize(serializer),
        }
    }
}

impl Encoding {
    /// The encoding of a socket's client.
    pub fn new(reads_msgpack: bool, is_v4: bool) -> Self {
        match (reads_msgpack, is_v4) {
            (true, _) => Self::MsgPack,
            (false, true) => Self::Ascii,
            (false, false) => Self::Json,
        }
    }

    /// Encodes a message's arguments. Each encoding is made once per message, for all recipients.
    pub fn encode(self, message: &Message) -> Encoded<'_> {
        match self {
            Self::Json => Encoded::Json(message.args()),
            Self::Ascii => Encoded::Json(message.ascii_args()),
            Self::MsgPack => Encoded::Values(message.values()),
        }
    }

    /// Encodes the argument of a message to one client.
    pub fn encode_one(self, json: Arc<RawValue>) -> Encoded<'static> {
        match self {
            Self::Json => Encoded::OwnJson(Args(json, None)),
            Self::Ascii => Encoded::OwnJson(Args(to_ascii(&json), None)),
            Self::MsgPack => Encoded::OwnValues(Values::of(&Args(json, None))),
        }
    }
}
