//! Publishing updates: first to the log, then to the viewers.

mod batch;

use std::sync::Arc;
use std::time::Instant;

use serde_json::value::RawValue;
use time::OffsetDateTime;

pub use batch::{BATCH_LIMIT, Batch, Entry, Published, PublishedBatch};

use self::batch::Prior;
use super::accounts::{Credential, authorise_scorer};
use super::error::ServiceError;
use super::writes::Lane;
use super::{Base, Resources};
use crate::cluster::message::{ClusterMessage, Logged};
use crate::domain::clock;
use crate::domain::event::Status;
use crate::domain::id::{EventId, UserId};
use crate::domain::score::{Snapshot, Update};
use crate::domain::update_time::UpdateTime;
use crate::storage::events::{self, StoredEvent};
use crate::storage::updates::{self, NewUpdate, NewUpdates};
use crate::storage::{Reader, StorageError, Transaction};

/// Publishes updates and corrections.
pub struct Scoring {
    base: Base,
}

/// A batch that was committed, and its updates that were not there before.
struct Committed {
    answer: PublishedBatch,
    updates: Vec<Update>,
}

impl Scoring {
    /// Publishes to these rooms through this database.
    pub fn new(resources: &Resources) -> Self {
        Self { base: resources.base.clone() }
    }

    /// Publishes updates or corrections, all of them or none. When it returns, they are on disk and being sent to this
    /// node's viewers.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the event), `TooManyUpdates`, `Invalid` (an empty batch),
    /// `Unavailable`, and as `Entry`: `EventEnded`, `Conflict` (the operation id was used for something else), `Behind`,
    /// `Time`, `NotFound` (a voided update), `Data`.
    pub async fn publish_batch(
        self: &Arc<Self>,
        scorer: Credential,
        batch: Batch,
    ) -> Result<PublishedBatch, ServiceError> {
        batch.check()?;
        let scoring = self.clone();
        self.base.writes.run(Lane::Scorer, async move { scoring.commit_and_show(scorer, batch).await }).await
    }

    async fn commit_and_show(
        &self,
        scorer: Credential,
        batch: Batch,
    ) -> Result<PublishedBatch, ServiceError> {
        let Committed { answer, updates } = self.commit(scorer, &batch).await?;
        let committed = Instant::now();
        for update in &updates {
            metrics::counter!("touchline_updates_total", "kind" => update.body.kind().as_str()).increment(1);
        }
        self.base.rooms.apply(&batch.event_id, updates, committed).await;
        Ok(answer)
    }

    /// Appends the updates to the log that are not there already.
    async fn commit(&self, scorer: Credential, batch: &Batch) -> Result<Committed, ServiceError> {
        let mut tx = self.base.database.begin_for(Lane::Scorer).await?;
        let event_id = &batch.event_id;
        let stored = events::lock(&mut tx, event_id).await?.ok_or(ServiceError::NotFound("event"))?;
        let author = authorise_scorer(&mut tx, scorer, event_id).await?;
        let epoch = stored.position.epoch.clone();
        let [lone] = &*batch.entries else {
            let prior = batch.prior(&mut tx).await?;
            return self.append(tx, &stored, author, batch, &prior).await;
        };
        match self.append(tx, &stored, author, batch, &[Prior::New]).await {
            Err(failure @ (ServiceError::Unavailable | ServiceError::Internal(_))) => Err(failure),
            // An attempt that is refused now may have succeeded before. To ask only then saves a query.
            Err(refusal) => match self.earlier(event_id, lone).await.map_err(|error| error.of_entry(0))? {
                Some(seq) => {
                    let results = vec![Published { seq, duplicate: true }];
                    let answer = PublishedBatch { epoch, results, warnings: Vec::new() };
                    Ok(Committed { answer, updates: Vec::new() })
                }
                None => Err(refusal),
            },
            committed => committed,
        }
    }

    /// Appends the new updates to the event's log if all are allowed, and commits.
    async fn append(
        &self,
        mut tx: Transaction,
        stored: &StoredEvent,
        author: UserId,
        batch: &Batch,
        prior: &[Prior],
    ) -> Result<Committed, ServiceError> {
        let Batch { event_id, entries } = batch;
        let mut snapshot = match &stored.snapshot {
            Some(json) => Snapshot::from_json(json).map_err(StorageError::corrupt)?,
            None => Snapshot::default(),
        };
        let mut last = Last { seq: stored.position.seq, at: stored.snapshot_at };
        let mut results: Vec<Published> = Vec::with_capacity(entries.len());
        let (mut updates, mut op_ids) = (Vec::new(), Vec::new());
        let mut last_new = 0;
        for (index, (entry, prior)) in entries.iter().zip(prior).enumerate() {
            let duplicate = match prior {
                Prior::New => None,
                Prior::Stored(seq) => Some(*seq),
                Prior::Entry(earlier) => results.get(*earlier).map(|earlier| earlier.seq),
            };
            if let Some(seq) = duplicate {
                results.push(Published { seq, duplicate: true });
                continue;
            }
            let update = next_update(&mut tx, stored, &last, event_id, entry);
            let update = update.await.map_err(|error| error.of_entry(index))?;
            snapshot.merge(&update.body.data).map_err(|error| ServiceError::from(error).of_entry(index))?;
            last = Last { seq: update.seq, at: Some(update.time.at) };
            last_new = index;
            results.push(Published { seq: update.seq, duplicate: false });
            updates.push(update);
            op_ids.push(entry.op_id.as_ref());
        }
        let summary = snapshot.summary();
        let warnings = match &summary {
            Err(error) if updates.iter().any(|update| update.body.names("summary")) => {
                vec![error.to_string()]
            }
            _ => Vec::new(),
        };
        let answer = PublishedBatch { epoch: stored.position.epoch.clone(), results, warnings };
        let Some(first) = updates.first() else { return Ok(Committed { answer, updates }) };
        let state = snapshot.to_json().map_err(|error| ServiceError::from(error).of_entry(last_new))?;
        let news = match &*updates {
            [lone] => ClusterMessage::Update(event_id.clone(), Logged::from(lone)),
            // Several rarely fit in one notification; one short message is cheaper than many.
            _ => ClusterMessage::Log(event_id.clone(), first.seq),
        };
        self.base.bus.publish_in_tx(&mut tx, &news).await?;
        let new: Vec<_> =
            updates.iter().zip(op_ids).map(|(update, op_id)| NewUpdate { update, op_id }).collect();
        let summary = summary.ok().flatten();
        let (snapshot, summary) = (state.get(), summary.as_deref().map(RawValue::get));
        let new = NewUpdates { event: event_id, updates: &new, snapshot, summary, author };
        if updates::append_and_commit(tx, new).await? {
            Ok(Committed { answer, updates })
        } else {
            Err(ServiceError::Behind { seq: stored.position.seq })
        }
    }

    /// The sequence number of the update that an earlier attempt with the same operation id wrote.
    async fn earlier(&self, event_id: &EventId, entry: &Entry) -> Result<Option<i64>, ServiceError> {
        let Some(op_id) = &entry.op_id else { return Ok(None) };
        let found = updates::find_by_op(&self.base.database.read_by(Reader::Scorer), event_id, op_id).await?;
        found.map(|update| entry.seq_if_same(&update)).transpose()
    }
}

/// The last update of the log so far.
struct Last {
    seq: i64,
    at: Option<OffsetDateTime>,
}

/// The update that an entry becomes, after the last one.
async fn next_update(
    tx: &mut Transaction,
    stored: &StoredEvent,
    last: &Last,
    event_id: &EventId,
    entry: &Entry,
) -> Result<Update, ServiceError> {
    let Entry { body, op_id: _, base_seq, at } = entry;
    if stored.event.status == Status::Ended && body.correction.is_none() {
        return Err(ServiceError::EventEnded);
    }
    if base_seq.is_some_and(|base| base != last.seq) {
        return Err(ServiceError::Behind { seq: last.seq });
    }
    let time = UpdateTime::new(*at, last.at, clock::now())?;
    if let Some(correction) = &body.correction
        && updates::count_existing(tx, event_id, &correction.voids).await? != correction.voids.len()
    {
        return Err(ServiceError::NotFound("update"));
    }
    Ok(Update { seq: last.seq + 1, time, body: body.clone() })
}
