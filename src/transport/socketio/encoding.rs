//! How the arguments of messages travel to a socket and from it: as JSON, or as MessagePack for clients with
//! `socket.io-msgpack-parser`. Inside there is JSON alone.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::live::message::{Args, Message, Values, to_ascii};

/// What a socket's client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// JSON.
    Json,
    /// JSON in ASCII alone: Engine.IO 3 clients over polling decode UTF-8 twice.
    Ascii,
    /// MessagePack.
    MsgPack,
}

/// Arguments as a socket's client reads them.
pub enum Encoded<'a> {
    /// JSON, sent as it is.
    Json(&'a Args),
    /// Values, which the engine writes as MessagePack.
    Values(&'a Values),
    /// JSON that nobody else is sent.
    OwnJson(Args),
    /// Values that nobody else is sent.
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
    /// What a socket's client reads.
    #[must_use]
    pub fn new(reads_msgpack: bool, is_v4: bool) -> Self {
        match (reads_msgpack, is_v4) {
            (true, _) => Self::MsgPack,
            (false, true) => Self::Ascii,
            (false, false) => Self::Json,
        }
    }

    /// A message's arguments. What is made for it is made once, however many it goes to.
    #[must_use]
    pub fn encode(self, message: &Message) -> Encoded<'_> {
        match self {
            Self::Json => Encoded::Json(message.args()),
            Self::Ascii => Encoded::Json(message.ascii_args()),
            Self::MsgPack => Encoded::Values(message.values()),
        }
    }

    /// The one argument of a message to one client.
    pub fn encode_one(self, json: Arc<RawValue>) -> Encoded<'static> {
        match self {
            Self::Json => Encoded::OwnJson(Args(json, None)),
            Self::Ascii => Encoded::OwnJson(Args(to_ascii(&json), None)),
            Self::MsgPack => Encoded::OwnValues(Values::of(&Args(json, None))),
        }
    }
}
