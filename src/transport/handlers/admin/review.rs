//! `review:*`: held points, and what reviewers make of them.

use crate::domain::clock;
use crate::domain::text::Field;
use crate::services::reviews::{Judgement, Selection};
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::points::{ReviewAnswer, ReviewDecide, ReviewList, ReviewsAnswer};

/// `review:list`: a page of them.
pub async fn list(call: &mut Call<'_>) -> Outcome {
    let ReviewList { event_id, status, after } = call.payload.parse_or_default()?;
    let selection = Selection { event_id, status, after };
    let (reviews, next) = call.context.services.list_reviews(call.credential()?, selection).await?;
    yes(&ReviewsAnswer { reviews, next })
}

/// `review:decide`: once.
pub async fn decide(call: &mut Call<'_>) -> Outcome {
    let ReviewDecide { review_id, decision, note } = call.parse()?;
    note.as_deref().map_or(Ok(()), |note| Field::NOTE.check(note))?;
    let judgement = Judgement { review: review_id, decision, note };
    let review = call.context.services.decide_review(call.credential()?, judgement, clock::now()).await?;
    yes(&ReviewAnswer { review })
}
