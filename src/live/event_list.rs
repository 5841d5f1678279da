//! The watchers of one list of events. All of them get the same messages, each serialised once; a slow one gets the newest
//! entries of all that it missed in one message.
//!
//! Messages are numbered. A watcher's state is the number of the last one it was sent, and the list remembers the latest
//! entry of each event since the slowest watcher's number.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use parking_lot::{Mutex, MutexGuard};
use serde_json::value::RawValue;

use super::crowd::Viewers;
use super::member::{Member, MemberId, Sent};
use super::message::Message;
use super::room::{Delivered, MEMBERS_AT_A_TIME, TIMES_IN_A_ROW};
use crate::domain::event::{Candidate, EventFilter, ListPlace};
use crate::domain::id::EventId;

/// The first page of a list, as all new watchers get it.
#[derive(Debug)]
pub struct ListPage {
    /// The events as a JSON array.
    pub events: Arc<RawValue>,
    /// Where the next page starts, if there may be a next page.
    pub next: Option<ListPlace>,
    /// The page as a message, for clients that have no answer.
    pub message: Message,
}

/// An event that may have changed.
#[derive(Debug)]
pub struct ChangedEvent {
    /// Its id.
    pub event_id: EventId,
    /// The event and its entry in lists; `None` if it was deleted.
    pub entry: Option<(Candidate, Arc<RawValue>)>,
    /// The viewers in that entry.
    pub viewers: Viewers,
    /// Whether anything but the viewers changed.
    pub is_new: bool,
}

/// A list of events with its watchers.
pub struct EventList {
    /// Which events it contains.
    pub filter: EventFilter,
    hasher: RandomState,
    state: Mutex<ListState>,
}

struct ListState {
    /// The events of the list, by the hash of their ids: there may be many.
    members: HashSet<u64>,
    /// The viewers that watchers were last sent, of the events that have any.
    viewers: HashMap<EventId, Viewers>,
    /// The first page, until something in the list changes.
    page: Option<Arc<ListPage>>,
    /// The number of the last message.
    number: u64,
    /// The events of the messages that some watcher has not been sent.
    unsent: IndexMap<EventId, UnsentEntry>,
    watchers: IndexMap<MemberId, Watcher>,
}

struct UnsentEntry {
    /// The last message that contained it.
    number: u64,
    /// The entry; `None` if the event left the list.
    entry: Option<Arc<RawValue>>,
}

struct Watcher {
    member: Arc<dyn Member>,
    /// The number of the last message it was sent.
    seen: u64,
    /// Since when its queue has been full.
    behind: Option<Instant>,
    /// Whether it waits for another list's page.
    is_held_back: bool,
}

impl EventList {
    /// A list without watchers that contains these events. `viewers` are those of all events.
    pub fn new(filter: EventFilter, events: &[EventId], viewers: &HashMap<EventId, Viewers>) -> Self {
        let hasher = RandomState::new();
        let state = ListState {
            members: events.iter().map(|id| hasher.hash_one(id)).collect(),
            viewers: events.iter().filter_map(|id| Some((id.clone(), *viewers.get(id)?))).collect(),
            page: None,
            number: 0,
            unsent: IndexMap::new(),
            watchers: IndexMap::new(),
        };
        Self { filter, hasher, state: Mutex::new(state) }
    }

    /// The first page, if nothing has changed since it was set.
    pub fn page(&self) -> Option<Arc<ListPage>> {
        self.state.lock().page.clone()
    }

    /// Sets the first page. It must include all changes that were applied before, and show viewers as
    /// [`EventList::viewers_of`] says.
    pub fn set_page(&self, page: &Arc<ListPage>) {
        self.state.lock().page = Some(page.clone());
    }

    /// The viewers of an event that watchers were last sent.
    pub fn viewers_of(&self, event_id: &EventId) -> Viewers {
        self.state.lock().viewers.get(event_id).copied().unwrap_or_default()
    }

    /// Adds a watcher and calls `answer` with the first page; the messages after it follow. Returns false, without calling
    /// it, if the page must be set first.
    #[must_use]
    pub fn enter(&self, id: MemberId, member: &Arc<dyn Member>, answer: &mut dyn FnMut(&ListPage)) -> bool {
        let state = &mut *self.state.lock();
        let Some(page) = &state.page else { return false };
        answer(page);
        let watcher =
            Watcher { member: member.clone(), seen: state.number, behind: None, is_held_back: false };
        state.watchers.insert(id, watcher);
        true
    }

    /// Sends a watcher nothing until it is called again with `false`; then it gets what it missed.
    pub fn hold_back(&self, id: MemberId, is_held_back: bool) {
        if let Some(watcher) = self.state.lock().watchers.get_mut(&id) {
            watcher.is_held_back = is_held_back;
        }
    }

    /// Removes a watcher. Returns whether it was one.
    pub fn leave(&self, id: MemberId) -> bool {
        self.state.lock().watchers.swap_remove(&id).is_some()
    }

    /// The number of watchers, and how many of them are behind.
    pub fn occupancy(&self) -> (usize, usize) {
        let state = self.state.lock();
        (state.watchers.len(), state.watchers.values().filter(|watcher| watcher.behind.is_some()).count())
    }

    /// Whether an event of the list has other viewers than watchers were sent, by more than a tenth.
    pub fn has_other_viewers(&self, event_id: &EventId, viewers: Viewers) -> bool {
        let state = self.state.lock();
        state.members.contains(&self.hasher.hash_one(event_id)) && state.is_step(event_id, viewers)
    }

    /// Applies changes. If they change the list, they are the next message to all watchers.
    pub fn apply(&self, changes: &[ChangedEvent]) {
        let state = &mut *self.state.lock();
        let number = state.number + 1;
        for ChangedEvent { event_id, entry, viewers, is_new } in changes {
            let hash = self.hasher.hash_one(event_id);
            let entry = match entry {
                Some((event, entry)) if self.filter.matches(event) => {
                    let enters = state.members.insert(hash);
                    if !enters && !is_new && !state.is_step(event_id, *viewers) {
                        continue;
                    }
                    if viewers.total > 0 {
                        state.viewers.insert(event_id.clone(), *viewers);
                    } else {
                        state.viewers.remove(event_id);
                    }
                    Some(entry.clone())
                }
                _ if state.members.remove(&hash) => {
                    state.viewers.remove(event_id);
                    None
                }
                _ => continue,
            };
            state.number = number;
            state.page = None;
            state.unsent.insert(event_id.clone(), UnsentEntry { number, entry });
        }
    }

    /// Sends every watcher what it was not sent yet, and closes those that have been behind for too long. Call it from one
    /// task at a time.
    pub async fn deliver(&self, behind_timeout: Duration) -> Delivered {
        let due = self.due();
        let mut messages = HashMap::new();
        let mut delivered = Delivered::default();
        for (turn, some) in due.chunks(MEMBERS_AT_A_TIME).enumerate() {
            if turn > 0 && turn % TIMES_IN_A_ROW == 0 {
                tokio::task::yield_now().await;
            }
            let mut state = self.state.lock();
            let sent = state.deliver_to(some, &mut messages, Instant::now(), behind_timeout);
            delivered.all += sent.all;
            delivered.direct += sent.direct;
            // The next turn follows immediately; give waiting threads the lock first.
            MutexGuard::unlock_fair(state);
        }
        self.state.lock().drop_sent();
        delivered
    }

    /// The watchers that were not sent everything.
    fn due(&self) -> Vec<MemberId> {
        let state = self.state.lock();
        let due = state.watchers.iter().filter(|(_, watcher)| watcher.seen < state.number);
        due.map(|(id, _)| *id).collect()
    }
}

impl ListState {
    /// Whether viewers differ from those sent last by more than a tenth of these.
    fn is_step(&self, event_id: &EventId, viewers: Viewers) -> bool {
        let sent = self.viewers.get(event_id).map_or(0, |sent| sent.total);
        u64::from(viewers.total.abs_diff(sent)) * 10 > u64::from(sent)
    }

    /// `messages` are those of this delivery, by the number of the last message before.
    fn deliver_to(
        &mut self,
        ids: &[MemberId],
        messages: &mut HashMap<u64, Arc<Message>>,
        now: Instant,
        behind_timeout: Duration,
    ) -> Delivered {
        let Self { number, unsent, watchers, .. } = self;
        let mut delivered = Delivered::default();
        for watcher in ids.iter().filter_map(|id| watchers.get(id)) {
            watcher.member.prefetch();
        }
        for id in ids {
            let Some(watcher) = watchers.get_mut(id).filter(|watcher| !watcher.is_held_back) else {
                continue;
            };
            if let Some(since) = watcher.behind {
                if now.duration_since(since) > behind_timeout {
                    watcher.member.close_slow();
                    watchers.swap_remove(id);
                    continue;
                }
                if !watcher.member.is_drained() {
                    continue;
                }
            }
            let seen = watcher.seen;
            let message = messages.entry(seen).or_insert_with(|| Arc::new(message_since(unsent, seen)));
            match watcher.member.send(message) {
                Sent::Full => {
                    if watcher.behind.is_none() {
                        metrics::counter!("touchline_members_behind_total").increment(1);
                        watcher.behind = Some(now);
                    }
                    continue;
                }
                Sent::Written => {
                    delivered.all += 1;
                    delivered.direct += 1;
                }
                Sent::Taken => delivered.all += 1,
                // It is about to be removed.
                Sent::Gone => {}
            }
            watcher.seen = *number;
            watcher.behind = None;
        }
        delivered
    }

    /// Drops the entries that all watchers were sent.
    fn drop_sent(&mut self) {
        let oldest = self.watchers.values().map(|watcher| watcher.seen).min();
        match oldest.filter(|oldest| *oldest < self.number) {
            Some(oldest) => self.unsent.retain(|_, unsent| unsent.number > oldest),
            // Also frees the memory.
            None => self.unsent = IndexMap::new(),
        }
    }
}

/// The message with everything after message number `seen`.
fn message_since(unsent: &IndexMap<EventId, UnsentEntry>, seen: u64) -> Message {
    let unsent = || unsent.iter().filter(|(_, unsent)| unsent.number > seen);
    let changed: Vec<_> = unsent().filter_map(|(_, unsent)| unsent.entry.clone()).collect();
    let removed: Vec<_> =
        unsent().filter(|(_, unsent)| unsent.entry.is_none()).map(|(event_id, _)| event_id).collect();
    Message::events(&changed, &removed)
}

#[cfg(test)]
#[path = "event_list_tests.rs"]
mod tests;
