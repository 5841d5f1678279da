//! The messages that the server sends on its own.

use serde::Serialize;
use serde_json::value::RawValue;
use ts_rs::TS;

use super::EventSummary;
use super::accounts::SessionReplaced;
use crate::domain::event::{Event, EventDeleted, ListPlace};
use crate::domain::id::EventId;
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
    /// The state, or a merge patch to it: the scorer's own JSON object, and its metadata.
    Score(#[ts(type = "Record<string, unknown>")] Box<RawValue>, ScoreMeta),
    /// An event has changed.
    Event((Event,)),
    /// An event was deleted; the client has left it.
    #[serde(rename = "event")]
    EventDeleted((EventDeleted,)),
    /// A watched list of events has changed.
    Events((EventsChanged,)),
    /// The top ten of an event have changed.
    Leaderboard((Board,)),
    /// The player's points have changed.
    Points((PointsChange,)),
    /// Points were held.
    #[serde(rename = "review:new")]
    ReviewNew((Case,)),
    /// A reviewer has decided.
    #[serde(rename = "review:decided")]
    ReviewDecided((Case,)),
    /// The state of an event and its crowd, sent periodically.
    Pulse((Pulse<'a>,)),
    /// A reaction.
    Reaction(Reaction, About),
    /// A message from a viewer or an operator.
    Message(RoomMessage, About),
    /// A message was deleted.
    #[serde(rename = "message:deleted")]
    MessageDeleted(DeletedMessage, About),
    /// The answer to a `ping` without acknowledgement.
    Pong((PongMessage,)),
    /// The error for a message without acknowledgement.
    Exception((Exception<'a>,)),
    /// A login on another device has ended the session; the server disconnects the socket.
    #[serde(rename = "session:replaced")]
    SessionReplaced((SessionReplaced,)),
    /// The server is shutting down; it will close the transport, and the client then reconnects on its own.
    #[serde(rename = "server:drain")]
    ServerDrain((Drain,)),
}

/// What changed in a watched list of events.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct EventsChanged {
    /// The events that are new in the list or have changed, in any order.
    pub changed: Vec<EventSummary>,
    /// The events that are no longer in the list.
    #[ts(type = "string[]")]
    pub removed: Vec<EventId>,
    /// Only in the message that holds the first page: the value to pass to `GET /api/events` as `after` for the next page;
    /// `null` if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "string | null", optional)]
    pub next: Option<Option<ListPlace>>,
}

/// See [`Pong`].
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct PongMessage {
    /// The server's time, in milliseconds since the Unix epoch.
    pub now: i64,
}

/// The error for a message that carried no acknowledgement.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct Exception<'a> {
    /// The refused message's name.
    pub event: &'a str,
    /// The error.
    pub error: &'a Failure,
}

/// The announcement of a shutdown.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Drain {
    /// When to reconnect, in milliseconds from now.
    pub retry_in_ms: u64,
}
