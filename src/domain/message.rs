//! Messages in an event's room, written by viewers and operators.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use ts_rs::TS;
use uuid::Uuid;

use super::clock;
use super::id::{EventId, UserId};

/// One message in an event's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoomMessage {
    /// The message's id. UUID version 7: later messages sort after earlier ones.
    #[ts(type = "string")]
    pub message_id: Uuid,
    /// The account that wrote it.
    #[serde(rename = "id")]
    #[ts(type = "string")]
    pub author: UserId,
    /// The account's name at that time.
    pub name: String,
    /// The text.
    pub text: String,
    /// When it was accepted, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "clock::as_millis", deserialize_with = "clock::of_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
    /// Whether an operator of the event wrote it.
    pub official: bool,
}

/// The payload of `message:deleted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeletedMessage {
    /// The deleted message.
    #[ts(type = "string")]
    pub message_id: Uuid,
}

/// The event that a reaction or a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct About {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
}
