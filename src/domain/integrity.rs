//! Whether an action looks like a person's: pure rules over what the player, and the others, did before. They do
//! not punish; they ask for a reviewer's look.

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

/// What can be wrong with an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Rule {
    /// Completed much faster than others do it.
    TooFast,
    /// Completed at the least allowed time, again and again.
    ExactMinimum,
    /// Many more actions than other players.
    HighRate,
    /// Always the same time between two actions.
    SameRhythm,
    /// Several accounts on one device, or acting at the same moments from one address.
    Together,
    /// Active at every hour of the day.
    RoundTheClock,
    /// A new account that rises into the ten at once.
    NewInTen,
}

impl Rule {
    /// What a reviewer reads.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooFast => "much faster than other players complete this action",
            Self::ExactMinimum => "completed at the least allowed time again and again",
            Self::HighRate => "far more actions than other players in the same time",
            Self::SameRhythm => "the same time between actions, over and over",
            Self::Together => "several accounts act together from one device or address",
            Self::RoundTheClock => "active at nearly every hour of a day",
            Self::NewInTen => "a new account that rose into the ten at once",
        }
    }
}

/// What a rule saw, in numbers: each with what it counts, and its unit where it has one.
pub type Evidence = Vec<(&'static str, i64)>;

/// A rule that speaks against an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// What it saw.
    pub evidence: Evidence,
}

/// What comes of looking at an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assessment {
    /// The points count.
    Count,
    /// The points wait for a reviewer, for these reasons.
    Hold(Vec<Finding>),
}

/// One of the player's own earlier entries in the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEntry {
    /// What was done.
    pub action: String,
    /// From start to completion.
    pub took_ms: i64,
    /// When it was completed.
    pub at: OffsetDateTime,
}

/// How the player would stand in an event, or overall, if the points counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rise {
    /// The place before; none without points.
    pub rank_before: Option<i64>,
    /// The place after.
    pub rank_after: i64,
    /// Points after.
    pub total_after: i64,
    /// How many of these were earned within the window.
    pub gained: i64,
    /// How many players have points; large numbers need not be counted to the end.
    pub players: i64,
    /// How many of the ten have accounts that are not new.
    pub settled: i64,
}

/// What the rules look at.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The action.
    pub action: &'a Action,
    /// Everything that the event offers.
    pub offered: &'a [Action],
    /// Who did it.
    pub user: UserId,
    /// From start to completion.
    pub took_ms: i64,
    /// When it was completed.
    pub now: OffsetDateTime,
    /// The player's own entries in the event before this one, the latest first; at most [`HISTORY`].
    pub past: &'a [PastEntry],
    /// The player's entries in the event within the window, this one included.
    pub in_window: i64,
    /// What others did lately in the event.
    pub norms: &'a Norms,
    /// Hours with an entry of the player's, of the last [`HOURS_LOOKED_AT`], this one included.
    pub hours: i64,
    /// Other accounts of the same device, within the window.
    pub device_accounts: i64,
    /// Other accounts of the same address that acted at the same moments.
    pub partners: i64,
    /// When the account was made.
    pub joined_at: OffsetDateTime,
    /// How the player would stand, in the event and overall.
    pub rises: &'a [Rise],
}

impl Facts<'_> {
    /// The player's earlier entries of the same action, the latest first.
    fn same_action(&self) -> impl Iterator<Item = &PastEntry> {
        self.past.iter().filter(|past| past.action == self.action.name)
    }
}

/// Looks at an action.
#[must_use]
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

/// The middle value; of an even number of them the upper one.
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

    /// When the tests' actions are completed.
    pub(super) const NOW: OffsetDateTime = datetime!(2026-06-01 12:00 UTC);

    pub(super) fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    pub(super) fn action(min_ms: u32, cooldown_ms: u32) -> Action {
        Action { name: "guess".to_owned(), points: 10, min_ms, cooldown_ms, daily_cap: 1_000 }
    }

    /// An entry that was completed so many milliseconds before [`NOW`].
    pub(super) fn past(before: u64, took_ms: i64) -> PastEntry {
        PastEntry { action: "guess".to_owned(), took_ms, at: NOW - Duration::from_millis(before) }
    }

    /// What other players did: each one so many entries that took so long.
    pub(super) fn others(players: u128, entries: usize, took_ms: i64) -> Norms {
        let sample = |n| Sample { user: user(n), action: "guess".to_owned(), took_ms, at: NOW };
        let samples: Vec<_> = (100..100 + players).flat_map(|n| vec![sample(n); entries]).collect();
        Norms::of(&samples, Duration::from_mins(10))
    }

    /// A person's first action among others.
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
    fn nothing_speaks_against_a_first_action() {
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
