//! Rules that detect actions which do not look like a person's, from the past actions of the player and of others.
//! They do not punish; they ask for a review.

mod collusion;
mod norms;
mod pace;
mod rhythm;
mod thresholds;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use ts_rs::TS;

pub use norms::{Norms, SAMPLE, Sample};
pub use rhythm::HOURS_LOOKED_AT;
pub use thresholds::Thresholds;

use super::event::Action;
use super::id::UserId;

/// How many of the player's own entries the rules look at.
pub const HISTORY: usize = 48;

/// A rule about actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Rule {
    /// Completed much faster than by other players.
    TooFast,
    /// Completed at the minimum time, repeatedly.
    ExactMinimum,
    /// Many more actions than other players.
    HighRate,
    /// The same time between actions, repeatedly.
    SameRhythm,
    /// Several accounts on one device, or acting at the same moments from one address.
    Together,
    /// Active at every hour of the day.
    RoundTheClock,
    /// A new account that rises quickly into the top ten.
    NewInTen,
}

impl Rule {
    /// The explanation for reviewers.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooFast => "much faster than other players complete this action",
            Self::ExactMinimum => "completed at the minimum time, repeatedly",
            Self::HighRate => "far more actions than other players in the same time",
            Self::SameRhythm => "the same time between actions, repeatedly",
            Self::Together => "several accounts act together from one device or address",
            Self::RoundTheClock => "active at nearly every hour of a day",
            Self::NewInTen => "a new account that rose quickly into the top ten",
        }
    }
}

/// The numbers behind a finding: the name of each, with its unit if it has one, and its value.
pub type Evidence = Vec<(&'static str, i64)>;

/// A rule that an action meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The numbers behind it.
    pub evidence: Evidence,
}

/// The result of assessing an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assessment {
    /// The points count.
    Count,
    /// The points are held for review, for these reasons.
    Hold(Vec<Finding>),
}

/// An earlier entry of the player in the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEntry {
    /// The action's name.
    pub action: String,
    /// From start to completion, in milliseconds.
    pub took_ms: i64,
    /// When it was completed.
    pub at: OffsetDateTime,
}

/// The player's standing in an event, or overall, if the points counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rise {
    /// The rank before; `None` without points.
    pub rank_before: Option<i64>,
    /// The rank after.
    pub rank_after: i64,
    /// Points after.
    pub total_after: i64,
    /// How many of these points were earned within the window.
    pub gained: i64,
    /// The number of players with points; large numbers may be cut off.
    pub players: i64,
    /// How many accounts in the top ten are not new.
    pub settled: i64,
}

/// The facts that the rules check.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The action.
    pub action: &'a Action,
    /// All actions of the event.
    pub offered: &'a [Action],
    /// The player.
    pub user: UserId,
    /// From start to completion, in milliseconds.
    pub took_ms: i64,
    /// When it was completed.
    pub now: OffsetDateTime,
    /// The player's earlier entries in the event, the latest first; at most [`HISTORY`].
    pub past: &'a [PastEntry],
    /// The number of the player's entries in the event within the window, including this one.
    pub in_window: i64,
    /// Other players' recent actions in the event.
    pub norms: &'a Norms,
    /// The hours with an entry of the player, of the last [`HOURS_LOOKED_AT`], including this one.
    pub hours: i64,
    /// Other accounts on the same device within the window.
    pub device_accounts: i64,
    /// Other accounts at the same address that acted at the same moments.
    pub partners: i64,
    /// When the account was created.
    pub joined_at: OffsetDateTime,
    /// The player's standing in the event and overall if the points counted.
    pub rises: &'a [Rise],
}

impl Facts<'_> {
    /// The player's earlier entries of the same action, the latest first.
    fn same_action(&self) -> impl Iterator<Item = &PastEntry> {
        self.past.iter().filter(|past| past.action == self.action.name)
    }
}

/// Assesses an action.
pub fn assess(facts: &Facts<'_>, thresholds: &Thresholds) -> Assessment {
    type Check = fn(&Facts<'_>, &Thresholds) -> Option<Evidence>;
    let rules: [(Rule, Check); 7] = [
        (Rule::TooFast, pace::too_fast),
        (Rule::ExactMinimum, pace::exact_minimum),
        (Rule::HighRate, pace::high_rate),
        (Rule::SameRhythm, rhythm::same_rhythm),
        (Rule::Together, collusion::together),
        (Rule::RoundTheClock, rhythm::round_the_clock),
        (Rule::NewInTen, collusion::new_in_ten),
    ];
    let finding = |(rule, check): (Rule, Check)| Some(Finding { rule, evidence: check(facts, thresholds)? });
    let findings: Vec<_> = rules.into_iter().filter_map(finding).collect();
    if findings.is_empty() { Assessment::Count } else { Assessment::Hold(findings) }
}

/// The median; of an even number of values, the upper one.
fn median(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    /// The time at which the tests' actions complete.
    pub(super) const NOW: OffsetDateTime = datetime!(2026-06-01 12:00 UTC);

    pub(super) fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    pub(super) fn action(min_ms: u32, cooldown_ms: u32) -> Action {
        Action { name: "guess".to_owned(), points: 10, min_ms, cooldown_ms, daily_cap: 1_000 }
    }

    /// An entry that completed `before` milliseconds before [`NOW`].
    pub(super) fn past(before: u64, took_ms: i64) -> PastEntry {
        PastEntry { action: "guess".to_owned(), took_ms, at: NOW - Duration::from_millis(before) }
    }

    /// The norms of `players` other players, each with `entries` entries of `took_ms`.
    pub(super) fn others(players: u128, entries: usize, took_ms: i64) -> Norms {
        let sample = |n| Sample { user: user(n), action: "guess".to_owned(), took_ms, at: NOW };
        let samples: Vec<_> = (100..100 + players).flat_map(|n| vec![sample(n); entries]).collect();
        Norms::of(&samples, Duration::from_mins(10))
    }

    /// A player's first action.
    pub(super) fn facts<'a>(action: &'a Action, norms: &'a Norms) -> Facts<'a> {
        Facts {
            action,
            offered: std::slice::from_ref(action),
            user: user(1),
            took_ms: 4_000,
            now: NOW,
            past: &[],
            in_window: 1,
            norms,
            hours: 1,
            device_accounts: 0,
            partners: 0,
            joined_at: datetime!(2026-01-01 0:00 UTC),
            rises: &[],
        }
    }

    #[test]
    fn a_first_action_meets_no_rule() {
        let (action, norms) = (action(1_000, 0), Norms::default());
        assert_eq!(assess(&facts(&action, &norms), &Thresholds::default()), Assessment::Count);
    }

    #[test]
    fn every_rule_that_is_met_is_named() {
        let (action, norms) = (action(0, 0), others(20, 3, 4_000));
        let facts = Facts { took_ms: 100, partners: 5, ..facts(&action, &norms) };
        let Assessment::Hold(findings) = assess(&facts, &Thresholds::default()) else { panic!("counted") };
        let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, [Rule::TooFast, Rule::Together]);
    }
}
