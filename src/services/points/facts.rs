//! Gathers the facts that the integrity rules look at.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{CompletedAction, Points, State};
use crate::domain::event::Action;
use crate::domain::id::EventId;
use crate::domain::integrity::{Assessment, Facts, Norms, PastEntry, Rise, assess};
use crate::domain::leaderboard::{BoardScope, TOP};
use crate::services::error::ServiceError;
use crate::storage::tickets::SPANS;
use crate::storage::{StorageError, Transaction, leaderboard, points, tickets, users};

/// How long an event's norms are reused.
const NORMS_HOLD: time::Duration = time::Duration::seconds(5);

impl Points {
    /// Assesses an action that is being completed.
    pub(super) async fn look_at(
        &self,
        tx: &mut Transaction,
        done: &CompletedAction<'_>,
    ) -> Result<Assessment, ServiceError> {
        let (user, event_id, now) = (done.ticket.user, &done.ticket.event_id, done.now);
        let thresholds = &self.state.thresholds;
        let norms = self.state.norms(tx, event_id, now).await?;
        let past = points::past(tx, user, event_id, now).await?;
        let recent = points::recent(tx, user, event_id, thresholds.window, now).await?;
        let device_accounts = match &done.origin.device {
            Some(device) => {
                tickets::accounts_on_device(tx, event_id, device, user, thresholds.window, now).await?
            }
            None => 0,
        };
        let joined_at = users::created_at(tx, user).await?;
        // Only new accounts are checked for a fast rise.
        let rises = if (now - joined_at).abs() < thresholds.new_for {
            self.rises(tx, done, recent).await?
        } else {
            Vec::new()
        };
        let facts = Facts {
            action: done.action,
            offered: done.offered,
            user,
            took_ms: done.took_ms(),
            now,
            past: &past,
            in_window: recent.entries + 1,
            norms: &norms,
            hours: points::active_hours(tx, user, now).await?,
            device_accounts,
            partners: self.partners(tx, done, &past).await?,
            joined_at,
            rises: &rises,
        };
        Ok(assess(&facts, thresholds))
    }

    /// Counts other accounts at the same address that acted at the same times as the player.
    async fn partners(
        &self,
        tx: &mut Transaction,
        done: &CompletedAction<'_>,
        past: &[PastEntry],
    ) -> Result<i64, StorageError> {
        let thresholds = &self.state.thresholds;
        let Some(address) = &done.origin.address else { return Ok(0) };
        let within = thresholds.partners_within;
        let span = |at: OffsetDateTime| (at - within, at + within);
        // With fewer than `SPANS` entries, the current span fills the array. Spans are counted distinct, so it
        // counts once.
        let mut spans = [span(done.now); SPANS];
        let last = past.iter().take(SPANS - 1);
        for (place, past) in spans[1..].iter_mut().zip(last) {
            *place = span(past.at);
        }
        if i64::try_from(past.len() + 1).unwrap_or(i64::MAX) < thresholds.partners_count {
            return Ok(0);
        }
        let (event_id, user) = (&done.ticket.event_id, done.ticket.user);
        tickets::partners_at_address(tx, event_id, address, user, &spans, thresholds.partners_count).await
    }

    /// How the player's rank would change, in the event and overall.
    async fn rises(
        &self,
        tx: &mut Transaction,
        done: &CompletedAction<'_>,
        recent: points::RecentPoints,
    ) -> Result<Vec<Rise>, StorageError> {
        let thresholds = &self.state.thresholds;
        let event = BoardScope::Event(done.ticket.event_id.clone());
        let mut rises = Vec::new();
        for (scope, gained) in [(event, recent.points), (BoardScope::Overall, recent.overall)] {
            let worth = points_of(done.action);
            let before = leaderboard::points_in(tx, &scope, done.ticket.user).await?;
            let total_after = before.unwrap_or(0) + worth;
            let rank_after = leaderboard::rank_in(tx, &scope, total_after).await?;
            if rank_after > i64::try_from(TOP).unwrap_or(i64::MAX) {
                continue;
            }
            let rank_before = match before {
                Some(before) => Some(leaderboard::rank_in(tx, &scope, before).await?),
                None => None,
            };
            let ten = leaderboard::ten_in(tx, &scope).await?;
            let settled = ten.iter().filter(|total| done.now - total.joined_at >= thresholds.new_for).count();
            rises.push(Rise {
                rank_before,
                rank_after,
                total_after,
                gained: gained + worth,
                players: leaderboard::count_players(tx, &scope, thresholds.board_players).await?,
                settled: i64::try_from(settled).unwrap_or(i64::MAX),
            });
        }
        Ok(rises)
    }
}

impl State {
    /// The norms of an event.
    async fn norms(
        &self,
        tx: &mut Transaction,
        event_id: &EventId,
        now: OffsetDateTime,
    ) -> Result<Arc<Norms>, StorageError> {
        let holds = |read_at: OffsetDateTime| (now - read_at).abs() < NORMS_HOLD;
        if let Some((read_at, norms)) = self.norms.lock().get(event_id)
            && holds(*read_at)
        {
            return Ok(norms.clone());
        }
        let window = self.thresholds.window;
        let sample = points::sample(tx, event_id, window, now).await?;
        let norms = Arc::new(Norms::of(&sample, window));
        let mut known = self.norms.lock();
        known.retain(|_, (read_at, _)| holds(*read_at));
        known.insert(event_id.clone(), (now, norms.clone()));
        Ok(norms)
    }
}

fn points_of(action: &Action) -> i64 {
    action.points.into()
}
