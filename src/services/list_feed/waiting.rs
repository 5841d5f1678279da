//! The changed events that wait until they are read and sent.

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use crate::domain::id::EventId;
use crate::storage::event_changes::Change;

/// The most events in one batch.
const EVENTS_AT_ONCE: usize = 500;
/// One of this many events in a batch is the one that has waited longest.
const OLDEST_OF: usize = 5;

/// The events that wait.
#[derive(Default)]
pub(super) struct WaitingEvents {
    /// The latest changed last.
    events: IndexMap<EventId, Waiting>,
    /// How often changes were added.
    round: u64,
}

#[derive(Clone, Copy)]
struct Waiting {
    /// The number of the last change; `None` if only the viewers changed.
    change: Option<i64>,
    /// The round since which it has been waiting.
    since: u64,
}

impl WaitingEvents {
    /// Adds changes. An event that waits already becomes the latest, but keeps its age.
    pub(super) fn add_changes(&mut self, changes: Vec<Change>) {
        self.round += 1;
        let since = |Change { event_id, .. }: &Change| {
            self.events.get(event_id).map(|waiting| (event_id.clone(), waiting.since))
        };
        let again: HashMap<_, _> = changes.iter().filter_map(since).collect();
        if !again.is_empty() {
            self.events.retain(|event_id, _| !again.contains_key(event_id));
        }
        for Change { event_id, number } in changes {
            let since = again.get(&event_id).copied().unwrap_or(self.round);
            self.events.insert(event_id, Waiting { change: Some(number), since });
        }
    }

    /// Adds an event whose viewers changed.
    pub(super) fn add_viewers(&mut self, event_id: &EventId) {
        let waiting = Waiting { change: None, since: self.round };
        self.events.entry(event_id.clone()).or_insert(waiting);
    }

    /// The events to read next, each with the number of its change. Most are the latest: live scores do not wait for an
    /// import of many events. The others are the oldest, so that none waits forever.
    pub(super) fn next(&self) -> Vec<(EventId, Option<i64>)> {
        let count = self.events.len();
        let age = |place: &usize| (self.events[*place].since, *place);
        let mut oldest: Vec<_> = (0..count).collect();
        let most = EVENTS_AT_ONCE / OLDEST_OF;
        if count > most {
            oldest.select_nth_unstable_by_key(most, age);
            oldest.truncate(most);
        }
        oldest.sort_unstable_by_key(age);

        let (mut oldest, mut latest) = (oldest.into_iter(), (0..count).rev());
        let mut places = IndexSet::new();
        while places.len() < count.min(EVENTS_AT_ONCE) {
            places.extend(oldest.next());
            places.extend(latest.by_ref().take(OLDEST_OF - 1));
        }
        let event = |place| {
            let (event_id, waiting) = self.events.get_index(place)?;
            Some((event_id.clone(), waiting.change))
        };
        places.into_iter().take(EVENTS_AT_ONCE).filter_map(event).collect()
    }

    /// Removes events that were read.
    pub(super) fn remove(&mut self, read: &HashSet<EventId>) {
        self.events.retain(|event_id, _| !read.contains(event_id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> EventId {
        EventId::parse(&number.to_string()).expect("an id")
    }

    fn changes(numbers: impl Iterator<Item = usize>) -> Vec<Change> {
        numbers.map(|number| Change { event_id: id(number), number: 1 }).collect()
    }

    /// Takes the first `most` events of a batch.
    fn take(waiting: &mut WaitingEvents, most: usize) -> HashSet<EventId> {
        let batch: Vec<_> = waiting.next().into_iter().map(|(event_id, _)| event_id).collect();
        assert!(batch.len() <= EVENTS_AT_ONCE);
        let taken: HashSet<_> = batch.iter().take(most).cloned().collect();
        assert_eq!(taken.len(), batch.len().min(most), "each once");
        waiting.remove(&taken);
        taken
    }

    #[test]
    fn the_latest_does_not_wait_and_the_oldest_does_not_wait_forever() {
        for most in [EVENTS_AT_ONCE, 50] {
            let mut waiting = WaitingEvents::default();
            waiting.add_changes(changes(0..3_000));
            let mut taken = HashSet::new();
            for round in 0..600 {
                // More change again and again than fit.
                waiting.add_changes(changes(5_000..5_600));
                waiting.add_changes(changes(6_000..6_001));
                let batch = take(&mut waiting, most);
                assert!(batch.contains(&id(6_000)), "the latest in round {round}");
                taken.extend(batch);
            }
            assert_eq!(taken.len(), 3_601, "with {most} at once");
        }
    }

    #[test]
    fn all_are_taken_in_the_end() {
        let mut waiting = WaitingEvents::default();
        waiting.add_changes(changes(0..1_234));
        waiting.add_viewers(&id(0));
        waiting.add_viewers(&id(1_234));
        assert_eq!(waiting.next().iter().filter(|(_, change)| change.is_none()).count(), 1);
        let taken = [(); 3].map(|()| take(&mut waiting, usize::MAX).len());
        assert_eq!((taken, waiting.next()), ([500, 500, 235], Vec::new()));
    }
}
