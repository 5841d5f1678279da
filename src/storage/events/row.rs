//! The row of an event, and its conversion.

use serde_json::value::RawValue;
use sqlx::FromRow;
use time::OffsetDateTime;

use super::StoredEvent;
use crate::domain::event::{Competition, Event, Position, Status};
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
    venue: Option<String>,
    competition_id: Option<String>,
    competition_title: Option<String>,
    format: Option<String>,
    summary: Option<String>,
    epoch: String,
    seq: i64,
    created_at: OffsetDateTime,
    last_update_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
    archived_at: Option<OffsetDateTime>,
    snapshot: Option<String>,
}

/// The columns of an [`EventRow`] except the format and the snapshot.
macro_rules! listed_columns {
    () => {
        "id, sport, title, status, starts_at, competitors, actions, messages, venue, competition_id, competition_title,
         summary, epoch, seq, created_at, last_update_at, ended_at, archived_at"
    };
}

/// The columns of an [`EventRow`] in a list, without the format and the snapshot.
macro_rules! list_columns {
    () => {
        concat!(listed_columns!(), ", cast(null as text) as format, cast(null as text) as snapshot")
    };
}

/// The statement that finds an event by its id.
macro_rules! find_by_id {
    () => {
        concat!(
            "select ",
            listed_columns!(),
            ", format, snapshot from events where id = $1 and deleted_at is null"
        )
    };
}

/// A statement with $1 to $17 bound: an event's id, its details, what lists need, and the time of the change.
macro_rules! bind_event {
    ($statement:expr, $event:expr, $created_at:expr, $now:expr) => {
        sqlx::query($statement)
            .bind($event.event_id.as_str())
            .bind(&$event.sport)
            .bind(&$event.title)
            .bind($event.status.as_str())
            .bind($event.starts_at.map(At))
            .bind($event.competitors.as_deref().map(RawValue::get))
            .bind(json::text(&$event.actions))
            .bind($event.messages)
            .bind(&$event.venue)
            .bind($event.competition.as_ref().map(|competition| competition.id.as_str()))
            .bind($event.competition.as_ref().map(|competition| &competition.title))
            .bind($event.format.as_deref().map(RawValue::get))
            .bind($event.ended_at.map(At))
            .bind($event.archived_at.map(At))
            .bind($event.list_key($created_at))
            .bind($event.search_text())
            .bind(At($now))
    };
}

pub(super) use {bind_event, find_by_id, list_columns, listed_columns};

impl EventRow {
    /// The size of the fields whose length only the packet limit bounds, in bytes.
    pub(super) fn size(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        self.title.len() + self.actions.len() + length(&self.competitors) + length(&self.summary)
    }

    pub(super) fn stored(self) -> Result<StoredEvent, StorageError> {
        let position = Position { epoch: self.epoch, seq: self.seq };
        let json = |text: Option<String>, what| {
            text.map(RawValue::from_string).transpose().map_err(|_| broken(what))
        };
        let id = |id: &str| EventId::parse(id).map_err(|_| broken("event id"));
        let competition = self.competition_id.zip(self.competition_title);
        let event = Event {
            event_id: id(&self.id)?,
            sport: self.sport,
            title: self.title,
            status: Status::from_word(&self.status).ok_or_else(|| broken("status"))?,
            starts_at: self.starts_at,
            competitors: json(self.competitors, "list of competitors")?,
            actions: serde_json::from_str(&self.actions).map_err(|_| broken("list of actions"))?,
            messages: self.messages,
            venue: self.venue,
            competition: match competition {
                Some((of, title)) => Some(Competition { id: id(&of)?, title }),
                None => None,
            },
            ended_at: self.ended_at,
            archived_at: self.archived_at,
            format: json(self.format, "format")?,
        };
        Ok(StoredEvent {
            event,
            position,
            created_at: self.created_at,
            summary: json(self.summary, "summary")?,
            snapshot: self.snapshot,
            snapshot_at: self.last_update_at,
        })
    }
}
