//! `score` and `score:correct` of `/admin`: publishing updates.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::domain::score::{Correction, UpdateBody};
use crate::domain::text::Field;
use crate::services::error::ServiceError;
use crate::services::scoring::{Publication, Published, Scoring};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::{Score, ScoreAnswer, ScoreCorrect};

/// The most updates that one correction may void.
const VOIDS_LIMIT: usize = 100;

/// `score`: publishes a merge patch.
pub async fn publish(call: &mut Call<'_>, scoring: &Arc<Scoring>) -> Outcome {
    let Score { event_id, data, op_id, base_seq } = call.parse()?;
    let body = UpdateBody { data: shared(data), correction: None };
    answer(call, scoring, Publication { event_id, body, op_id, base_seq }).await
}

/// `score:correct`: publishes a merge patch that corrects earlier updates.
pub async fn correct(call: &mut Call<'_>, scoring: &Arc<Scoring>) -> Outcome {
    let ScoreCorrect { event_id, voids, data, reason, op_id, base_seq } = call.parse()?;
    Field::REASON.check(&reason)?;
    let mut voids = voids.0;
    voids.sort_unstable();
    voids.dedup();
    if voids.is_empty() || voids.len() > VOIDS_LIMIT {
        return Err(Failure::bad_request(format!("a correction voids 1 to {VOIDS_LIMIT} updates")));
    }
    let body = UpdateBody { data: shared(data), correction: Some(Correction { voids, reason }) };
    answer(call, scoring, Publication { event_id, body, op_id, base_seq }).await
}

async fn answer(call: &Call<'_>, scoring: &Arc<Scoring>, publication: Publication) -> Outcome {
    let has_op_id = publication.op_id.is_some();
    let published = scoring.publish(call.credential()?, publication).await;
    let published = published.map_err(|error| match error {
        // The update may have been stored; only a retry with the same opId can tell.
        ServiceError::Unavailable if has_op_id => {
            Failure::new(ErrorCode::Unavailable, "database unavailable; retry with the same opId")
        }
        error => error.into(),
    })?;
    let Published { epoch, seq, duplicate } = published;
    yes(&ScoreAnswer { epoch, seq, duplicate })
}

fn shared(data: Box<RawValue>) -> Arc<RawValue> {
    data.into()
}
