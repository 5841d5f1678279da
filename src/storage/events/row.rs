//! The row of an event, and its conversion.

use serde_json::value::RawValue;
use sqlx::FromRow;
use time::OffsetDateTime;

use super::StoredEvent;
use crate::domain::event::{Event, Position, Status};
use crate::domain::id::EventId;
use crate::storage::StorageError;
use crate::storage::values::broken;

/// A row of `events`.
#[derive(FromRow)]
pub(super) struct EventRow {
    id: String,
    sport: String,
    title: String,
    status: String,
    starts_at: Option<OffsetDateTime>,
    competitors: Option<String>,
    actions: String,
    messages: bool,
    epoch: String,
    seq: i64,
    last_update_at: Option<OffsetDateTime>,
    snapshot: Option<String>,
}

/// The columns of an [`EventRow`] except the snapshot.
macro_rules! columns {
    () => {
        "id, sport, title, status, starts_at, competitors, actions, messages, epoch, seq, last_update_at"
    };
}

/// The statement that finds an event by its id.
macro_rules! find_by_id {
    () => {
        concat!("select ", columns!(), ", snapshot from events where id = $1")
    };
}

pub(super) use {columns, find_by_id};

impl EventRow {
    /// The size of the fields whose length only the packet limit bounds, in bytes.
    pub(super) fn size(&self) -> usize {
        self.title.len() + self.actions.len() + self.competitors.as_ref().map_or(0, String::len)
    }

    pub(super) fn stored(self) -> Result<StoredEvent, StorageError> {
        let position = Position { epoch: self.epoch, seq: self.seq };
        let competitors = self.competitors.map(RawValue::from_string).transpose();
        let event = Event {
            event_id: EventId::parse(&self.id).map_err(|_| broken("event id"))?,
            sport: self.sport,
            title: self.title,
            status: Status::from_word(&self.status).ok_or_else(|| broken("status"))?,
            starts_at: self.starts_at,
            competitors: competitors.map_err(|_| broken("list of competitors"))?,
            actions: serde_json::from_str(&self.actions).map_err(|_| broken("list of actions"))?,
            messages: self.messages,
        };
        Ok(StoredEvent { event, position, snapshot: self.snapshot, snapshot_at: self.last_update_at })
    }
}
