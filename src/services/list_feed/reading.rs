//! Reads which events changed, and makes their entries in lists.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::waiting::WaitingEvents;
use crate::domain::event::Candidate;
use crate::domain::id::EventId;
use crate::domain::json;
use crate::live::crowd::Viewers;
use crate::live::event_list::{ChangedEvent, EventList, ListPage};
use crate::live::message::Message;
use crate::live::rooms::Rooms;
use crate::services::events::ListedEvent;
use crate::storage::event_changes::{self, Change, ChangePlace};
use crate::storage::events::{self, PageQuery, StoredEvent};
use crate::storage::{Database, StorageError};

/// The most events in the first page. Watchers get it uncompressed, and 30 are some 20 kB.
const PAGE: usize = 30;
/// A message ends with the entry that reaches this many bytes. The rest waits for the next ones.
const BYTES_AT_ONCE: usize = 1024 * 1024;

/// What was read so far.
#[derive(Default)]
pub(super) struct Reading {
    /// Changes up to here were read. `None` while nobody watches a list.
    place: Option<ChangePlace>,
    waiting: WaitingEvents,
    /// The changes that were read, of those reported last: Postgres may report them again.
    seen: HashMap<EventId, i64>,
    /// The viewers of the events that have any, as of the last reading.
    viewers: HashMap<EventId, Viewers>,
}

impl Reading {
    /// Begins now, unless it has begun.
    pub(super) async fn begin(&mut self, database: &Database, rooms: &Rooms) -> Result<(), StorageError> {
        if self.place.is_none() {
            let place = event_changes::place(database).await?;
            // All later reads include these.
            let (seen, place) = event_changes::list_since(database, place).await?;
            self.seen = seen.into_iter().map(|Change { event_id, number }| (event_id, number)).collect();
            self.place = Some(place);
            self.viewers = rooms.viewers_of_all();
        }
        Ok(())
    }

    /// The viewers of the events that have any, as of the last reading.
    pub(super) fn viewers(&self) -> &HashMap<EventId, Viewers> {
        &self.viewers
    }

    /// Reads the events that changed since the last reading.
    pub(super) async fn read(
        &mut self,
        database: &Database,
        rooms: &Rooms,
        lists: &[Arc<EventList>],
    ) -> Result<Vec<ChangedEvent>, StorageError> {
        self.begin(database, rooms).await?;
        let since = self.place.expect("the reading has begun");
        let (changed, place) = event_changes::list_since(database, since).await?;
        self.place = Some(place);
        let mut seen_before = std::mem::take(&mut self.seen);
        let (again, new): (Vec<_>, Vec<_>) = changed
            .into_iter()
            .partition(|Change { event_id, number }| seen_before.remove(event_id) == Some(*number));
        self.seen = again.into_iter().map(|Change { event_id, number }| (event_id, number)).collect();
        self.waiting.add_changes(new);
        self.compare_viewers(rooms.viewers_of_all(), lists);

        let batch = self.waiting.next();
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = batch.iter().map(|(event_id, _)| event_id.clone()).collect();
        let stored = events::list_of(database, &ids).await?;
        Ok(self.entries(batch, stored))
    }

    /// Adds the events whose viewers changed enough for some list.
    fn compare_viewers(&mut self, now: HashMap<EventId, Viewers>, lists: &[Arc<EventList>]) {
        let before = std::mem::replace(&mut self.viewers, now);
        let of = |all: &HashMap<EventId, Viewers>, event_id| all.get(event_id).copied().unwrap_or_default();
        for event_id in self.viewers.keys().chain(before.keys()) {
            let viewers = of(&self.viewers, event_id);
            if viewers.total != of(&before, event_id).total
                && lists.iter().any(|list| list.has_other_viewers(event_id, viewers))
            {
                self.waiting.add_viewers(event_id);
            }
        }
    }

    /// The entries of a batch. What would make the message too long goes on waiting.
    fn entries(&mut self, batch: Vec<(EventId, Option<i64>)>, stored: Vec<StoredEvent>) -> Vec<ChangedEvent> {
        let mut stored: HashMap<_, _> =
            stored.into_iter().map(|stored| (stored.event.event_id.clone(), stored)).collect();
        let (mut changes, mut bytes) = (Vec::new(), 0);
        for (event_id, change) in batch {
            if bytes >= BYTES_AT_ONCE {
                break;
            }
            if let Some(change) = change {
                self.seen.insert(event_id.clone(), change);
            }
            let viewers = self.viewers.get(&event_id).copied().unwrap_or_default();
            let entry = stored.remove(&event_id).map(|stored| {
                let listed = ListedEvent::new(stored, viewers);
                let entry: Arc<RawValue> = json::raw(&listed).into();
                bytes += entry.get().len();
                (Candidate::new(listed.event), entry)
            });
            changes.push(ChangedEvent { event_id, entry, viewers, is_new: change.is_some() });
        }
        self.waiting.remove(&changes.iter().map(|change| change.event_id.clone()).collect::<HashSet<_>>());
        changes
    }
}

/// Reads the first page of a list, with the viewers that its watchers were last sent.
pub(super) async fn first_page(database: &Database, list: &EventList) -> Result<ListPage, StorageError> {
    let query = PageQuery { filter: &list.filter, scorer: None, after: None, limit: PAGE };
    let page = events::list(database, query).await?;
    let listed = |stored: StoredEvent| {
        let viewers = list.viewers_of(&stored.event.event_id);
        ListedEvent::new(stored, viewers)
    };
    let events: Vec<_> = page.events.into_iter().map(listed).collect();
    let events: Arc<RawValue> = json::raw(&events).into();
    let message = Message::first_events(&events, page.next.as_ref());
    Ok(ListPage { events, next: page.next, message })
}
