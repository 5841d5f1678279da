//! The order of lists of events, as a text that databases compare byte by byte.

use time::OffsetDateTime;
use unicode_normalization::UnicodeNormalization as _;

use super::{Event, Status};
use crate::domain::clock;

/// Later than any time, in milliseconds, counted from [`EARLIEST`].
const AFTER_ALL: i64 = 999_999_999_999_999;
/// Earlier than the year 0, in milliseconds since 1970.
const EARLIEST: i64 = -100_000_000_000_000;

/// The list keys after `from` and before `before`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// Less than every key in the range.
    pub from: String,
    /// Greater than every key in the range.
    pub before: String,
}

impl Status {
    /// The statuses in the order of lists.
    pub const LISTED: [Self; 4] = [Self::Live, Self::Paused, Self::Scheduled, Self::Ended];

    /// What the list keys of events with this status begin with.
    pub fn list_group(self) -> char {
        match self {
            Self::Live => '1',
            Self::Paused => '2',
            Self::Scheduled => '3',
            Self::Ended => '4',
        }
    }

    /// The keys of events with this status that start from `from` to `to`, both included. With a bound, events without a
    /// start are left out.
    pub(super) fn key_range(self, from: Option<OffsetDateTime>, to: Option<OffsetDateTime>) -> KeyRange {
        let group = self.list_group();
        let next = char::from_u32(u32::from(group) + 1).expect("groups are digits");
        if from.is_none() && to.is_none() {
            return KeyRange { from: group.to_string(), before: next.to_string() };
        }
        let from = from.map_or(0, since_earliest);
        let to = to.map_or(AFTER_ALL - 1, since_earliest);
        let (first, last) =
            if self == Self::Ended { (AFTER_ALL - 1 - to, AFTER_ALL - 1 - from) } else { (from, to) };
        KeyRange { from: format!("{group}{first:015}"), before: format!("{group}{:015}", last + 1) }
    }
}

impl Event {
    /// The event's place in lists: by status; then by start, the next first, but the newest first of ended events; without
    /// a start last; then the newest created first. No two events have the same key.
    pub fn list_key(&self, created_at: OffsetDateTime) -> String {
        let start = match (self.starts_at.map(since_earliest), self.status) {
            (None, _) => AFTER_ALL,
            (Some(start), Status::Ended) => AFTER_ALL - 1 - start,
            (Some(start), _) => start,
        };
        let age = AFTER_ALL - since_earliest(created_at);
        format!("{}{start:015}{age:015}{}", self.status.list_group(), self.event_id)
    }

    /// What a search looks for: the title, the sport and the competitors' names, as [`search_text`].
    pub fn search_text(&self) -> String {
        let mut text = format!("{}\n{}", self.title, self.sport);
        for name in self.competitor_names() {
            text.push('\n');
            text.push_str(&name);
        }
        search_text(&text)
    }

    /// The names in `competitors`: texts, and `name` and `short` of objects.
    fn competitor_names(&self) -> Vec<String> {
        use serde_json::Value;
        let competitors = self.competitors.as_ref().and_then(|json| serde_json::from_str(json.get()).ok());
        let Some(Value::Array(competitors)) = competitors else { return Vec::new() };
        let names = |competitor: Value| match competitor {
            Value::String(name) => vec![name],
            Value::Object(mut fields) => {
                let name = |field| match fields.remove(field) {
                    Some(Value::String(name)) => Some(name),
                    _ => None,
                };
                ["name", "short"].into_iter().filter_map(name).collect()
            }
            _ => Vec::new(),
        };
        competitors.into_iter().flat_map(names).collect()
    }
}

/// A text in the form in which searches compare: regardless of case and of how its characters are composed.
pub fn search_text(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

fn since_earliest(time: OffsetDateTime) -> i64 {
    (clock::to_millis(time) - EARLIEST).clamp(0, AFTER_ALL - 1)
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::domain::id::EventId;

    fn event(id: &str, status: Status, starts_at: Option<i64>) -> Event {
        let id = EventId::parse(id).expect("a valid id");
        let starts_at = starts_at.map(|millis| clock::from_millis(millis).expect("a time"));
        Event { status, starts_at, ..Event::new(id, "chess".to_owned(), "A v B".to_owned()) }
    }

    #[test]
    fn events_are_listed_by_status_then_by_start_and_ended_ones_newest_first() {
        let (ended, scheduled) = (Status::Ended, Status::Scheduled);
        let expected = [
            event("live", Status::Live, Some(-5_000_000_000_000)),
            event("live-later", Status::Live, Some(9)),
            event("live-sometime", Status::Live, None),
            event("paused", Status::Paused, Some(1)),
            event("next", scheduled, Some(1_000)),
            event("far", scheduled, Some(253_000_000_000_000)),
            event("sometime", scheduled, None),
            event("last", ended, Some(2_000)),
            event("before", ended, Some(1_999)),
            event("ancient", ended, Some(-62_000_000_000_000)),
            event("once", ended, None),
        ];
        let keys: Vec<_> = expected.iter().map(|event| event.list_key(OffsetDateTime::UNIX_EPOCH)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:#?}");
    }

    #[test]
    fn of_events_with_one_start_the_newest_comes_first_and_no_two_keys_are_equal() {
        let (older, newer) = (event("a", Status::Live, None), event("b", Status::Live, None));
        let at = |millis| clock::from_millis(millis).expect("a time");
        assert!(newer.list_key(at(2)) < older.list_key(at(1)));
        assert!(older.list_key(at(1)) < newer.list_key(at(1)));
    }

    #[test]
    fn a_search_finds_title_sport_and_names_in_any_case() {
        let json = r##"["Straße", {"name": "ÉCOLE", "short": "ECO", "color": "#fff", "players": ["Ann"]}, 7, {"name": 1}]"##;
        let competitors = Some(RawValue::from_string(json.to_owned()).expect("JSON"));
        let event = Event { competitors, ..event("a", Status::Live, None) };
        assert_eq!(event.search_text(), "a v b\nchess\nstraße\nécole\neco");
        assert_eq!(search_text("E\u{301}COLE"), "école");
        let none =
            Event { competitors: Some(RawValue::from_string("\"A\"".to_owned()).expect("JSON")), ..event };
        assert_eq!(none.search_text(), "a v b\nchess");
    }
}
