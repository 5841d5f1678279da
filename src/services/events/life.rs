//! Archiving and deleting events.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::Events;
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::clock;
use crate::domain::event::{Event, Status};
use crate::domain::id::EventId;
use crate::live::timers;
use crate::services::accounts::{Credential, authorise};
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::{StorageError, audit, events};

/// Rows of a deleted event that one transaction deletes: other writers go in between.
const ROWS_AT_ONCE: i64 = 1_000;
/// How often to look for deleted events that were not erased to the end, because the server stopped or the database
/// was away.
const ERASE_EVERY: Duration = Duration::from_mins(10);

impl Events {
    /// Archives an event, or lists it again. An archived event is in no list and no feed, and can still be read and
    /// joined by its id. Repeating it changes nothing.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound`, `Unavailable`.
    pub async fn archive(
        self: &Arc<Self>,
        admin: Credential,
        event_id: EventId,
        archived: bool,
    ) -> Result<Event, ServiceError> {
        let events = self.clone();
        let write = async move {
            let now = clock::now();
            let mut tx = events.base.database.begin_for(Lane::Scorer).await?;
            let stored = events::lock(&mut tx, &event_id).await?.ok_or(ServiceError::NotFound("event"))?;
            let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
            let mut event = stored.event;
            if event.archived_at.is_some() == archived {
                return Ok(event);
            }
            event.archived_at = archived.then_some(now);
            events::write(&mut tx, &event, stored.created_at, now).await?;
            let action = if archived { "event:archive" } else { "event:unarchive" };
            audit::add(&mut tx, now, Some(actor), action, &event_id, None).await?;
            events.base.bus.publish_in_tx(&mut tx, &ClusterMessage::Event(event_id.clone())).await?;
            tx.commit().await?;
            events.base.rooms.sync_event(&event_id).await;
            Ok(event)
        };
        self.base.writes.run(Lane::Scorer, write).await
    }

    /// Deletes an event that is not in progress. Its members are told and leave its room, on every node. Its log,
    /// messages, reactions, scorers and viewer counts go. The points that players earned stay, and its id is not used
    /// again.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound`, `Conflict` (it is live or paused), `Unavailable`.
    pub async fn delete(self: &Arc<Self>, admin: Credential, event_id: EventId) -> Result<(), ServiceError> {
        let (events, deleted) = (self.clone(), event_id.clone());
        let write = async move {
            let now = clock::now();
            let mut tx = events.base.database.begin_for(Lane::Scorer).await?;
            let stored = events::lock_alone(&mut tx, &event_id).await?;
            let event = stored.ok_or(ServiceError::NotFound("event"))?.event;
            let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
            if matches!(event.status, Status::Live | Status::Paused) {
                return Err(ServiceError::Conflict("the event is in progress; end it first"));
            }
            events::mark_deleted(&mut tx, &event_id, now).await?;
            let detail = Some(json!({ "before": event }));
            audit::add(&mut tx, now, Some(actor), "event:delete", &event_id, detail).await?;
            events.base.bus.publish_in_tx(&mut tx, &ClusterMessage::Event(event_id.clone())).await?;
            tx.commit().await?;
            events.base.rooms.sync_event(&event_id).await;
            Ok(())
        };
        self.base.writes.run(Lane::Scorer, write).await?;
        if let Err(error) = self.erase(&deleted).await {
            error.warn("cannot erase a deleted event to the end; retrying later");
        }
        Ok(())
    }

    /// Erases what an interruption has left of deleted events. Runs until the server stops.
    pub async fn erase_deleted(&self) {
        let mut ticks = timers::every(ERASE_EVERY);
        loop {
            ticks.tick().await;
            let erased = async {
                for event_id in events::list_unerased(&self.base.database).await? {
                    self.erase(&event_id).await?;
                }
                Ok::<_, StorageError>(())
            };
            if let Err(error) = erased.await {
                error.warn("cannot erase deleted events; retrying later");
            }
        }
    }

    /// Deletes the rows that belong to a deleted event, some at a time.
    async fn erase(&self, event_id: &EventId) -> Result<(), StorageError> {
        loop {
            let mut tx = self.base.database.begin().await?;
            let more = events::erase_some(&mut tx, event_id, ROWS_AT_ONCE).await?;
            tx.commit().await?;
            if !more {
                return Ok(());
            }
        }
    }
}
