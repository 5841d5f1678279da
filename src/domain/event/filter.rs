//! Which events a list contains.

use std::cell::OnceCell;

use time::OffsetDateTime;

use super::list_key::KeyRange;
use super::{Event, Status};
use crate::domain::id::EventId;

/// Which events a list contains. Each field narrows it; the default contains all events that are not archived.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct EventFilter {
    /// With one of these statuses; empty: with any.
    pub statuses: Vec<Status>,
    /// Of this sport.
    pub sport: Option<String>,
    /// Of the competition with this id.
    pub competition: Option<EventId>,
    /// Whose title, sport or competitors contain this [`search_text`](super::search_text).
    pub search: Option<String>,
    /// That start at this time or later.
    pub from: Option<OffsetDateTime>,
    /// That start at this time or earlier.
    pub to: Option<OffsetDateTime>,
}

/// An event that many filters are compared with. Its [search text](Event::search_text) is made once, when a filter first
/// needs it.
#[derive(Debug)]
pub struct Candidate {
    event: Event,
    search_text: OnceCell<String>,
}

impl Candidate {
    /// An event.
    pub fn new(event: Event) -> Self {
        Self { event, search_text: OnceCell::new() }
    }

    fn search_text(&self) -> &str {
        self.search_text.get_or_init(|| self.event.search_text())
    }
}

impl EventFilter {
    /// Whether the list contains this event.
    pub fn matches(&self, candidate: &Candidate) -> bool {
        let Self { statuses, sport, competition, search, from, to } = self;
        let event = &candidate.event;
        event.archived_at.is_none()
            && (statuses.is_empty() || statuses.contains(&event.status))
            && sport.as_ref().is_none_or(|sport| *sport == event.sport)
            && competition.as_ref().is_none_or(|id| event.competition.as_ref().is_some_and(|it| it.id == *id))
            && from.is_none_or(|from| event.starts_at.is_some_and(|start| start >= from))
            && to.is_none_or(|to| event.starts_at.is_some_and(|start| start <= to))
            && search.as_ref().is_none_or(|search| candidate.search_text().contains(search))
    }

    /// The ranges of list keys of events with these statuses and starts, in order.
    pub fn key_ranges(&self) -> Vec<KeyRange> {
        let mut ranges: Vec<KeyRange> = Vec::new();
        for status in Status::LISTED {
            if self.statuses.is_empty() || self.statuses.contains(&status) {
                let range = status.key_range(self.from, self.to);
                match ranges.last_mut() {
                    Some(last) if last.before == range.from => last.before = range.before,
                    _ => ranges.push(range),
                }
            }
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock;

    fn at(millis: i64) -> OffsetDateTime {
        clock::from_millis(millis).expect("a time")
    }

    #[test]
    fn the_ranges_of_a_filter_contain_the_keys_of_the_events_that_it_matches() {
        let id = EventId::parse("a").expect("an id");
        let bounds = [None, Some(at(-5)), Some(at(0)), Some(at(7)), Some(at(1_000))];
        let starts =
            [None, Some(-6), Some(-5), Some(-1), Some(0), Some(7), Some(8), Some(1_000), Some(1_001)];
        let statuses =
            [vec![], vec![Status::Ended], vec![Status::Paused, Status::Live], Status::LISTED.to_vec()];
        for (from, to, statuses) in
            itertools(&bounds, &bounds, &statuses).map(|(from, to, statuses)| (*from, *to, statuses.clone()))
        {
            let filter = EventFilter { statuses, from, to, ..EventFilter::default() };
            let ranges = filter.key_ranges();
            assert!(ranges.is_sorted_by(|a, b| a.before <= b.from), "{ranges:?}");
            for (status, start) in
                Status::LISTED.into_iter().flat_map(|status| starts.map(|start| (status, start)))
            {
                let event = Event::new(id.clone(), "chess".to_owned(), "A v B".to_owned());
                let event = Event { status, starts_at: start.map(at), ..event };
                let key = event.list_key(at(0));
                let found = ranges.iter().any(|range| range.from < key && key < range.before);
                let candidate = Candidate::new(event);
                assert_eq!(found, filter.matches(&candidate), "{filter:?} {candidate:?} {key} {ranges:?}");
            }
        }
    }

    #[test]
    fn the_search_text_is_made_once_and_only_if_a_filter_that_matches_so_far_needs_it() {
        let id = EventId::parse("a").expect("an id");
        let candidate = Candidate::new(Event::new(id, "chess".to_owned(), "A v B".to_owned()));
        let of = |sport: &str, q: &str| EventFilter {
            sport: Some(sport.to_owned()),
            search: Some(q.to_owned()),
            ..EventFilter::default()
        };
        assert!(!of("cricket", "a v").matches(&candidate));
        assert_eq!(candidate.search_text.get(), None);
        assert!(of("chess", "a v").matches(&candidate));
        let made = candidate.search_text().as_ptr();
        assert!(!of("chess", "c v").matches(&candidate));
        assert_eq!(candidate.search_text().as_ptr(), made);
    }

    fn itertools<'a, A, B, C>(
        a: &'a [A],
        b: &'a [B],
        c: &'a [C],
    ) -> impl Iterator<Item = (&'a A, &'a B, &'a C)> {
        a.iter().flat_map(move |a| b.iter().flat_map(move |b| c.iter().map(move |c| (a, b, c))))
    }
}
