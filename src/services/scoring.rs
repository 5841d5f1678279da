//! Publishing updates: first to the log, then to the viewers.

use std::sync::Arc;
use std::time::Instant;

use serde_json::value::RawValue;

use super::accounts::{Credential, authorise_scorer};
use super::error::ServiceError;
use super::writes::Lane;
use super::{Base, Resources};
use crate::cluster::message::{ClusterMessage, Logged};
use crate::domain::clock;
use crate::domain::event::Status;
use crate::domain::id::{EventId, OpId, UserId};
use crate::domain::score::{Snapshot, Update, UpdateBody};
use crate::storage::events::{self, StoredEvent};
use crate::storage::updates::{self, NewUpdate};
use crate::storage::{Reader, StorageError, Transaction};

/// The input for publishing an update.
#[derive(Debug)]
pub struct Publication {
    /// The event.
    pub event_id: EventId,
    /// The update or correction.
    pub body: UpdateBody,
    /// Identifies the attempt: a retry with the same id has no second effect.
    pub op_id: Option<OpId>,
    /// The sequence number that the event must have, if the scorer wants to check.
    pub base_seq: Option<i64>,
}

/// The position of a published update in the event's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The epoch of the event's history.
    pub epoch: String,
    /// The update's sequence number.
    pub seq: i64,
    /// Whether an earlier attempt published it.
    pub duplicate: bool,
}

/// Publishes updates and corrections.
pub struct Scoring {
    base: Base,
}

impl Scoring {
    /// Publishes to these rooms through this database.
    #[must_use]
    pub fn new(resources: &Resources) -> Self {
        Self { base: resources.base.clone() }
    }

    /// Publishes an update or a correction. When it returns, the update is on disk and being sent to this node's
    /// viewers.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the event, or a voided update), `EventEnded`, `Conflict` (the
    /// operation id was used for something else), `Behind`, `Data`, `Unavailable`.
    pub async fn publish(
        self: &Arc<Self>,
        scorer: Credential,
        publication: Publication,
    ) -> Result<Published, ServiceError> {
        let scoring = self.clone();
        self.base
            .writes
            .run(Lane::Scorer, async move { scoring.commit_and_show(scorer, publication).await })
            .await
    }

    async fn commit_and_show(
        &self,
        scorer: Credential,
        publication: Publication,
    ) -> Result<Published, ServiceError> {
        let (published, update) = self.commit(scorer, &publication).await?;
        if let Some(update) = update {
            let committed = Instant::now();
            metrics::counter!("touchline_updates_total", "kind" => update.body.kind().as_str()).increment(1);
            self.base.rooms.apply(&publication.event_id, &update, committed).await;
        }
        Ok(published)
    }

    /// Appends the update to the log, unless it is there already.
    async fn commit(
        &self,
        scorer: Credential,
        publication: &Publication,
    ) -> Result<(Published, Option<Update>), ServiceError> {
        let mut tx = self.base.database.begin_for(Lane::Scorer).await?;
        let event_id = &publication.event_id;
        let stored = events::lock(&mut tx, event_id).await?.ok_or(ServiceError::NotFound("event"))?;
        let author = authorise_scorer(&mut tx, scorer, event_id).await?;
        let epoch = stored.position.epoch.clone();
        match self.append(tx, &stored, author, publication).await {
            Ok(update) => Ok((Published { epoch, seq: update.seq, duplicate: false }, Some(update))),
            Err(failure @ (ServiceError::Unavailable | ServiceError::Internal(_))) => Err(failure),
            // An attempt that is refused now may have succeeded before.
            Err(refusal) => match self.earlier(publication).await? {
                Some(seq) => Ok((Published { epoch, seq, duplicate: true }, None)),
                None => Err(refusal),
            },
        }
    }

    /// Appends the update to the event's log if it is allowed, and commits.
    async fn append(
        &self,
        mut tx: Transaction,
        stored: &StoredEvent,
        author: UserId,
        publication: &Publication,
    ) -> Result<Update, ServiceError> {
        let Publication { event_id, body, op_id, base_seq } = publication;
        let last = stored.position.seq;
        if stored.event.status == Status::Ended && body.correction.is_none() {
            return Err(ServiceError::EventEnded);
        }
        if base_seq.is_some_and(|base| base != last) {
            return Err(ServiceError::Behind { seq: last });
        }
        if let Some(correction) = &body.correction
            && updates::count_existing(&mut tx, event_id, &correction.voids).await? != correction.voids.len()
        {
            return Err(ServiceError::NotFound("update"));
        }
        let mut snapshot = match &stored.snapshot {
            Some(json) => Snapshot::from_json(json).map_err(StorageError::corrupt)?,
            None => Snapshot::default(),
        };
        snapshot.merge(&body.data)?;
        let summary = snapshot.summary().ok().flatten();
        let snapshot = snapshot.to_json()?;
        let update = Update { seq: last + 1, at: clock::now(), body: body.clone() };
        let news = ClusterMessage::Update(event_id.clone(), Logged::from(&update));
        self.base.bus.publish_in_tx(&mut tx, &news).await?;
        let (snapshot, op_id) = (snapshot.get(), op_id.as_ref());
        let summary = summary.as_deref().map(RawValue::get);
        let new = NewUpdate { event: event_id, update: &update, snapshot, summary, op_id, author };
        if updates::append_and_commit(tx, new).await? {
            Ok(update)
        } else {
            Err(ServiceError::Behind { seq: last })
        }
    }

    /// The sequence number of the update that an earlier attempt with the same operation id wrote.
    async fn earlier(&self, publication: &Publication) -> Result<Option<i64>, ServiceError> {
        let Some(op_id) = &publication.op_id else { return Ok(None) };
        match updates::find_by_op(&self.base.database.read_by(Reader::Scorer), &publication.event_id, op_id)
            .await?
        {
            Some(update) if !update.body.is_same_as(&publication.body) => {
                Err(ServiceError::Conflict("this opId was used for another update"))
            }
            found => Ok(found.map(|update| update.seq)),
        }
    }
}
