//! Score updates: their order, their merge into a snapshot, and when two are equal.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use thiserror::Error;
use time::OffsetDateTime;
use ts_rs::TS;
use utoipa::ToSchema;

use super::clock;
use super::id::EventId;
use super::json;
use super::summary::{self, InvalidSummary};
use super::update_time::UpdateTime;

/// The largest snapshot, in bytes of JSON: 1 MiB.
pub const SNAPSHOT_LIMIT: usize = 1024 * 1024;

/// The kind of a `score` message to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "lowercase")]
#[ts(export, rename = "Kind")]
pub enum UpdateKind {
    /// A change to the state.
    Update,
    /// All updates, merged.
    Snapshot,
    /// A change that corrects earlier updates, which it names.
    Correction,
}

impl UpdateKind {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Snapshot => "snapshot",
            Self::Correction => "correction",
        }
    }
}

/// An entry in an event's log. `data` is the scorer's JSON object, byte for byte.
#[derive(Debug, Clone)]
pub struct Update {
    /// Its sequence number; the first is 1.
    pub seq: i64,
    /// When it happened and arrived.
    pub time: UpdateTime,
    /// Its content.
    pub body: UpdateBody,
}

/// The metadata sent with an update or a snapshot.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ScoreMeta {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// Identifies the event's history.
    pub epoch: String,
    /// The update's sequence number; for a snapshot, that of its last update.
    #[ts(type = "number")]
    pub seq: i64,
    /// The kind of the data.
    pub kind: UpdateKind,
    /// When the (last) update happened.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
    /// When it arrived, if the scorer said when it happened.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "clock::as_optional_millis")]
    #[ts(type = "number", optional)]
    pub received_at: Option<OffsetDateTime>,
    /// For a correction, and for the state that it made if sent in its place: the updates that are no longer valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "number[]", optional)]
    pub voids: Option<Vec<i64>>,
    /// For the same: the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}

/// The part of an update that the scorer sent, and that a retry must repeat.
#[derive(Debug, Clone)]
pub struct UpdateBody {
    /// The change.
    pub data: Arc<RawValue>,
    /// For a correction: the voided updates and the reason.
    pub correction: Option<Correction>,
}

/// The part that makes an update a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The sequence numbers of the updates that are no longer valid.
    pub voids: Vec<i64>,
    /// The scorer's reason.
    pub reason: String,
}

impl UpdateBody {
    /// Whether this is an update or a correction.
    pub fn kind(&self) -> UpdateKind {
        if self.correction.is_some() { UpdateKind::Correction } else { UpdateKind::Update }
    }

    /// Whether `data` has this member.
    pub fn names(&self, member: &str) -> bool {
        let members = serde_json::from_str::<Map<String, Value>>(self.data.get());
        members.is_ok_and(|members| members.contains_key(member))
    }

    /// Whether both are equal. `data` is compared as JSON values, regardless of spacing and key order.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let value = |body: &Self| serde_json::from_str::<Value>(body.data.get()).ok();
        self.correction == other.correction && value(self) == value(other)
    }
}

/// Why a scorer's `data` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DataError {
    /// It is not a JSON object, or contains something that cannot be stored.
    #[error("data must be a JSON object without NUL characters, lone surrogates, or numbers beyond a double")]
    NotAnObject,
    /// The merged state would be larger than [`SNAPSHOT_LIMIT`].
    #[error("this update would make the event's state larger than 1 MiB")]
    TooLarge,
}

/// An event's state: all updates so far, merged by JSON Merge Patch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot(Value);

impl Snapshot {
    /// Parses a state that [`Snapshot::to_json`] wrote.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json).map(Self)
    }

    /// Merges an update's data.
    ///
    /// # Errors
    /// [`DataError::NotAnObject`]; the state stays unchanged.
    pub fn merge(&mut self, data: &RawValue) -> Result<(), DataError> {
        let patch = parse_data(data)?;
        merge_patch(&mut self.0, Value::Object(patch));
        Ok(())
    }

    /// The state as JSON text.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] beyond [`SNAPSHOT_LIMIT`].
    pub fn to_json(&self) -> Result<Box<RawValue>, DataError> {
        let json = self.to_json_of_any_size();
        if json.get().len() > SNAPSHOT_LIMIT { Err(DataError::TooLarge) } else { Ok(json) }
    }
}

impl Snapshot {
    /// The state's summary, which lists show.
    pub fn summary(&self) -> Result<Option<Box<RawValue>>, InvalidSummary> {
        summary::of_state(&self.0)
    }

    /// The state as JSON text, even beyond [`SNAPSHOT_LIMIT`]: a node of another version may have a higher limit.
    pub fn to_json_of_any_size(&self) -> Box<RawValue> {
        json::raw(&self.0)
    }
}

/// Parses a scorer's `data`.
fn parse_data(data: &RawValue) -> Result<Map<String, Value>, DataError> {
    let object: Map<String, Value> = serde_json::from_str(data.get()).map_err(|_| DataError::NotAnObject)?;
    if data.get().contains("\\u0000") && object.iter().any(|(k, v)| k.contains('\0') || has_nul(v)) {
        return Err(DataError::NotAnObject);
    }
    Ok(object)
}

/// Parses JSON; `None` if it contains something that cannot be stored: a NUL in a string, a lone surrogate, or a
/// number beyond a double.
pub fn kept_value(json: &RawValue) -> Option<Value> {
    serde_json::from_str(json.get()).ok().filter(|value| !has_nul(value))
}

/// Whether any string in a value contains a NUL, which Postgres and many clients cannot store.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// JSON Merge Patch, RFC 7396 section 2. (The parser limits the depth to 128.)
fn merge_patch(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(&key);
        } else {
            merge_patch(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).expect("the test's JSON is valid")
    }

    #[test]
    fn merge_patch_follows_the_examples_of_rfc_7396_appendix_a() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, r"{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"["a","b"]"#, r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            (r"{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ];
        for (before, patch, after) in cases {
            let mut snapshot = Snapshot::from_json(before).expect(before);
            snapshot.merge(&raw(patch)).expect(patch);
            assert_eq!(snapshot, Snapshot::from_json(after).expect(after), "{before} + {patch}");
        }
    }

    #[test]
    fn data_that_cannot_be_stored_is_refused_and_changes_nothing() {
        for bad in ["1", "[]", "null", r#""a""#, r#"{"a":"\u0000"}"#, r#"{"a":"\ud800"}"#, r#"{"a":1e999}"#] {
            let mut snapshot = Snapshot::from_json(r#"{"a":1}"#).expect("valid");
            assert_eq!(snapshot.merge(&raw(bad)), Err(DataError::NotAnObject), "{bad}");
            assert_eq!(snapshot, Snapshot::from_json(r#"{"a":1}"#).expect("valid"));
        }
    }

    #[test]
    fn a_state_over_one_mebibyte_is_too_large() {
        let mut snapshot = Snapshot::default();
        let text = "x".repeat(SNAPSHOT_LIMIT - r#"{"a":""}"#.len());
        snapshot.merge(&raw(&format!(r#"{{"a":"{text}"}}"#))).expect("an object");
        assert!(snapshot.to_json().is_ok());
        snapshot.merge(&raw(r#"{"b":1}"#)).expect("an object");
        assert_eq!(snapshot.to_json().map(|_| ()), Err(DataError::TooLarge));
    }

    #[test]
    fn bodies_are_compared_by_value_and_not_by_spelling() {
        let body = |json: &str, voids: Option<&[i64]>| UpdateBody {
            data: raw(json).into(),
            correction: voids.map(|voids| Correction { voids: voids.to_vec(), reason: "slip".into() }),
        };
        assert!(body(r#"{"a":1,"b":2}"#, None).is_same_as(&body(r#"{ "b": 2, "a": 1 }"#, None)));
        assert!(!body(r#"{"a":1}"#, None).is_same_as(&body(r#"{"a":2}"#, None)));
        assert!(!body(r#"{"a":1}"#, None).is_same_as(&body(r#"{"a":1}"#, Some(&[1]))));
        assert!(!body(r#"{"a":1}"#, Some(&[2])).is_same_as(&body(r#"{"a":1}"#, Some(&[1]))));
    }
}
