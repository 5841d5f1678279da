//! Messages to an event's room: what viewers and operators write, as it is shown.

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
    /// Names it. Version 7: a later one sorts after an earlier one.
    #[ts(type = "string")]
    pub message_id: Uuid,
    /// The account that wrote it.
    #[serde(rename = "id")]
    #[ts(type = "string")]
    pub author: UserId,
    /// What the account called itself then.
    pub name: String,
    /// What it says.
    pub text: String,
    /// When it was taken, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "clock::as_millis", deserialize_with = "clock::of_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
    /// Whether an operator of the event wrote it.
    pub official: bool,
}

/// What a `message:deleted` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeletedMessage {
    /// The message that is no more.
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
