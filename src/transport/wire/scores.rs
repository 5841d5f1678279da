//! Publishing updates: `score` and `score:correct` of `/admin`, and the same over HTTP.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::texts::{Number, given_json, optional_number};
use crate::domain::id::{EventId, OpId};

/// `score` of `/admin`: a merge patch (RFC 7396), or several.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// The event.
    pub event_id: EventId,
    /// The merge patch: a JSON object, forwarded unchanged.
    #[serde(default, deserialize_with = "given_json")]
    pub data: Option<Box<RawValue>>,
    /// Names the attempt, so that a retry has no second effect.
    pub op_id: Option<OpId>,
    /// The sequence number the event must have now.
    #[serde(default, deserialize_with = "optional_number")]
    pub base_seq: Option<i64>,
    /// When it happened, in milliseconds since the Unix epoch; now by default.
    #[serde(default, deserialize_with = "optional_number")]
    pub at: Option<i64>,
    /// In place of the other fields: several updates, published together. Each is a [`ScoreEntry`].
    pub updates: Option<Vec<Box<RawValue>>>,
}

/// One update of a batch, with the fields of [`Score`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoreEntry {
    /// The merge patch.
    pub data: Box<RawValue>,
    /// Names the attempt.
    pub op_id: Option<OpId>,
    /// The sequence number the event must have before this update.
    #[serde(default, deserialize_with = "optional_number")]
    pub base_seq: Option<i64>,
    /// When it happened, in milliseconds since the Unix epoch.
    #[serde(default, deserialize_with = "optional_number")]
    pub at: Option<i64>,
}

/// `score:correct`: a merge patch that corrects earlier updates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoreCorrect {
    /// The event.
    pub event_id: EventId,
    /// The sequence numbers of the updates it voids.
    pub voids: Voids,
    /// The merge patch.
    pub data: Box<RawValue>,
    /// The reason, for people.
    pub reason: String,
    /// Names the attempt, so that a retry has no second effect.
    pub op_id: Option<OpId>,
    /// The sequence number the event must have now.
    #[serde(default, deserialize_with = "optional_number")]
    pub base_seq: Option<i64>,
    /// When it happened, in milliseconds since the Unix epoch; now by default.
    #[serde(default, deserialize_with = "optional_number")]
    pub at: Option<i64>,
}

/// One sequence number, or an array of them.
#[derive(Debug)]
pub struct Voids(pub Vec<i64>);

impl<'de> Deserialize<'de> for Voids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum VoidsInput {
            Many(Vec<Number>),
            One(Number),
        }
        match VoidsInput::deserialize(deserializer) {
            Ok(VoidsInput::Many(numbers)) => {
                Ok(Self(numbers.into_iter().map(|Number(number)| number).collect()))
            }
            Ok(VoidsInput::One(Number(number))) => Ok(Self(vec![number])),
            Err(_) => Err(serde::de::Error::custom("expected an integer or an array of integers")),
        }
    }
}
