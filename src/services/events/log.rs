//! The log of an event, page by page. A page is read in pieces while its reader takes them, and no connection to the
//! database is held in between: a reader that stops keeps one piece in memory, and nobody waiting.

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
/// How much of a page is in memory at a time.
const PIECE_BYTES: i64 = 64 * 1024;

/// A page of a log, and how much of it was read.
pub struct LogPage {
    database: Database,
    event_id: EventId,
    /// The last update that was read, or that the page follows.
    after: i64,
    /// The last update of the page.
    last: i64,
    epoch: String,
    next: Option<i64>,
}

/// A page could not be read to its end.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// An update is missing.
    #[error("the log of {0} has a gap")]
    Gap(EventId),
}

impl Events {
    /// The page of an event's log that follows the update `after`: at most `limit` updates and 1 MiB of them.
    ///
    /// # Errors
    /// `NotFound` (the event); those of the database.
    pub async fn open_log(&self, event_id: EventId, after: i64, limit: i64) -> Result<LogPage, ServiceError> {
        let Position { epoch, seq } = self.find_stored(&event_id).await?.position;
        let last = after.saturating_add(limit).min(seq.max(after));
        let part = LogRange { event: &event_id, after, last, max_bytes: PAGE_BYTES };
        let cut = updates::end_of_first(&self.database, part).await?;
        let next = Some(cut).filter(|_| cut < last || last - after == limit);
        Ok(LogPage { database: self.database.clone(), event_id, after, last: cut, epoch, next })
    }
}

impl LogPage {
    /// Names the event's history.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The last update of the page.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The update that the next page follows, if there may be one.
    #[must_use]
    pub fn next(&self) -> Option<i64> {
        self.next
    }

    /// Whether all of the page was read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.after >= self.last
    }

    /// The next updates of the page: some 64 KiB of them, none after the last.
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
        let updates = updates.inspect_err(|error| error.warn("cannot read on in a log"))?;
        self.after = updates.last().ok_or_else(|| ReadError::Gap(self.event_id.clone()))?.seq;
        Ok(updates)
    }
}
