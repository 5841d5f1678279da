//! The log of an event, page by page from either end, or whole. A page is read in chunks as the client consumes it, and no database
//! connection is held in between. A client that stops reading holds one chunk in memory and blocks nobody.

use thiserror::Error;

use super::Events;
use crate::domain::event::Position;
use crate::domain::id::EventId;
use crate::domain::score::Update;
use crate::services::error::ServiceError;
use crate::storage::updates::LogRange;
use crate::storage::{Database, StorageError, updates};

/// A page ends with the update that reaches this many bytes.
const PAGE_BYTES: i64 = 1024 * 1024;
/// How much of a page is in memory at once.
const PIECE_BYTES: i64 = 64 * 1024;
/// The most updates in a piece. The database adds up the sizes of this many.
const PIECE_UPDATES: i64 = 1000;

/// A page of a log, and how far it was read.
pub struct LogPage {
    database: Database,
    event_id: EventId,
    order: Order,
    /// The update before those that are left to read.
    after: i64,
    /// The last of them.
    last: i64,
    epoch: String,
    next: Option<i64>,
}

/// The order of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    OldestFirst,
    NewestFirst,
}

/// A page could not be read to its end.
#[derive(Debug, Error)]
pub enum ReadError {
    /// A database error.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// An update is missing.
    #[error("the log of {0} has a gap")]
    Gap(EventId),
}

impl Events {
    /// Opens the page of an event's log that follows the update `after`: at most `limit` updates, and about 1 MiB.
    ///
    /// # Errors
    /// `NotFound` (the event); database errors.
    pub async fn open_log(&self, event_id: EventId, after: i64, limit: i64) -> Result<LogPage, ServiceError> {
        let Position { epoch, seq } = self.find_stored(&event_id).await?.position;
        let last = after.saturating_add(limit).min(seq.max(after));
        let part = LogRange { event: &event_id, after, last, max_bytes: PAGE_BYTES };
        let cut = updates::end_of_first(&self.base.database, part).await?;
        let next = Some(cut).filter(|_| cut < last || last - after == limit);
        let database = self.base.database.clone();
        Ok(LogPage { database, event_id, order: Order::OldestFirst, after, last: cut, epoch, next })
    }

    /// Opens the page of an event's log that ends before the update `before`, newest first: at most `limit` updates, and
    /// about 1 MiB.
    ///
    /// # Errors
    /// `NotFound` (the event); database errors.
    pub async fn open_log_before(
        &self,
        event_id: EventId,
        before: i64,
        limit: i64,
    ) -> Result<LogPage, ServiceError> {
        let Position { epoch, seq } = self.find_stored(&event_id).await?.position;
        let last = before.saturating_sub(1).min(seq);
        let part = LogRange { event: &event_id, after: (last - limit).max(0), last, max_bytes: PAGE_BYTES };
        let first = updates::start_of_last(&self.base.database, part).await?;
        let (after, next) = (first.map_or(last, |first| first - 1), first.filter(|first| *first > 1));
        let database = self.base.database.clone();
        Ok(LogPage { database, event_id, order: Order::NewestFirst, after, last, epoch, next })
    }

    /// Opens the whole log of an event, as it is now.
    ///
    /// # Errors
    /// `NotFound` (the event); database errors.
    pub async fn open_whole_log(&self, event_id: EventId) -> Result<LogPage, ServiceError> {
        let Position { epoch, seq: last } = self.find_stored(&event_id).await?.position;
        let database = self.base.database.clone();
        let order = Order::OldestFirst;
        Ok(LogPage { database, event_id, order, after: 0, last, epoch, next: None })
    }
}

impl LogPage {
    /// The epoch of the event's history.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The update before those that are left to read.
    pub fn after(&self) -> i64 {
        self.after
    }

    /// The last of the updates that are left to read, by number.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// Where the next page begins, if there may be a next page.
    pub fn next(&self) -> Option<i64> {
        self.next
    }

    /// Whether the whole page was read.
    pub fn is_read(&self) -> bool {
        self.after >= self.last
    }

    /// Reads the next updates of the page, about 64 KiB.
    pub async fn read(&mut self) -> Result<Vec<Update>, ReadError> {
        if self.is_read() {
            return Ok(Vec::new());
        }
        let Self { database, event_id: event, order, after, last, .. } = &*self;
        let (after, last) = match order {
            Order::OldestFirst => (*after, (*last).min(after + PIECE_UPDATES)),
            Order::NewestFirst => ((*after).max(last - PIECE_UPDATES), *last),
        };
        let piece = LogRange { event, after, last, max_bytes: PIECE_BYTES };
        let updates = match order {
            Order::OldestFirst => updates::list_first(database, piece).await,
            Order::NewestFirst => updates::list_last(database, piece).await,
        };
        let mut updates =
            updates.inspect_err(|error| error.warn("cannot read the next part of an event log"))?;
        if self.order == Order::NewestFirst {
            updates.reverse();
        }
        let read = updates.last().ok_or_else(|| ReadError::Gap(self.event_id.clone()))?.seq;
        match self.order {
            Order::OldestFirst => self.after = read,
            Order::NewestFirst => self.last = read - 1,
        }
        Ok(updates)
    }
}
