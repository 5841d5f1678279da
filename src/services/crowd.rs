//! Viewers: they join events, and their messages, reactions and numbers are saved.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::accounts::{ANY_ROLE, Accounts, Credential, authorise, authorise_scorer};
use super::error::ServiceError;
use super::writes::Lane;
use super::{Base, Resources};
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::clock;
use crate::domain::crowd::{CrowdPoint, CrowdStats, point_at, until_next_point};
use crate::domain::event::Position;
use crate::domain::id::EventId;
use crate::domain::message::RoomMessage;
use crate::live::member::MemberId;
use crate::live::room::{JoinRequest, Joined, Room};
use crate::live::timers;
use crate::storage::{StorageError, audit, crowd, events, messages, reactions};

/// The longest time before reactions and messages are saved.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// With a shared database, new messages are saved this many times per [`SAVE_EVERY`], because other nodes receive
/// them with the commit.
const SAVES: u32 = 4;
/// How many points of a graph are returned: one day.
const POINTS_SHOWN: i64 = 8640;

/// Lets viewers into rooms, and saves what they do there.
pub struct Crowd {
    base: Base,
    accounts: Arc<Accounts>,
}

impl Crowd {
    /// The crowds of these rooms.
    pub fn new(resources: &Resources, accounts: Arc<Accounts>) -> Self {
        Self { base: resources.base.clone(), accounts }
    }

    /// The same service for clients that have not authenticated yet: their reads queue behind all others.
    #[must_use]
    pub fn for_anonymous(&self, accounts: Arc<Accounts>) -> Self {
        Self { base: self.base.for_anonymous(), accounts }
    }

    /// Opens an event's room, and loads it from the database if necessary.
    ///
    /// # Errors
    /// `NotFound` (the event); database errors.
    pub async fn open(&self, event_id: &EventId) -> Result<Arc<Room>, ServiceError> {
        self.base.rooms.open(event_id).await?.ok_or(ServiceError::NotFound("event"))
    }

    /// Adds a member to an event's room. `answer` is called before the state is sent, and not at all if there is no
    /// such event.
    ///
    /// # Errors
    /// `NotFound` (the event); database errors.
    pub async fn join(
        &self,
        event_id: &EventId,
        entrant: JoinRequest,
        answer: impl FnOnce(&Joined),
    ) -> Result<Arc<Room>, ServiceError> {
        self.base.rooms.join(event_id, entrant, answer).await?.ok_or(ServiceError::NotFound("event"))
    }

    /// Sends a member the state again, after calling `answer`. Returns false if it is not a member.
    pub fn resend(&self, room: &Room, id: MemberId, answer: impl FnOnce(&Position)) -> bool {
        self.base.rooms.resend(room, id, answer)
    }

    /// Sends pulses to the viewers. Runs until the server stops.
    pub async fn show_pulses(&self) {
        self.base.rooms.pulse().await;
    }

    /// Posts a message to an event's room as one of its operators, and returns its id.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the event), `Unavailable`.
    pub async fn post_official(
        self: &Arc<Self>,
        scorer: Credential,
        event_id: EventId,
        text: String,
    ) -> Result<Uuid, ServiceError> {
        let crowd = self.clone();
        let write = async move {
            let mut tx = crowd.base.database.begin_for(Lane::Scorer).await?;
            events::lock(&mut tx, &event_id).await?.ok_or(ServiceError::NotFound("event"))?;
            authorise_scorer(&mut tx, scorer, &event_id).await?;
            let account = authorise(&mut tx, scorer, &[Role::Scorer, Role::Admin]).await?;
            let message = RoomMessage {
                message_id: Uuid::now_v7(),
                author: account.id,
                name: account.name,
                text,
                at: clock::now(),
                official: true,
            };
            messages::add(&mut tx, &event_id, &message).await?;
            let news = ClusterMessage::Message(event_id.clone(), message.clone());
            crowd.base.bus.publish_in_tx(&mut tx, &news).await?;
            tx.commit().await?;
            if let Some(room) = crowd.base.rooms.loaded(&event_id) {
                room.post_saved(&message);
            }
            Ok(message.message_id)
        };
        self.base.writes.run(Lane::Scorer, write).await
    }

    /// Deletes a message of an event.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the message), `Unavailable`.
    pub async fn delete_message(
        self: &Arc<Self>,
        scorer: Credential,
        event_id: EventId,
        message_id: Uuid,
    ) -> Result<(), ServiceError> {
        let crowd = self.clone();
        let write = async move {
            // The message may not be saved yet.
            if let Some(room) = crowd.base.rooms.loaded(&event_id) {
                crowd.save_room(&room).await?;
            }
            let now = clock::now();
            let mut tx = crowd.base.database.begin_for(Lane::Scorer).await?;
            let actor = authorise_scorer(&mut tx, scorer, &event_id).await?;
            if !messages::delete(&mut tx, &event_id, message_id, now).await? {
                return Err(ServiceError::NotFound("message"));
            }
            let detail = Some(json!({ "message": message_id }));
            audit::add(&mut tx, now, Some(actor), "message:delete", &event_id, detail).await?;
            let news = ClusterMessage::Deleted(event_id.clone(), message_id);
            crowd.base.bus.publish_in_tx(&mut tx, &news).await?;
            tx.commit().await?;
            if let Some(room) = crowd.base.rooms.loaded(&event_id) {
                room.delete_message(message_id);
            }
            Ok(())
        };
        self.base.writes.run(Lane::Scorer, write).await
    }

    /// The viewer statistics of an event, for an operator.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound`; database errors.
    pub async fn stats(&self, operator: Credential, event_id: &EventId) -> Result<CrowdStats, ServiceError> {
        self.accounts.authorise(operator, ANY_ROLE).await?;
        events::find(&self.base.database, event_id).await?.ok_or(ServiceError::NotFound("event"))?;
        let mut stats = crowd::stats(&self.base.database, event_id, POINTS_SHOWN).await?;
        stats.peak = stats.peak.max(self.base.rooms.viewers(event_id).total.into());
        Ok(stats)
    }

    /// Saves reactions, messages and viewer counts of this node. Runs until the server stops.
    pub async fn save_regularly(&self) {
        let saves = if self.base.bus.is_shared() { SAVES } else { 1 };
        let mut looks = timers::every(SAVE_EVERY / saves);
        let mut next_point = Instant::now() + until_next_point(clock::now());
        for look in 0_u32.. {
            looks.tick().await;
            let all = look.is_multiple_of(saves);
            let is_due = |room: &Room| all || room.has_unsaved_messages();
            if let Err(error) = self.save_some(is_due).await {
                error.warn("cannot save reactions and messages; retrying");
            }
            if Instant::now() >= next_point {
                let now = clock::now();
                next_point = Instant::now() + until_next_point(now);
                if let Err(error) = self.add_points(point_at(now)).await {
                    error.warn("cannot save viewer counts");
                }
            }
        }
    }

    /// Saves what this node's crowds have done since the last call.
    ///
    /// # Errors
    /// Database errors. The next call tries again with everything that was not saved.
    pub async fn save_all(&self) -> Result<(), StorageError> {
        self.save_some(|_| true).await
    }

    async fn save_some(&self, is_due: impl Fn(&Room) -> bool) -> Result<(), StorageError> {
        let mut saved = Ok(());
        for room in self.base.rooms.all() {
            if is_due(&room) {
                // A room that fails does not hold up the others.
                saved = saved.and(self.save_room(&room).await);
            }
        }
        saved
    }

    /// Saves one room. Each room has its own transaction, so that no score waits for all of them.
    async fn save_room(&self, room: &Room) -> Result<(), StorageError> {
        // One save at a time; the second finds nothing to do.
        let _turn = room.turn_to_save().await;
        let unsaved = room.unsaved();
        if unsaved.is_empty() {
            return Ok(());
        }
        let mut tx = self.base.database.begin().await?;
        if !events::hold(&mut tx, &room.event_id).await? {
            // The event was deleted; this node may not know it yet.
            drop(tx);
            self.base.rooms.sync_event(&room.event_id).await;
            return Ok(());
        }
        reactions::save(&mut tx, &room.event_id, self.base.rooms.run(), &unsaved.counts).await?;
        for message in &unsaved.messages {
            messages::add(&mut tx, &room.event_id, message).await?;
            let news = ClusterMessage::Message(room.event_id.clone(), message.clone());
            self.base.bus.publish_in_tx(&mut tx, &news).await?;
        }
        tx.commit().await?;
        let totals = reactions::totals(&self.base.database, &room.event_id, self.base.rooms.run()).await;
        room.saved(&unsaved, totals?);
        Ok(())
    }

    /// Saves how many people watch each event at this time.
    pub async fn add_points(&self, at: OffsetDateTime) -> Result<(), StorageError> {
        let mut points = Vec::new();
        for room in self.base.rooms.all() {
            let (viewers, reactions) = room.take_point();
            if viewers.total > 0 || reactions > 0 {
                let [total, users, guests] = [viewers.total, viewers.users, viewers.guests].map(i64::from);
                let reactions = i64::try_from(reactions).unwrap_or(i64::MAX);
                let point = CrowdPoint { at, total, users, guests, reactions };
                points.push((room.event_id.clone(), point));
            }
        }
        if points.is_empty() {
            return Ok(());
        }
        let mut tx = self.base.database.begin().await?;
        // In the order in which others lock several events, to avoid deadlocks.
        points.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (event_id, point) in &points {
            if !events::hold(&mut tx, event_id).await? {
                continue;
            }
            crowd::add_point(&mut tx, event_id, self.base.rooms.run(), point).await?;
        }
        tx.commit().await
    }
}
