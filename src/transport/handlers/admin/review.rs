//! `review:*` of `/admin`: held points and the reviewers' decisions.

use std::sync::Arc;

use crate::domain::clock;
use crate::domain::text::Field;
use crate::services::reviews::{Judgement, Reviews, Selection};
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::points::{ReviewAnswer, ReviewDecide, ReviewList, ReviewsAnswer};

/// `review:list`: one page of reviews.
pub async fn list(call: &mut Call<'_>, reviews: &Arc<Reviews>) -> Outcome {
    let ReviewList { event_id, status, after } = call.payload.parse_or_default()?;
    let selection = Selection { event_id, status, after };
    let (found, next) = reviews.list(call.credential()?, selection).await?;
    yes(&ReviewsAnswer { reviews: found, next })
}

/// `review:decide`: decides a review, once.
pub async fn decide(call: &mut Call<'_>, reviews: &Arc<Reviews>) -> Outcome {
    let ReviewDecide { review_id, decision, note } = call.parse()?;
    note.as_deref().map_or(Ok(()), |note| Field::NOTE.check(note))?;
    let judgement = Judgement { review: review_id, decision, note };
    let review = reviews.decide(call.credential()?, judgement, clock::now()).await?;
    yes(&ReviewAnswer { review })
}
