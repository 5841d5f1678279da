//! Deciding on held points: once, by a reviewer, about somebody else.

use std::sync::Arc;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Services;
use super::accounts::{Credential, authorise};
use super::error::ServiceError;
use super::points::standing;
use super::writes::Lane;
use crate::cluster::note::Note;
use crate::domain::account::Role;
use crate::domain::id::EventId;
use crate::domain::points::{PointsChange, PointsStatus};
use crate::domain::review::{Case, Decision, Review, ReviewStatus};
use crate::live::message::Message;
use crate::storage::{StorageError, audit, leaderboard, reviews, users};

/// Reviews of one page.
const PAGE: i64 = 50;
/// What the owner of refused points reads.
const REJECTED: &str = "a reviewer has refused it";

/// Which reviews are asked for.
#[derive(Debug, Default)]
pub struct Selection {
    /// Only those of this event.
    pub event_id: Option<EventId>,
    /// Only these.
    pub status: Option<ReviewStatus>,
    /// Only those after this one.
    pub after: Option<Uuid>,
}

/// A reviewer decides.
#[derive(Debug)]
pub struct Judgement {
    /// On what.
    pub review: Uuid,
    /// What.
    pub decision: Decision,
    /// Why.
    pub note: Option<String>,
}

impl Services {
    /// A page of reviews, the oldest first, and the id after which the next page begins.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`; those of the database.
    pub async fn list_reviews(
        &self,
        reviewer: Credential,
        selection: Selection,
    ) -> Result<(Vec<Case>, Option<Uuid>), ServiceError> {
        self.authorise(reviewer, &[Role::Reviewer]).await?;
        let Selection { event_id, status, after } = selection;
        let page = reviews::list(&self.database, event_id.as_ref(), status, after, PAGE).await?;
        let is_full = i64::try_from(page.len()).is_ok_and(|count| count == PAGE);
        let next = page.last().map(|review| review.id).filter(|_| is_full);
        let mut cases = Vec::with_capacity(page.len());
        for review in page {
            cases.push(self.case(review).await?);
        }
        Ok((cases, next))
    }

    /// Decides on a held action. Approved points count from when they were earned.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden` (also on one's own), `NotFound`, `Decided` (by
    /// somebody else, or before), `Unavailable`.
    pub async fn decide_review(
        &self,
        reviewer: Credential,
        judgement: Judgement,
        now: OffsetDateTime,
    ) -> Result<Case, ServiceError> {
        let services = self.clone();
        let review = self
            .writes
            .run(Lane::Player, async move {
                let (review, change, in_ten) = services.decide(reviewer, judgement, now).await?;
                services.tell_here(review.player.id, &change, in_ten);
                services.tell_reviewers("review:decided", review.clone());
                Ok(review)
            })
            .await?;
        Ok(self.case(review).await?)
    }

    async fn decide(
        &self,
        reviewer: Credential,
        judgement: Judgement,
        now: OffsetDateTime,
    ) -> Result<(Review, PointsChange, bool), ServiceError> {
        let Judgement { review: id, decision, note } = judgement;
        let mut tx = self.database.begin_for(Lane::Player).await?;
        let by = authorise(&mut tx, reviewer, &[Role::Reviewer]).await?.id;
        let review = reviews::find(&mut tx, id).await?.ok_or(ServiceError::NotFound("review"))?;
        let (player, event_id) = (review.player.id, &review.event_id);
        if player == by {
            return Err(ServiceError::Forbidden("nobody decides on their own points"));
        }
        let taken = reviews::decide(&mut tx, id, review.version, decision, by, note.as_deref(), now).await?;
        let after = reviews::find(&mut tx, id).await?.ok_or(ServiceError::NotFound("review"))?;
        if !taken {
            return Err(match after.status.decision() {
                Some(decision) => ServiceError::Decided { decision },
                None => ServiceError::Conflict("the review has changed; look again"),
            });
        }
        users::lock(&mut tx, player).await?;
        let entry = audit::Entry {
            at: now,
            actor: Some(by),
            action: "review:decide",
            subject: &id.to_string(),
            detail: Some(json!({
                "decision": decision, "note": note, "player": player, "event": event_id,
                "points": review.points, "reasons": review.reasons,
            })),
        };
        audit::add(&mut tx, entry).await?;
        let mut change = PointsChange {
            event_id: event_id.clone(),
            points: review.points,
            total: 0,
            rank: None,
            status: PointsStatus::Approved,
            reason: None,
        };
        let mut in_ten = false;
        match decision {
            Decision::Approve => {
                let counted = leaderboard::count(&mut tx, event_id, player, review.points, review.at).await?;
                (change.total, change.rank, in_ten) = (counted.total, Some(counted.rank), counted.in_ten);
            }
            Decision::Reject => {
                (change.total, change.rank) = standing(&mut tx, event_id, player).await?;
                change.status = PointsStatus::Rejected;
                change.reason = Some(REJECTED.into());
            }
        }
        self.bus.tell_in(&mut tx, &Note::Points(player, change.clone(), in_ten)).await?;
        self.bus.tell_in(&mut tx, &Note::Decided(id)).await?;
        tx.commit().await?;
        Ok((after, change, in_ten))
    }

    /// A review with what stands beside it.
    async fn case(&self, review: Review) -> Result<Case, StorageError> {
        let player = review.player.id;
        let history = reviews::history(&self.database, player).await?;
        let mut others = reviews::others(&self.database, player).await?;
        others.retain(|other| other.id != review.id);
        let explanations = review.reasons.iter().map(|rule| rule.reason()).collect();
        Ok(Case { review, explanations, history, others })
    }

    /// Tells the desks of those who are reviewers now, in the background.
    pub(super) fn tell_reviewers(&self, name: &'static str, review: Review) {
        let services = self.clone();
        tokio::spawn(async move {
            let desks = services.points.reviewers.users();
            if desks.is_empty() {
                return;
            }
            let told = async {
                let reviewers = users::with_role(&services.database, Role::Reviewer).await?;
                let message = Arc::new(Message::review(name, &services.case(review).await?));
                for reviewer in desks.into_iter().filter(|desk| reviewers.contains(desk)) {
                    services.points.reviewers.send(reviewer, &message);
                }
                Ok::<_, StorageError>(())
            };
            if let Err(error) = told.await {
                error.warn("cannot read who to tell about a review");
            }
        });
    }
}
