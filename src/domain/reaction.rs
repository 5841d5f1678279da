//! Reactions, as sent to viewers and to other nodes.

use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;
use ts_rs::TS;

use super::clock;
use super::emoji::Emoji;
use super::network::NetworkKey;

/// A reaction, as sent to viewers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Reaction {
    /// The `viewerId` of the sender.
    pub id: String,
    /// The account's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// The emoji.
    #[serde(deserialize_with = "kept")]
    #[ts(type = "string")]
    pub emoji: Emoji,
    /// The comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub comment: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "clock::as_millis", deserialize_with = "clock::of_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

/// Reads an emoji from another node, which may run another version.
fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Emoji, D::Error> {
    String::deserialize(deserializer).map(|text| Emoji::from_stored(&text))
}

/// A reaction that a node shows, as sent to other nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedReaction {
    /// The reaction.
    #[serde(flatten)]
    pub reaction: Reaction,
    /// The sender's network. Nodes of version 0.1 do not send it.
    #[serde(default)]
    pub network: NetworkKey,
}
