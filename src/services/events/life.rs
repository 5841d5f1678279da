//! Archiving events.

use std::sync::Arc;

use super::Events;
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::clock;
use crate::domain::event::Event;
use crate::domain::id::EventId;
use crate::services::accounts::{Credential, authorise};
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::{audit, events};

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
}
