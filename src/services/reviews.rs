//! Decisions on held points. A reviewer decides once, and never on their own points.

use std::sync::Arc;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::accounts::{Accounts, Credential, authorise};
use super::error::ServiceError;
use super::leaderboard::{Leaderboards, standing};
use super::writes::Lane;
use super::{Base, Resources};
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::id::EventId;
use crate::domain::points::{PointsChange, PointsStatus};
use crate::domain::review::{Case, Decision, Review, ReviewStatus};
use crate::live::message::Message;
use crate::live::recipients::Recipients;
use crate::storage::{StorageError, audit, events, leaderboard, reviews, users};

/// Reviews per page.
const PAGE: i64 = 50;
/// The reason given to the owner of rejected points.
const REJECTED: &str = "rejected by a reviewer";

/// Which reviews to list.
#[derive(Debug, Default)]
pub struct Selection {
    /// Only reviews of this event.
    pub event_id: Option<EventId>,
    /// Only reviews with this status.
    pub status: Option<ReviewStatus>,
    /// Only reviews after this one.
    pub after: Option<Uuid>,
}

/// A reviewer's decision.
#[derive(Debug)]
pub struct Judgement {
    /// The review.
    pub review: Uuid,
    /// The decision.
    pub decision: Decision,
    /// The reason.
    pub note: Option<String>,
}

/// Lists held points, and records decisions on them.
pub struct Reviews {
    base: Base,
    accounts: Arc<Accounts>,
    leaderboards: Arc<Leaderboards>,
    /// The clients of operators on this node. They are notified of reviews while their accounts are reviewers.
    pub reviewers: Recipients,
}

impl Reviews {
    /// The reviews of this database.
    pub fn new(resources: &Resources, accounts: Arc<Accounts>, leaderboards: Arc<Leaderboards>) -> Self {
        Self { base: resources.base.clone(), accounts, leaderboards, reviewers: Recipients::default() }
    }

    /// A page of reviews, oldest first, and the id that the next page starts after.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`; database errors.
    pub async fn list(
        &self,
        reviewer: Credential,
        selection: Selection,
    ) -> Result<(Vec<Case>, Option<Uuid>), ServiceError> {
        self.accounts.authorise(reviewer, &[Role::Reviewer]).await?;
        let Selection { event_id, status, after } = selection;
        let page = reviews::list(&self.base.database, event_id.as_ref(), status, after, PAGE).await?;
        let is_full = i64::try_from(page.len()).is_ok_and(|count| count == PAGE);
        let next = page.last().map(|review| review.id).filter(|_| is_full);
        let mut cases = Vec::with_capacity(page.len());
        for review in page {
            cases.push(self.case(review).await?);
        }
        Ok((cases, next))
    }

    /// Decides on a held action. Approved points count from the time they were earned.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden` (also for the reviewer's own points), `NotFound`,
    /// `Decided` (by somebody else, or earlier), `Unavailable`.
    pub async fn decide(
        self: &Arc<Self>,
        reviewer: Credential,
        judgement: Judgement,
        now: OffsetDateTime,
    ) -> Result<Case, ServiceError> {
        let reviews = self.clone();
        let write = async move {
            let (review, change, in_ten) = reviews.commit(reviewer, judgement, now).await?;
            reviews.leaderboards.show_points(review.player.id, &change, in_ten);
            reviews.notify_reviewers("review:decided", review.clone());
            Ok(review)
        };
        let review = self.base.writes.run(Lane::Player, write).await?;
        Ok(self.case(review).await?)
    }

    async fn commit(
        &self,
        reviewer: Credential,
        judgement: Judgement,
        now: OffsetDateTime,
    ) -> Result<(Review, PointsChange, bool), ServiceError> {
        let Judgement { review: id, decision, note } = judgement;
        let mut tx = self.base.database.begin_for(Lane::Player).await?;
        let by = authorise(&mut tx, reviewer, &[Role::Reviewer]).await?.id;
        let review = reviews::find(&mut tx, id).await?.ok_or(ServiceError::NotFound("review"))?;
        let (player, event_id) = (review.player.id, &review.event_id);
        if player == by {
            return Err(ServiceError::Forbidden("you cannot review your own points"));
        }
        let taken = reviews::decide(&mut tx, id, review.version, decision, by, note.as_deref(), now).await?;
        let after = reviews::find(&mut tx, id).await?.ok_or(ServiceError::NotFound("review"))?;
        if !taken {
            return Err(match after.status.decision() {
                Some(decision) => ServiceError::Decided { decision },
                None => ServiceError::Conflict("the review has changed; reload it"),
            });
        }
        users::lock(&mut tx, player).await?;
        let detail = json!({
            "decision": decision, "note": note, "player": player, "event": event_id,
            "points": review.points, "reasons": review.reasons,
        });
        audit::add(&mut tx, now, Some(by), "review:decide", id, Some(detail)).await?;
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
                let competition = events::hold_in_competition(&mut tx, event_id).await?;
                let competition = competition.as_ref();
                let counted =
                    leaderboard::count(&mut tx, event_id, competition, player, review.points, review.at)
                        .await?;
                (change.total, change.rank, in_ten) = (counted.total, Some(counted.rank), counted.in_ten);
            }
            Decision::Reject => {
                (change.total, change.rank) = standing(&mut tx, event_id, player).await?;
                change.status = PointsStatus::Rejected;
                change.reason = Some(REJECTED.into());
            }
        }
        self.base.bus.publish_in_tx(&mut tx, &ClusterMessage::Points(player, change.clone(), in_ten)).await?;
        self.base.bus.publish_in_tx(&mut tx, &ClusterMessage::Decided(id)).await?;
        tx.commit().await?;
        Ok((after, change, in_ten))
    }

    /// Adds the player's history and other reviews to a review.
    async fn case(&self, review: Review) -> Result<Case, StorageError> {
        let player = review.player.id;
        let history = reviews::history(&self.base.database, player).await?;
        let mut others = reviews::others(&self.base.database, player).await?;
        others.retain(|other| other.id != review.id);
        let explanations = review.reasons.iter().map(|rule| rule.reason()).collect();
        Ok(Case { review, explanations, history, others })
    }

    /// Notifies the connected clients of current reviewers, in the background.
    pub(super) fn notify_reviewers(self: &Arc<Self>, name: &'static str, review: Review) {
        let reviews = self.clone();
        tokio::spawn(async move {
            let desks = reviews.reviewers.users();
            if desks.is_empty() {
                return;
            }
            let told = async {
                let reviewers = users::with_role(&reviews.base.database, Role::Reviewer).await?;
                let message = Arc::new(Message::review(name, &reviews.case(review).await?));
                for reviewer in desks.into_iter().filter(|desk| reviewers.contains(desk)) {
                    reviews.reviewers.send(reviewer, &message);
                }
                Ok::<_, StorageError>(())
            };
            if let Err(error) = told.await {
                error.warn("cannot read the reviewers to notify");
            }
        });
    }

    /// Notifies the reviewers on this node of a review that another node announced.
    pub(super) fn notify_reviewers_of(self: &Arc<Self>, name: &'static str, review: Uuid) {
        if self.reviewers.users().is_empty() {
            return;
        }
        let reviews = self.clone();
        tokio::spawn(async move {
            let found = async {
                let mut tx = reviews.base.database.begin_reading().await?;
                reviews::find(&mut tx, review).await
            };
            match found.await {
                Ok(Some(review)) => reviews.notify_reviewers(name, review),
                Ok(None) => {}
                Err(error) => error.warn("cannot read a review to notify reviewers of"),
            }
        });
    }
}
