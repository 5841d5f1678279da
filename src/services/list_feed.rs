//! The live lists of events. While anybody watches a list, this node reads once a second which events changed
//! (`storage/event_changes.rs`), whoever wrote them, and sends each list's watchers what changed in it.

mod reading;
mod turns;
mod waiting;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

use self::reading::Reading;
use self::turns::Turns;
use super::Resources;
use super::error::ServiceError;
use crate::domain::event::EventFilter;
use crate::domain::fair_share::{FairShare, TimesFree};
use crate::domain::network::NetworkKey;
use crate::live::event_list::{EventList, ListPage};
use crate::live::member::{Member, MemberId};
use crate::live::rooms::Rooms;
use crate::storage::{Database, events};

/// The time between two messages to a watcher.
const EVERY: Duration = Duration::from_secs(1);
/// The most different lists that are watched on a node. Each remembers which events it contains: 16 bytes for each. Clients of
/// one network may have half of them made, and fewer while others need some.
const LISTS: usize = 128;
/// When a client may retry that was refused a list.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The live lists of this node.
pub struct ListFeed {
    database: Database,
    rooms: Rooms,
    lists: Mutex<Lists>,
    turns: Turns<Reading>,
    /// Notified when a list is made.
    opened: Notify,
}

struct Lists {
    by_filter: HashMap<EventFilter, OpenList>,
    watched_by: HashMap<MemberId, Arc<EventList>>,
    places: FairShare<NetworkKey>,
}

struct OpenList {
    list: Arc<EventList>,
    /// The network of the client that it was made for.
    holder: NetworkKey,
}

impl ListFeed {
    /// Watches nothing yet.
    pub fn new(resources: &Resources) -> Self {
        let lists = Lists {
            by_filter: HashMap::new(),
            watched_by: HashMap::new(),
            places: FairShare::new(LISTS, TimesFree::HALF),
        };
        Self {
            database: resources.base.database.clone(),
            rooms: resources.base.rooms.clone(),
            lists: Mutex::new(lists),
            turns: Turns::default(),
            opened: Notify::new(),
        }
    }

    /// The list of a filter, made if needed. It stays while the caller holds it, or somebody watches it.
    ///
    /// # Errors
    /// `ManyLists`; database errors.
    pub async fn open(
        &self,
        filter: EventFilter,
        network: NetworkKey,
    ) -> Result<Arc<EventList>, ServiceError> {
        if let Some(list) = self.find(&filter) {
            return Ok(list);
        }
        let reading = &mut *self.turns.of_client().await.reading;
        if let Some(list) = self.find(&filter) {
            return Ok(list);
        }
        if !self.lists.lock().places.take(network) {
            return Err(ServiceError::ManyLists(RETRY_AFTER));
        }
        let made = self.make(reading, &filter).await;
        let lists = &mut *self.lists.lock();
        let list = made.inspect_err(|_| lists.places.release(&network))?;
        lists.by_filter.insert(filter, OpenList { list: list.clone(), holder: network });
        self.opened.notify_one();
        Ok(list)
    }

    /// The first page of a list.
    pub async fn page(&self, list: &EventList) -> Result<Arc<ListPage>, ServiceError> {
        if let Some(page) = list.page() {
            return Ok(page);
        }
        let _turn = self.turns.of_client().await;
        self.read_page(list).await
    }

    /// Makes a client watch a list, in place of any other. Calls `answer` with the first page; changes follow.
    ///
    /// # Errors
    /// Database errors. The client then goes on watching the other list.
    pub async fn watch(
        &self,
        list: &Arc<EventList>,
        id: MemberId,
        member: Arc<dyn Member>,
        answer: &mut (dyn FnMut(&ListPage) + Send),
    ) -> Result<(), ServiceError> {
        if list.page().is_some() && self.enter(list, id, &member, answer) {
            return Ok(());
        }
        // No change is applied while this is held, so the page stays.
        let _turn = self.turns.of_client().await;
        self.read_page(list).await?;
        self.enter(list, id, &member, answer);
        Ok(())
    }

    /// Stops sending a client any list.
    pub fn unwatch(&self, id: MemberId) {
        if let Some(list) = self.lists.lock().watched_by.remove(&id) {
            list.leave(id);
        }
    }

    /// Whether a client watches a list.
    pub fn is_watching(&self, id: MemberId) -> bool {
        self.lists.lock().watched_by.contains_key(&id)
    }

    /// The number of watchers, and how many of them are behind.
    pub fn occupancy(&self) -> (usize, usize) {
        let sum = |(all, behind), list: Arc<EventList>| {
            let (watchers, of_list_behind) = list.occupancy();
            (all + watchers, behind + of_list_behind)
        };
        self.all().into_iter().fold((0, 0), sum)
    }

    /// Sends changes to the watchers. Runs until cancelled.
    pub async fn run(&self) {
        loop {
            if !self.refresh().await {
                self.opened.notified().await;
                continue;
            }
            for list in self.all() {
                let delivered = list.deliver(self.rooms.behind_timeout()).await;
                metrics::counter!("touchline_deliveries_total").increment(delivered.all as u64);
                metrics::counter!("touchline_deliveries_direct_total").increment(delivered.direct as u64);
            }
            // Counted from the end of the delivery, so that no watcher gets two messages within a second.
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Reads what changed and applies it to the lists. Returns false if there are none.
    async fn refresh(&self) -> bool {
        let reading = &mut *self.turns.of_changes().await;
        self.lists.lock().drop_unused();
        let lists = self.all();
        if lists.is_empty() {
            *reading = Reading::default();
            return false;
        }
        match reading.read(&self.database, &self.rooms, &lists).await {
            Ok(changes) if changes.is_empty() => {}
            Ok(changes) => lists.iter().for_each(|list| list.apply(&changes)),
            Err(error) => error.warn("cannot read which events changed; retrying"),
        }
        true
    }

    async fn make(
        &self,
        reading: &mut Reading,
        filter: &EventFilter,
    ) -> Result<Arc<EventList>, ServiceError> {
        // First, so that what changes meanwhile is read again.
        reading.begin(&self.database, &self.rooms).await?;
        let events = events::list_ids(&self.database, filter).await?;
        Ok(Arc::new(EventList::new(filter.clone(), &events, reading.viewers())))
    }

    /// Reads the first page, unless it is known. Call it while no change is read.
    async fn read_page(&self, list: &EventList) -> Result<Arc<ListPage>, ServiceError> {
        if let Some(page) = list.page() {
            return Ok(page);
        }
        let page = Arc::new(reading::first_page(&self.database, list).await?);
        list.set_page(&page);
        Ok(page)
    }

    fn enter(
        &self,
        list: &Arc<EventList>,
        id: MemberId,
        member: &Arc<dyn Member>,
        answer: &mut dyn FnMut(&ListPage),
    ) -> bool {
        let other = self.lists.lock().watched_by.get(&id).cloned().filter(|other| !Arc::ptr_eq(other, list));
        // First, so that nothing of another list follows the answer.
        if let Some(other) = &other {
            other.hold_back(id, true);
        }
        let entered = list.enter(id, member, answer);
        if entered {
            self.lists.lock().watched_by.insert(id, list.clone());
        }
        if let Some(other) = other {
            if entered {
                other.leave(id);
            } else {
                other.hold_back(id, false);
            }
        }
        entered
    }

    fn find(&self, filter: &EventFilter) -> Option<Arc<EventList>> {
        self.lists.lock().by_filter.get(filter).map(|open| open.list.clone())
    }

    fn all(&self) -> Vec<Arc<EventList>> {
        self.lists.lock().by_filter.values().map(|open| open.list.clone()).collect()
    }
}

impl Lists {
    /// Drops the lists that nobody watches or is about to watch.
    fn drop_unused(&mut self) {
        let Self { by_filter, places, .. } = self;
        by_filter.retain(|_, OpenList { list, holder }| {
            let is_used = Arc::strong_count(list) > 1;
            if !is_used {
                places.release(holder);
            }
            is_used
        });
    }
}
