//! The people who watch: they join, and what they do is kept: messages, totals of reactions, and how many watched.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Resources;
use super::accounts::{ANY_ROLE, Accounts, Credential, authorise, authorise_scorer};
use super::error::ServiceError;
use super::writes::{Lane, Writes};
use crate::cluster::bus::Bus;
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::clock;
use crate::domain::crowd::{CrowdPoint, CrowdStats, point_at, until_next_point};
use crate::domain::event::Position;
use crate::domain::id::EventId;
use crate::domain::message::RoomMessage;
use crate::live::member::MemberId;
use crate::live::room::{Joined, Room};
use crate::live::rooms::{JoinRequest, Rooms};
use crate::live::timers;
use crate::storage::{Database, Reader, StorageError, audit, crowd, events, messages, reactions};

/// By so much the database is behind what the crowd did, at the most.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// So often in that time it is looked whether somebody has written something, where other nodes are told with the
/// commit.
const SAVES: u32 = 4;
/// So many of the last points are shown: a day of them.
const POINTS_SHOWN: i64 = 8640;

/// Lets viewers into the rooms, and keeps what they do there.
#[derive(Clone)]
pub struct Crowd {
    database: Database,
    writes: Writes,
    bus: Bus,
    rooms: Rooms,
    accounts: Arc<Accounts>,
}

impl Crowd {
    /// The crowds of these rooms.
    #[must_use]
    pub fn new(resources: &Resources, accounts: Arc<Accounts>) -> Self {
        Self {
            database: resources.database.clone(),
            writes: resources.writes.clone(),
            bus: resources.bus.clone(),
            rooms: resources.rooms.clone(),
            accounts,
        }
    }

    /// The same for clients that have not proved who they are when they begin to read: their reads wait behind all
    /// others.
    #[must_use]
    pub fn for_anonymous(&self) -> Self {
        Self {
            database: self.database.read_by(Reader::Anonymous),
            accounts: Arc::new(self.accounts.for_anonymous()),
            ..self.clone()
        }
    }

    /// An event's room, loaded from the database if need be.
    ///
    /// # Errors
    /// `NotFound` (the event); those of the database.
    pub async fn open(&self, event_id: &EventId) -> Result<Arc<Room>, ServiceError> {
        self.rooms.open(event_id).await?.ok_or(ServiceError::NotFound("event"))
    }

    /// Adds a member to an event's room. `answer` is called before the member is sent its state; not at all if there is
    /// no such event.
    ///
    /// # Errors
    /// `NotFound` (the event); those of the database.
    pub async fn join(
        &self,
        event_id: &EventId,
        entrant: JoinRequest,
        answer: impl FnOnce(&Joined),
    ) -> Result<Arc<Room>, ServiceError> {
        self.rooms.join(event_id, entrant, answer).await?.ok_or(ServiceError::NotFound("event"))
    }

    /// Sends a member the state again, after `answer` was called. False: it is no member.
    pub fn resend(&self, room: &Room, id: MemberId, answer: impl FnOnce(&Position)) -> bool {
        self.rooms.resend(room, id, answer)
    }

    /// Shows the crowds what they do. Runs for as long as the server.
    pub async fn show_pulses(&self) {
        self.rooms.pulse().await;
    }

    /// Writes to an event's room as one of its operators.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the event), `Unavailable`.
    pub async fn post_official(
        self: &Arc<Self>,
        scorer: Credential,
        event_id: EventId,
        text: String,
    ) -> Result<(), ServiceError> {
        let crowd = self.clone();
        self.writes
            .run(Lane::Scorer, async move {
                let mut tx = crowd.database.begin_for(Lane::Scorer).await?;
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
                crowd
                    .bus
                    .publish_in_tx(&mut tx, &ClusterMessage::Message(event_id.clone(), message.clone()))
                    .await?;
                tx.commit().await?;
                if let Some(room) = crowd.rooms.loaded(&event_id) {
                    room.post_saved(&message);
                }
                Ok(())
            })
            .await
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
        self.writes
            .run(Lane::Scorer, async move {
                // It may be so new that the database does not have it yet.
                if let Some(room) = crowd.rooms.loaded(&event_id) {
                    crowd.save_room(&room).await?;
                }
                let now = clock::now();
                let mut tx = crowd.database.begin_for(Lane::Scorer).await?;
                let actor = authorise_scorer(&mut tx, scorer, &event_id).await?;
                if !messages::delete(&mut tx, &event_id, message_id, now).await? {
                    return Err(ServiceError::NotFound("message"));
                }
                let entry = audit::AuditEntry {
                    at: now,
                    actor: Some(actor),
                    action: "message:delete",
                    subject: event_id.as_str(),
                    detail: Some(json!({ "message": message_id })),
                };
                audit::add(&mut tx, entry).await?;
                crowd
                    .bus
                    .publish_in_tx(&mut tx, &ClusterMessage::Deleted(event_id.clone(), message_id))
                    .await?;
                tx.commit().await?;
                if let Some(room) = crowd.rooms.loaded(&event_id) {
                    room.delete_message(message_id);
                }
                Ok(())
            })
            .await
    }

    /// Who watched an event, for an operator.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound`; those of the database.
    pub async fn stats(&self, operator: Credential, event_id: &EventId) -> Result<CrowdStats, ServiceError> {
        self.accounts.authorise(operator, ANY_ROLE).await?;
        events::find(&self.database, event_id).await?.ok_or(ServiceError::NotFound("event"))?;
        let mut stats = crowd::stats(&self.database, event_id, POINTS_SHOWN).await?;
        stats.peak = stats.peak.max(self.rooms.viewers(event_id).total.into());
        Ok(stats)
    }

    /// Saves what the crowds of this node do. Runs for as long as the server.
    pub async fn save_regularly(&self) {
        let saves = if self.bus.is_shared() { SAVES } else { 1 };
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
                    error.warn("cannot save how many watch");
                }
            }
        }
    }

    /// Keeps what the crowds of this node have done since this was last called.
    ///
    /// # Errors
    /// Those of the database. What was not kept then is tried again the next time.
    pub async fn save_all(&self) -> Result<(), StorageError> {
        self.save_some(|_| true).await
    }

    async fn save_some(&self, is_due: impl Fn(&Room) -> bool) -> Result<(), StorageError> {
        let mut saved = Ok(());
        for room in self.rooms.all() {
            if is_due(&room) {
                // One that fails holds up none after it.
                saved = saved.and(self.save_room(&room).await);
            }
        }
        saved
    }

    /// The same for one room. A transaction for each, so that no score waits for all of them.
    async fn save_room(&self, room: &Room) -> Result<(), StorageError> {
        // One at a time: who comes second finds nothing to do.
        let _turn = room.turn_to_save().await;
        let unsaved = room.unsaved();
        if unsaved.is_empty() {
            return Ok(());
        }
        let mut tx = self.database.begin().await?;
        reactions::save(&mut tx, &room.event_id, self.rooms.run(), &unsaved.counts).await?;
        for message in &unsaved.messages {
            messages::add(&mut tx, &room.event_id, message).await?;
            self.bus
                .publish_in_tx(&mut tx, &ClusterMessage::Message(room.event_id.clone(), message.clone()))
                .await?;
        }
        tx.commit().await?;
        let totals = reactions::totals(&self.database, &room.event_id, self.rooms.run()).await;
        room.saved(&unsaved, totals?);
        Ok(())
    }

    /// Keeps how many watch each event at a moment.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_points(&self, at: OffsetDateTime) -> Result<(), StorageError> {
        let mut points = Vec::new();
        for room in self.rooms.all() {
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
        let mut tx = self.database.begin().await?;
        for (event_id, point) in &points {
            crowd::add_point(&mut tx, event_id, self.rooms.run(), point).await?;
        }
        tx.commit().await
    }
}
