//! The log of an event, page by page. A page is read in chunks as the client consumes it, and no database
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

/// A page of a log, and how far it was read.
pub struct LogPage {
    database: Database,
    event_id: EventId,
    /// The last update read so far, or the one before the page.
    after: i64,
    /// The last update of the page.
    last: i64,
    epoch: String,
    next: Option<i64>,
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
        Ok(LogPage { database: self.base.database.clone(), event_id, after, last: cut, epoch, next })
    }
}

impl LogPage {
    /// The epoch of the event's history.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The last update of the page.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The update that the next page follows, if there may be a next page.
    #[must_use]
    pub fn next(&self) -> Option<i64> {
        self.next
    }

    /// Whether the whole page was read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.after >= self.last
    }

    /// Reads the next updates of the page, about 64 KiB.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn read(&mut self) -> Result<Vec<Update>, ReadError> {
        if self.is_read() {
            return Ok(Vec::new());
        }
        let Self { database, event_id: event, after, last, .. } = &*self;
        let piece = LogRange { event, after: *after, last: *last, max_bytes: PIECE_BYTES };
        let updates = updates::list_first(database, piece).await;
        let updates = updates.inspect_err(|error| error.warn("cannot read the next part of an event log"))?;
        self.after = updates.last().ok_or_else(|| ReadError::Gap(self.event_id.clone()))?.seq;
        Ok(updates)
    }
}
