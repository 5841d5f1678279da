//! Events from a fixture list, written by the command `import`. It is not a node: the servers learn of each event over the
//! bus, or as they compare their rooms with the database.

use super::{EPOCH_LENGTH, ID_OF_DELETED, lock_for};
use crate::cluster::bus::Bus;
use crate::cluster::message::ClusterMessage;
use crate::domain::event::{Changes, Event};
use crate::domain::id::EventId;
use crate::domain::{clock, entropy};
use crate::services::error::ServiceError;
use crate::storage::{Database, Lane, audit, events, leaderboard};

/// Writes events of a fixture list.
pub struct Importer {
    database: Database,
    bus: Bus,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// It is new.
    Created,
    /// It was changed.
    Changed,
    /// It was like that already.
    Unchanged,
}

impl Importer {
    /// Imports into this database.
    pub fn new(database: Database) -> Self {
        // The bus needs a name for messages of this process.
        let bus = Bus::new(&database, &entropy::short_text(&mut entropy::source(), EPOCH_LENGTH));
        Self { database, bus }
    }

    /// Finds an event.
    pub async fn find(&self, event_id: &EventId) -> Result<Option<Event>, ServiceError> {
        Ok(events::find(&self.database, event_id).await?.map(|stored| stored.event))
    }

    /// The event that [`Importer::put`] would write, if `known` is the event now.
    pub async fn preview(
        &self,
        event_id: &EventId,
        known: Option<&Event>,
        changes: Changes,
    ) -> Result<Event, ServiceError> {
        let event = changed(event_id, known, changes)?;
        if known.is_none() && events::is_deleted(&self.database, event_id).await? {
            return Err(ID_OF_DELETED);
        }
        Ok(event)
    }

    /// Makes an event what `changes` say, or creates it.
    ///
    /// # Errors
    /// `Invalid` (a new event without a sport or a title), `Conflict` (the id belonged to an event that was deleted);
    /// database errors.
    pub async fn put(&self, event_id: &EventId, changes: Changes) -> Result<Imported, ServiceError> {
        let now = clock::now();
        let mut tx = self.database.begin_for(Lane::Background).await?;
        let (stored, moves) = lock_for(&mut tx, event_id, &changes).await?;
        let known = stored.as_ref().map(|stored| &stored.event);
        let event = changed(event_id, known, changes)?;
        let (imported, action, detail) = match known {
            Some(before) if event.is_same_as(before) => return Ok(Imported::Unchanged),
            Some(before) => {
                let detail = serde_json::json!({ "before": before, "after": event });
                (Imported::Changed, "event:update", detail)
            }
            None => (Imported::Created, "event:create", serde_json::json!(event)),
        };
        if let Some(stored) = &stored {
            events::write(&mut tx, &event, stored.created_at, now).await?;
            if moves {
                leaderboard::regroup(&mut tx, &stored.event, &event).await?;
            }
        } else {
            let epoch = entropy::short_text(&mut entropy::source(), EPOCH_LENGTH);
            if !events::add(&mut tx, &event, &epoch, now).await? {
                return Err(ID_OF_DELETED);
            }
        }
        audit::add(&mut tx, now, None, action, event_id, Some(detail)).await?;
        self.bus.publish_in_tx(&mut tx, &ClusterMessage::Event(event_id.clone())).await?;
        tx.commit().await?;
        Ok(imported)
    }
}

/// The event after these changes, or a new event with these details.
///
/// # Errors
/// `Invalid`: a new event needs a sport and a title.
pub fn changed(event_id: &EventId, known: Option<&Event>, changes: Changes) -> Result<Event, ServiceError> {
    let mut event = if let Some(known) = known {
        known.clone()
    } else {
        let missing = |field| ServiceError::Invalid(format!("a new event needs a {field}"));
        let sport = changes.sport.clone().ok_or_else(|| missing("sport"))?;
        let title = changes.title.clone().ok_or_else(|| missing("title"))?;
        Event::new(event_id.clone(), sport, title)
    };
    changes.apply(&mut event, clock::now());
    Ok(event)
}
