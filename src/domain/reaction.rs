//! Reactions, as viewers and other nodes are sent them.

use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;
use ts_rs::TS;

use super::clock;
use super::emoji::Emoji;
use super::network::NetworkKey;

/// One reaction, as viewers are sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Reaction {
    /// The `viewerId` of who reacted.
    pub id: String,
    /// What an account calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// The emoji.
    #[serde(deserialize_with = "kept")]
    #[ts(type = "string")]
    pub emoji: Emoji,
    /// What was said with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub comment: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "clock::as_millis", deserialize_with = "clock::of_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

/// Reads an emoji that another node shows, perhaps one of another version.
fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Emoji, D::Error> {
    String::deserialize(deserializer).map(|text| Emoji::from_stored(&text))
}

/// A reaction that a node shows, as the other nodes are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedReaction {
    /// The reaction.
    #[serde(flatten)]
    pub reaction: Reaction,
    /// The network that it comes from. Nodes of version 0.1 do not say.
    #[serde(default)]
    pub network: NetworkKey,
}
