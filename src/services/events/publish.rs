//! Creating events so that a retry has no second effect, and making them what a list of fixtures says.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;

use super::{EXISTS, Events, ID_OF_DELETED, add, changed, lock_for};
use crate::domain::account::Role;
use crate::domain::clock;
use crate::domain::event::{Changes, Event};
use crate::domain::id::{EventId, OpId};
use crate::domain::json;
use crate::live::timers;
use crate::services::accounts::{Credential, authorise};
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::event_creations::{self, Creation};

/// How long the answer to a creation is remembered.
const REMEMBERED_FOR: Duration = Duration::from_hours(24);
/// How often older ones are deleted.
const DELETE_EVERY: Duration = Duration::from_mins(10);

/// Names an attempt to create an event.
#[derive(Debug)]
pub struct CreationKey {
    /// The caller's name for it.
    pub op_id: OpId,
    /// Identifies what was asked for.
    pub hash: [u8; 32],
}

/// The outcome of creating an event under a key.
#[derive(Debug)]
pub enum Created {
    /// The event is new.
    Now(Box<Event>),
    /// An earlier attempt created it; this is the event as it was answered.
    Before(Box<RawValue>),
}

impl Events {
    /// Creates an event once for each key. The key is the account's own, and is remembered for a day.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `Conflict` (the event exists, or the key was used for another one), `Unavailable`.
    pub async fn create_once(
        &self,
        admin: Credential,
        event: Event,
        key: CreationKey,
    ) -> Result<Created, ServiceError> {
        let database = self.base.database.clone();
        let write = async move {
            let now = clock::now();
            let mut tx = database.begin_for(Lane::Scorer).await?;
            let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
            let CreationKey { op_id, hash } = key;
            let text = json::text(&event);
            let creation = Creation { user: actor, op_id: &op_id, hash, event: &text, at: now };
            // Another attempt with this key waits here until this one has committed.
            if !event_creations::add(&mut tx, &creation).await? {
                let earlier = event_creations::find(&mut tx, actor, &op_id).await?;
                return match earlier {
                    Some((known, event)) if known == hash => Ok(Created::Before(event)),
                    _ => Err(ServiceError::Conflict("this Idempotency-Key was used for another event")),
                };
            }
            if !add(&mut tx, actor, &event, now).await? {
                return Err(EXISTS);
            }
            tx.commit().await?;
            Ok(Created::Now(Box::new(event)))
        };
        self.base.writes.run(Lane::Scorer, write).await
    }

    /// Makes an event what `changes` say: changes it, or creates it. Returns the event, and whether it is new. An event that
    /// is like that already is not written.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `Invalid` (a new event without a sport or a title), `Conflict` (the id belonged to
    /// an event that was deleted), `Unavailable`.
    pub async fn put(
        self: &Arc<Self>,
        admin: Credential,
        event_id: EventId,
        changes: Changes,
    ) -> Result<(Event, bool), ServiceError> {
        let events = self.clone();
        let write = async move {
            // Another request may create the event in between: then this one changes it.
            for _ in 0..2 {
                let now = clock::now();
                let mut tx = events.base.database.begin_for(Lane::Scorer).await?;
                let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
                let (stored, moves) = lock_for(&mut tx, &event_id, &changes).await?;
                let event = changed(&event_id, stored.as_ref().map(|stored| &stored.event), changes.clone())?;
                let Some(before) = stored else {
                    if add(&mut tx, actor, &event, now).await? {
                        tx.commit().await?;
                        return Ok((event, true));
                    }
                    continue;
                };
                if !event.is_same_as(&before.event) {
                    events.replace(tx, (actor, "event:update"), (&before, moves), &event, now).await?;
                }
                return Ok((event, false));
            }
            Err(ID_OF_DELETED)
        };
        self.base.writes.run(Lane::Scorer, write).await
    }

    /// Deletes the answers to creations that are older than a day. Runs until the server stops.
    pub async fn delete_old_creations(&self) {
        let mut ticks = timers::every(DELETE_EVERY);
        loop {
            ticks.tick().await;
            let before = clock::now() - REMEMBERED_FOR;
            if let Err(error) = event_creations::remove_older(&self.base.database, before).await {
                error.warn("cannot delete old answers to creations of events; retrying later");
            }
        }
    }
}
