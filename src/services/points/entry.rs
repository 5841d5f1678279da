//! Adds an action to the ledger. Its points count at once, or wait for a reviewer.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{CompletedAction, HELD, Redeemed};
use crate::domain::action::ActionError;
use crate::domain::integrity::{Assessment, Finding};
use crate::domain::points::{PointsChange, PointsStatus};
use crate::domain::review::{Player, Review, ReviewStatus};
use crate::services::error::ServiceError;
use crate::services::leaderboard::standing;
use crate::storage::{Transaction, leaderboard, points, reviews};

/// Adds an action to the ledger, and its points to the totals or to a pending review.
pub(super) async fn enter(
    tx: &mut Transaction,
    done: &CompletedAction<'_>,
    player: Player,
    verdict: Assessment,
) -> Result<Redeemed, ServiceError> {
    let (event_id, user) = (&done.ticket.event_id, player.id);
    let entry = points::LedgerEntry {
        id: Uuid::now_v7(),
        ticket: done.hash,
        user,
        event_id,
        action: &done.action.name,
        points: done.action.points.into(),
        held: verdict != Assessment::Count,
        took_ms: done.took_ms(),
        at: done.now,
    };
    if !points::add(tx, &entry).await? {
        return Err(ActionError::AlreadyUsed.into());
    }
    let change = |total, rank, status, reason| PointsChange {
        event_id: event_id.clone(),
        points: entry.points,
        total,
        rank,
        status,
        reason,
    };
    match verdict {
        Assessment::Count => {
            let counted =
                leaderboard::count(tx, event_id, done.competition, user, entry.points, entry.at).await?;
            let change = change(counted.total, Some(counted.rank), PointsStatus::Counted, None);
            Ok(Redeemed { user, change, in_ten: counted.in_ten, review: None })
        }
        Assessment::Hold(findings) => {
            let review = pending(&entry, player, &findings);
            reviews::add(tx, entry.id, &review, entry.at).await?;
            let (total, rank) = standing(tx, event_id, user).await?;
            let change = change(total, rank, PointsStatus::Held, Some(HELD.into()));
            Ok(Redeemed { user, change, in_ten: false, review: Some(review) })
        }
    }
}

fn pending(entry: &points::LedgerEntry<'_>, player: Player, findings: &[Finding]) -> Review {
    let numbers = |finding: &Finding| -> Value {
        finding.evidence.iter().map(|(name, number)| ((*name).to_owned(), Value::from(*number))).collect()
    };
    let rule = |finding: &Finding| match serde_json::to_value(finding.rule) {
        Ok(Value::String(rule)) => (rule, numbers(finding)),
        _ => unreachable!("a rule serialises to its name"),
    };
    Review {
        id: Uuid::now_v7(),
        event_id: entry.event_id.clone(),
        player,
        action: entry.action.to_owned(),
        points: entry.points,
        at: entry.at,
        status: ReviewStatus::Pending,
        reasons: findings.iter().map(|finding| finding.rule).collect(),
        evidence: Value::Object(findings.iter().map(rule).collect::<Map<_, _>>()),
        version: 1,
        decided: None,
    }
}
