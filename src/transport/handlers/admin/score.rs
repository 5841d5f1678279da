//! `score` and `score:correct` of `/admin`: publishing updates.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::event::time_from;
use crate::domain::id::EventId;
use crate::domain::score::{Correction, UpdateBody};
use crate::domain::text::Field;
use crate::services::accounts::Credential;
use crate::services::error::ServiceError;
use crate::services::scoring::{BATCH_LIMIT, Batch, Entry, Published, PublishedBatch, Scoring};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::object::Object;
use crate::transport::wire::{
    BatchAnswer, BatchResult, Score, ScoreAnswer, ScoreCorrect, ScoreEntry, Scored, parse_error,
};

/// The most updates that one correction may void.
const VOIDS_LIMIT: usize = 100;

/// `score`: publishes a merge patch, or several.
pub async fn publish(call: &mut Call<'_>, scoring: &Arc<Scoring>) -> Outcome {
    let score: Score = call.parse()?;
    yes(&publish_score(call.credential()?, scoring, score).await?)
}

/// `score:correct`: publishes a merge patch that corrects earlier updates.
pub async fn correct(call: &mut Call<'_>, scoring: &Arc<Scoring>) -> Outcome {
    let correction: ScoreCorrect = call.parse()?;
    yes(&publish_correction(call.credential()?, scoring, correction).await?)
}

/// Publishes the updates of a `score`.
///
/// # Errors
/// As [`Scoring::publish_batch`]; of a batch, with the `index` of the refused update.
pub async fn publish_score(
    scorer: Credential,
    scoring: &Arc<Scoring>,
    score: Score,
) -> Result<Scored, Failure> {
    let Score { event_id, data, op_id, base_seq, at, updates } = score;
    match (data, updates) {
        (Some(data), None) => {
            let entry = entry(ScoreEntry { data, op_id, base_seq, at })?;
            publish_one(scorer, scoring, event_id, entry).await.map(Scored::One)
        }
        (None, Some(updates)) if op_id.is_none() && base_seq.is_none() && at.is_none() => {
            if updates.len() > BATCH_LIMIT {
                return Err(ServiceError::TooManyUpdates(BATCH_LIMIT).into());
            }
            let updates = updates.iter().enumerate();
            let entries: Result<_, _> = updates.map(|(index, json)| entry_of_batch(index, json)).collect();
            let batch = Batch { event_id, entries: entries? };
            let PublishedBatch { epoch, results, warnings } = publish_batch(scorer, scoring, batch).await?;
            let result = |Published { seq, duplicate }| BatchResult { seq, duplicate };
            let results = results.into_iter().map(result).collect();
            Ok(Scored::Batch(BatchAnswer { epoch, results, warnings }))
        }
        (None, Some(_)) => {
            Err(Failure::bad_request("with updates, each update has its own opId, baseSeq and at"))
        }
        (Some(_), Some(_)) => Err(Failure::bad_request("send either data or updates")),
        (None, None) => Err(Failure::bad_request("data is missing, and so is updates")),
    }
}

/// Publishes a correction.
///
/// # Errors
/// `bad_request`, `too_large`; as [`Scoring::publish_batch`].
pub async fn publish_correction(
    scorer: Credential,
    scoring: &Arc<Scoring>,
    correction: ScoreCorrect,
) -> Result<ScoreAnswer, Failure> {
    let ScoreCorrect { event_id, voids, data, reason, op_id, base_seq, at } = correction;
    Field::REASON.check(&reason)?;
    let mut voids = voids.0;
    voids.sort_unstable();
    voids.dedup();
    if voids.is_empty() || voids.len() > VOIDS_LIMIT {
        return Err(Failure::bad_request(format!("a correction voids 1 to {VOIDS_LIMIT} updates")));
    }
    let mut entry = entry(ScoreEntry { data, op_id, base_seq, at })?;
    entry.body.correction = Some(Correction { voids, reason });
    publish_one(scorer, scoring, event_id, entry).await
}

async fn publish_one(
    scorer: Credential,
    scoring: &Arc<Scoring>,
    event_id: EventId,
    entry: Entry,
) -> Result<ScoreAnswer, Failure> {
    let batch = Batch { event_id, entries: vec![entry] };
    let published = publish_batch(scorer, scoring, batch).await;
    let PublishedBatch { epoch, results, warnings } =
        published.map_err(|failure| Failure { index: None, ..failure })?;
    let &[Published { seq, duplicate }] = &*results else {
        return Err(Failure::fault("an update was published without a result"));
    };
    Ok(ScoreAnswer { epoch, seq, duplicate, warnings })
}

async fn publish_batch(
    scorer: Credential,
    scoring: &Arc<Scoring>,
    batch: Batch,
) -> Result<PublishedBatch, Failure> {
    let have_op_ids = batch.entries.iter().all(|entry| entry.op_id.is_some());
    scoring.publish_batch(scorer, batch).await.map_err(|error| match error {
        // The updates may have been stored; only a retry with the same opId can tell.
        ServiceError::Unavailable if have_op_ids => {
            Failure::new(ErrorCode::Unavailable, "database unavailable; retry with the same opId")
        }
        error => error.into(),
    })
}

fn entry_of_batch(index: usize, json: &RawValue) -> Result<Entry, Failure> {
    let parsed = parse_error::parse::<Object<ScoreEntry>>(json.get(), &format!("updates[{index}]"));
    let entry = parsed.map_err(Failure::bad_request).and_then(|Object(update)| entry(update));
    entry.map_err(|failure| Failure { index: u16::try_from(index).ok(), ..failure })
}

fn entry(update: ScoreEntry) -> Result<Entry, Failure> {
    let ScoreEntry { data, op_id, base_seq, at } = update;
    let at = at.map(|millis| time_from("at", millis)).transpose()?;
    Ok(Entry { body: UpdateBody { data: data.into(), correction: None }, op_id, base_seq, at })
}
