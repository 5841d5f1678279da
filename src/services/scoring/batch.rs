//! What scorers publish in one call, and what they are told.

use std::collections::HashMap;

use time::OffsetDateTime;

use crate::domain::id::{EventId, OpId};
use crate::domain::score::{Update, UpdateBody};
use crate::services::error::ServiceError;
use crate::storage::{Transaction, updates};

/// The most updates in one batch.
pub const BATCH_LIMIT: usize = 500;

/// Updates of one event that are published together, all of them or none.
#[derive(Debug)]
pub struct Batch {
    /// The event.
    pub event_id: EventId,
    /// The updates in order: 1 to [`BATCH_LIMIT`].
    pub entries: Vec<Entry>,
}

/// An update or correction to publish.
#[derive(Debug)]
pub struct Entry {
    /// The update or correction.
    pub body: UpdateBody,
    /// Identifies the attempt: a retry with the same id has no second effect.
    pub op_id: Option<OpId>,
    /// The sequence number that the event must have, if the scorer wants to check. The updates before it in the batch
    /// count.
    pub base_seq: Option<i64>,
    /// When it happened; by default, when it arrives. Not part of what a retry must repeat.
    pub at: Option<OffsetDateTime>,
}

/// The positions of published updates in the event's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedBatch {
    /// The epoch of the event's history.
    pub epoch: String,
    /// One for each entry.
    pub results: Vec<Published>,
    /// What the scorer's program should know about the state, for people.
    pub warnings: Vec<String>,
}

/// The position of a published update in the event's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The update's sequence number.
    pub seq: i64,
    /// Whether an earlier attempt published it.
    pub duplicate: bool,
}

/// What earlier attempts have done for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prior {
    /// Nothing is known.
    New,
    /// This update is in the log.
    Stored(i64),
    /// The entry at this place of the batch is the same attempt.
    Entry(usize),
}

impl Batch {
    /// Checks the number of entries.
    pub(super) fn check(&self) -> Result<(), ServiceError> {
        match self.entries.len() {
            0 => Err(ServiceError::Invalid("updates must not be empty".to_owned())),
            1..=BATCH_LIMIT => Ok(()),
            _ => Err(ServiceError::TooManyUpdates(BATCH_LIMIT)),
        }
    }

    /// Finds what earlier attempts have done for each entry.
    pub(super) async fn prior(&self, tx: &mut Transaction) -> Result<Vec<Prior>, ServiceError> {
        let mut prior = vec![Prior::New; self.entries.len()];
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let Some(op_id) = &entry.op_id else { continue };
            let first = *places.entry(op_id.as_str()).or_insert(place);
            if first < place {
                prior[place] = Prior::Entry(first);
            }
        }
        if places.is_empty() {
            return Ok(prior);
        }
        let op_ids: Vec<_> = places.keys().copied().collect();
        let mut refusal: Option<(usize, ServiceError)> = None;
        let mut refuse = |place, error| {
            if refusal.as_ref().is_none_or(|(earlier, _)| place < *earlier) {
                refusal = Some((place, error));
            }
        };
        for (place, entry) in self.entries.iter().enumerate() {
            if let Prior::Entry(first) = prior[place]
                && !self.entries[first].body.is_same_as(&entry.body)
            {
                refuse(place, other_update());
            }
        }
        updates::for_each_of_ops(tx, &self.event_id, &op_ids, |op_id, update| {
            let Some(&place) = places.get(op_id) else { return };
            match self.entries[place].seq_if_same(&update) {
                Ok(seq) => prior[place] = Prior::Stored(seq),
                Err(error) => refuse(place, error),
            }
        })
        .await?;
        refusal.map_or(Ok(prior), |(place, error)| Err(error.of_entry(place)))
    }
}

impl Entry {
    /// The sequence number of the update that an earlier attempt with the same operation id wrote.
    pub(super) fn seq_if_same(&self, update: &Update) -> Result<i64, ServiceError> {
        if update.body.is_same_as(&self.body) { Ok(update.seq) } else { Err(other_update()) }
    }
}

fn other_update() -> ServiceError {
    ServiceError::Conflict("this opId was used for another update")
}
