//! Where a page of a list of events starts.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Status;
use crate::domain::id::EventId;

/// What a [`ListPlace::Key`] begins with on the wire. No event id contains it, and it needs no encoding in a URL.
const MARK: char = '*';
/// The digits of a list key: of its status, its start and its age.
const DIGITS: usize = 1 + 15 + 15;

/// A page starts after this place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListPlace {
    /// The current place of this event.
    Event(EventId),
    /// The place of this [`Event::list_key`](super::Event::list_key): it stays where it is when its event moves, so that a
    /// client that follows the pages misses nothing.
    Key(String),
}

/// Why a text is not a place.
const EXPECTED: &str = "an eventId, or the `next` of a page";

impl ListPlace {
    /// Parses a client's text.
    ///
    /// # Errors
    /// An error text that says what is expected.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let Some(key) = text.strip_prefix(MARK) else {
            return EventId::parse(text).map(Self::Event).map_err(|_| EXPECTED);
        };
        let (digits, id) = key.split_at_checked(DIGITS).ok_or(EXPECTED)?;
        let is_group = Status::LISTED.iter().any(|status| digits.starts_with(status.list_group()));
        if is_group && digits.bytes().all(|byte| byte.is_ascii_digit()) && EventId::parse(id).is_ok() {
            Ok(Self::Key(key.to_owned()))
        } else {
            Err(EXPECTED)
        }
    }
}

impl fmt::Display for ListPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(id) => id.fmt(f),
            Self::Key(key) => write!(f, "{MARK}{key}"),
        }
    }
}

impl Serialize for ListPlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ListPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListPlaceVisitor)
    }
}

/// Accepts text, and a number as its decimal text, as for an event id.
struct ListPlaceVisitor;

impl Visitor<'_> for ListPlaceVisitor {
    type Value = ListPlace;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ListPlace, E> {
        ListPlace::parse(text).map_err(|expected| E::custom(format_args!("expected {expected}")))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<ListPlace, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<ListPlace, E> {
        self.visit_str(&number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::domain::event::Event;

    #[test]
    fn a_place_is_an_event_or_a_key_and_reads_as_it_was_written() {
        let id = EventId::parse("A v B:1").expect("an id");
        let key = Event::new(id.clone(), "chess".to_owned(), "A v B".to_owned())
            .list_key(OffsetDateTime::UNIX_EPOCH);
        for place in [ListPlace::Event(id), ListPlace::Key(key)] {
            assert_eq!(ListPlace::parse(&place.to_string()), Ok(place.clone()));
            let json = serde_json::to_string(&place).expect("JSON");
            assert_eq!(serde_json::from_str::<ListPlace>(&json).expect(&json), place);
        }
        assert_eq!(
            serde_json::from_str::<ListPlace>("7").expect("a number"),
            ListPlace::parse("7").expect("7")
        );
        let zeros = "0".repeat(30);
        for wrong in [
            "",
            "a/b",
            "*",
            "*1",
            "*a",
            &format!("*5{zeros}a"),
            &format!("*1{zeros}"),
            &format!("*1{zeros}/"),
        ] {
            assert_eq!(ListPlace::parse(wrong), Err(EXPECTED), "{wrong}");
        }
    }
}
