//! What the server sends by itself.

use serde::Serialize;
use serde_json::value::RawValue;
use ts_rs::TS;

use super::accounts::SessionReplaced;
use crate::domain::event::Event;
use crate::domain::leaderboard::Board;
use crate::domain::message::{About, DeletedMessage, RoomMessage};
use crate::domain::points::PointsChange;
use crate::domain::reaction::Reaction;
use crate::domain::review::Case;
use crate::domain::score::ScoreMeta;
use crate::live::pulse::Pulse;
use crate::transport::error::Failure;

/// Every message to a client, with its arguments.
#[derive(Debug, Serialize, TS)]
#[serde(tag = "name", content = "args", rename_all = "lowercase")]
#[ts(export)]
pub enum ToClient<'a> {
    /// The state, or a difference to it: the scorer's own JSON object, and what it is.
    Score(#[ts(type = "Record<string, unknown>")] Box<RawValue>, ScoreMeta),
    /// What an event has become.
    Event((Event,)),
    /// The ten of an event have changed.
    Leaderboard((Board,)),
    /// What became of the player's points.
    Points((PointsChange,)),
    /// Points were held.
    #[serde(rename = "review:new")]
    ReviewNew((Case,)),
    /// A reviewer has decided.
    #[serde(rename = "review:decided")]
    ReviewDecided((Case,)),
    /// How an event and its crowd stand.
    Pulse((Pulse<'a>,)),
    /// A reaction.
    Reaction(Reaction, About),
    /// A message of a viewer or an operator.
    Message(RoomMessage, About),
    /// A message is no more.
    #[serde(rename = "message:deleted")]
    MessageDeleted(DeletedMessage, About),
    /// The answer to a `ping` without acknowledgement.
    Pong((PongMessage,)),
    /// The refusal of a message without acknowledgement.
    Exception((Exception<'a>,)),
    /// A login on another device has ended the session; the server disconnects the socket.
    #[serde(rename = "session:replaced")]
    SessionReplaced((SessionReplaced,)),
    /// The server shuts down; the transport closes, and the client reconnects by itself.
    #[serde(rename = "server:drain")]
    ServerDrain((Drain,)),
}

/// See [`Pong`].
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct PongMessage {
    /// The server's time, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub now: i64,
}

/// The refusal of a message that carried no acknowledgement.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct Exception<'a> {
    /// The refused message's name.
    pub event: &'a str,
    /// Why.
    pub error: &'a Failure,
}

/// The announcement of a shutdown.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Drain {
    /// When to come back, in milliseconds from now.
    #[ts(type = "number")]
    pub retry_in_ms: u64,
}
