//! Creating, changing and listing events, and who may score them.

mod log;

use std::sync::Arc;

use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

pub use log::{LogPage, ReadError};

use super::Resources;
use super::accounts::{ANY_ROLE, Accounts, Credential, authorise, authorise_scorer};
use super::error::ServiceError;
use super::writes::{Lane, Writes};
use crate::cluster::bus::Bus;
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::entropy;
use crate::domain::event::{Changes, Event, Position, Status};
use crate::domain::id::{EventId, UserId};
use crate::live::crowd::Viewers;
use crate::live::rooms::Rooms;
use crate::storage::events::{Listed, StoredEvent};
use crate::storage::{Database, Reader, StorageError, Transaction, audit, events, users};

/// Characters of an event id that the server chooses.
const CHOSEN_ID_LENGTH: usize = 10;
/// Characters of an epoch: 60 bits, so that no two histories of one id share one.
const EPOCH_LENGTH: usize = 12;

/// Begins a new history of every event, after the database was restored from a backup. Clients may have seen updates
/// that are not in it, and others have taken their numbers since: with a new epoch they are sent a snapshot. Gives how
/// many events there are. No server may run meanwhile: it would go on with the old epoch.
///
/// # Errors
/// [`StorageError`].
pub async fn begin_histories(database: &Database) -> Result<u64, StorageError> {
    let epoch = entropy::short_text(&mut entropy::source(), EPOCH_LENGTH);
    let mut tx = database.begin().await?;
    let events = events::name_histories(&mut tx, &epoch).await?;
    tx.commit().await?;
    Ok(events)
}

/// An event as it is now.
#[derive(Debug)]
pub struct EventSnapshot {
    /// The event.
    pub event: Event,
    /// Up to where its history goes.
    pub position: Position,
    /// All its updates, merged; `None` before the first.
    pub snapshot: Option<Box<RawValue>>,
    /// Who watches, on all nodes.
    pub viewers: Viewers,
}

/// A page of the list of events.
#[derive(Debug)]
pub struct EventPage {
    /// Its events.
    pub events: Vec<ListedEvent>,
    /// The event after which the next page begins, if there may be one.
    pub next: Option<EventId>,
}

/// An event in a list.
#[derive(Debug)]
pub struct ListedEvent {
    /// The event.
    pub event: Event,
    /// Its last update's place in its history.
    pub seq: i64,
    /// Who watches, on all nodes.
    pub viewers: Viewers,
}

/// Creates and changes events, lists them, and assigns their scorers.
#[derive(Clone)]
pub struct Events {
    database: Database,
    writes: Writes,
    bus: Bus,
    rooms: Rooms,
    accounts: Arc<Accounts>,
}

impl Events {
    /// The events of this database.
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

    /// Creates an event. `event.event_id` is taken as it stands.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `Conflict` (there is such an event), `Unavailable`.
    pub async fn create(&self, admin: Credential, event: Event) -> Result<Event, ServiceError> {
        let database = self.database.clone();
        self.writes
            .run(Lane::Scorer, async move {
                let now = clock::now();
                let epoch = entropy::short_text(&mut entropy::source(), EPOCH_LENGTH);
                let mut tx = database.begin_for(Lane::Scorer).await?;
                let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
                if !events::add(&mut tx, &event, &epoch, now).await? {
                    return Err(ServiceError::Conflict("there is an event with this eventId"));
                }
                record(&mut tx, actor, "event:create", &event.event_id, json!(event)).await?;
                tx.commit().await?;
                Ok(event)
            })
            .await
    }

    /// Changes an event, or where it stands: an administrator anything, a scorer of the event its status.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound`, `Unavailable`.
    pub async fn change(
        self: &Arc<Self>,
        by: Credential,
        event_id: EventId,
        changes: Changes,
    ) -> Result<Event, ServiceError> {
        let events = self.clone();
        self.writes
            .run(Lane::Scorer, async move {
                let now = clock::now();
                let mut tx = events.database.begin_for(Lane::Scorer).await?;
                let before =
                    events::lock(&mut tx, &event_id).await?.ok_or(ServiceError::NotFound("event"))?;
                let actor = if changes.is_status_alone() {
                    authorise_scorer(&mut tx, by, &event_id).await?
                } else {
                    authorise(&mut tx, by, &[Role::Admin]).await?.id
                };
                let after = events::change(&mut tx, &event_id, &changes, now).await?;
                let after = after.ok_or(ServiceError::NotFound("event"))?;
                let detail = json!({ "before": before.event, "after": after });
                record(&mut tx, actor, "event:update", &event_id, detail).await?;
                events.bus.publish_in_tx(&mut tx, &ClusterMessage::Event(event_id.clone())).await?;
                tx.commit().await?;
                events.rooms.sync_event(&event_id).await;
                Ok(after)
            })
            .await
    }

    /// Assigns an account to an event, or takes it off. Assigning makes an account for an address without one.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the event, or an account to take off), `Unavailable`.
    pub async fn assign(
        self: &Arc<Self>,
        admin: Credential,
        event_id: EventId,
        email: EmailAddress,
        assigned: bool,
    ) -> Result<(), ServiceError> {
        let events = self.clone();
        self.writes
            .run(Lane::Scorer, async move {
                let now = clock::now();
                let mut tx = events.database.begin_for(Lane::Scorer).await?;
                // The event first, as everywhere: who takes locks in one order does not lock each other out.
                events::lock(&mut tx, &event_id).await?.ok_or(ServiceError::NotFound("event"))?;
                let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
                let (scorer, action) = if assigned {
                    let id = UserId(Uuid::now_v7());
                    let scorer =
                        users::find_or_add(&mut tx, &email, &email.default_name(), id, now).await?.id;
                    users::grant(&mut tx, scorer, Role::Scorer, now).await?;
                    events::assign(&mut tx, &event_id, scorer, now).await?;
                    (scorer, "event:assign")
                } else {
                    let scorer = users::find_by_email(&mut tx, &email).await?;
                    let scorer = scorer.ok_or(ServiceError::NotFound("account"))?.id;
                    events::unassign(&mut tx, &event_id, scorer).await?;
                    (scorer, "event:unassign")
                };
                record(&mut tx, actor, action, &event_id, json!({ "user": scorer })).await?;
                events
                    .bus
                    .publish_in_tx(&mut tx, &ClusterMessage::Scorer(scorer, event_id.clone(), assigned))
                    .await?;
                tx.commit().await?;
                events.rooms.assign(scorer, &event_id, assigned);
                Ok(())
            })
            .await
    }

    /// An event as it is now.
    ///
    /// # Errors
    /// `NotFound`; those of the database.
    pub async fn find(&self, event_id: &EventId) -> Result<EventSnapshot, ServiceError> {
        let stored = self.find_stored(event_id).await?;
        let snapshot = stored.snapshot.map(RawValue::from_string).transpose();
        Ok(EventSnapshot {
            viewers: self.rooms.viewers(event_id),
            event: stored.event,
            position: stored.position,
            snapshot: snapshot.map_err(StorageError::corrupt)?,
        })
    }

    /// A page of the events: those of one status or all, after one of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(
        &self,
        status: Option<Status>,
        after: Option<&EventId>,
    ) -> Result<EventPage, ServiceError> {
        let Listed { events, next } = events::list(&self.database, status, after).await?;
        let listed = |stored: StoredEvent| ListedEvent {
            viewers: self.rooms.viewers(&stored.event.event_id),
            seq: stored.position.seq,
            event: stored.event,
        };
        Ok(EventPage { events: events.into_iter().map(listed).collect(), next })
    }

    /// The same for an operator.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`; those of the database.
    pub async fn list_for(
        &self,
        operator: Credential,
        status: Option<Status>,
        after: Option<&EventId>,
    ) -> Result<EventPage, ServiceError> {
        self.accounts.authorise(operator, ANY_ROLE).await?;
        self.list(status, after).await
    }

    async fn find_stored(&self, event_id: &EventId) -> Result<StoredEvent, ServiceError> {
        events::find(&self.database, event_id).await?.ok_or(ServiceError::NotFound("event"))
    }
}

/// An id for an event whose creator gave none.
#[must_use]
pub fn chosen_id() -> EventId {
    let text = entropy::short_text(&mut entropy::source(), CHOSEN_ID_LENGTH);
    EventId::parse(&text).expect("letters and digits are an event id")
}

async fn record(
    tx: &mut Transaction,
    actor: UserId,
    action: &str,
    event_id: &EventId,
    detail: serde_json::Value,
) -> Result<(), ServiceError> {
    let entry = audit::AuditEntry {
        at: clock::now(),
        actor: Some(actor),
        action,
        subject: event_id.as_str(),
        detail: Some(detail),
    };
    Ok(audit::add(tx, entry).await?)
}
