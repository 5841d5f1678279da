//! Identifiers that are valid by construction.

use std::fmt;
use std::sync::Arc;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// The longest event id, in characters.
pub const EVENT_ID_LENGTH: usize = 64;
/// The longest operation id, in bytes.
pub const OP_ID_LENGTH: usize = 128;

/// Identifies a sporting contest: 1 to 64 characters of `A-Z a-z 0-9 . _ ~ : @ -` and single inner spaces. Cheap to
/// clone: everything that refers to a loaded event shares one text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct EventId(Arc<str>);

/// Why a text is not an event id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an eventId is 1 to 64 characters of A-Z a-z 0-9 . _ ~ : @ - and single inner spaces")]
pub struct InvalidEventId;

impl EventId {
    /// Parses a client's text.
    ///
    /// # Errors
    /// [`InvalidEventId`] if the characters or the length are wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidEventId> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || ". _~:@-".contains(c);
        let spaces_are_single_and_inner =
            !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ");
        if (1..=EVENT_ID_LENGTH).contains(&text.len())
            && text.chars().all(allowed)
            && spaces_are_single_and_inner
        {
            Ok(Self(text.into()))
        } else {
            Err(InvalidEventId)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EventIdVisitor)
    }
}

/// Accepts text, and a number as its decimal text.
struct EventIdVisitor;

impl Visitor<'_> for EventIdVisitor {
    type Value = EventId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a number")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<EventId, E> {
        EventId::parse(text).map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<EventId, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<EventId, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<EventId, E> {
        self.visit_str(&number.to_string())
    }
}

/// Identifies one write, so that a retry has no second effect: 1 to 128 bytes of text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct OpId(String);

impl OpId {
    /// Parses a client's text.
    ///
    /// # Errors
    /// An error text with the allowed length, if the id is empty or too long, or contains a NUL.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if (1..=OP_ID_LENGTH).contains(&text.len()) && !text.contains('\0') {
            Ok(Self(text.to_owned()))
        } else {
            Err("an opId is 1 to 128 bytes of text")
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for OpId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        match &value {
            serde_json::Value::String(text) => Self::parse(text),
            serde_json::Value::Number(number) => Self::parse(&number.to_string()),
            _ => Err("an opId is 1 to 128 bytes of text"),
        }
        .map_err(D::Error::custom)
    }
}

/// An account's id. UUID version 7: new ids sort after older ones, which keeps indexes compact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserId(pub Uuid);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Identifies a client's connection: an Engine.IO session with all its namespaces, a plain WebSocket, or an event
/// stream. Random, so that it is unique over all nodes and may be public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_is_accepted_or_refused_by_its_characters() {
        for good in ["1", "some Id", "a.b_c~d:e@f-g", "IND-AUS:2026", &"x".repeat(64)] {
            assert_eq!(EventId::parse(good).expect(good).as_str(), good);
        }
        for bad in ["", " a", "a ", "a  b", "a/b", "é", "a\0", "a\tb", &"x".repeat(65)] {
            assert!(EventId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_number_is_an_event_id_as_its_decimal_text() {
        let id: EventId = serde_json::from_str("42").expect("a number is accepted");
        assert_eq!(id.as_str(), "42");
        assert!(serde_json::from_str::<EventId>("[1]").is_err());
        assert!(serde_json::from_str::<EventId>("null").is_err());
    }
}
