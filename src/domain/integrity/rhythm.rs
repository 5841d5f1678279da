//! Rules about timing: a person is never perfectly regular, and sleeps.

use time::{Duration, OffsetDateTime};

use super::norms::millis;
use super::{Evidence, Facts, PastEntry, Thresholds};

/// How far back active hours are counted.
pub const HOURS_LOOKED_AT: i64 = 24;

/// The same time between starts, or between completions, repeatedly; for this action, or for any.
pub(super) fn same_rhythm(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    let completed = |past: &PastEntry| past.at;
    let started = |past: &PastEntry| past.at - Duration::milliseconds(past.took_ms);
    let this = PastEntry { action: facts.action.name.clone(), took_ms: facts.took_ms, at: facts.now };
    let all = || std::iter::once(&this).chain(facts.past);
    let same = || std::iter::once(&this).chain(facts.same_action());
    regular(facts, thresholds, same(), completed)
        .or_else(|| regular(facts, thresholds, same(), started))
        .or_else(|| regular(facts, thresholds, all(), completed))
        .or_else(|| regular(facts, thresholds, all(), started))
}

/// Whether entries, the latest first, are regular. A player who waits for a cooldown is as regular as the cooldown,
/// so only the time beyond it counts.
fn regular<'a>(
    facts: &Facts<'_>,
    thresholds: &Thresholds,
    done: impl Iterator<Item = &'a PastEntry>,
    time: impl Fn(&PastEntry) -> OffsetDateTime,
) -> Option<Evidence> {
    let count = usize::from(thresholds.rhythm_count);
    let done: Vec<_> = done.take(count + 1).map(|past| (past.action.as_str(), time(past))).collect();
    if done.len() <= count {
        return None;
    }
    let beyond = |pair: &[(&str, OffsetDateTime)]| {
        let [(later, end), (earlier, start)] = pair else { return 0 };
        let interval = i64::try_from((*end - *start).whole_milliseconds()).unwrap_or(i64::MAX);
        let repeated = facts.offered.iter().find(|action| later == earlier && action.name == *later);
        (interval - repeated.map_or(0, |action| action.cooldown_ms.into())).max(0)
    };
    let beyond: Vec<_> = done.windows(2).map(beyond).collect();
    let (mean, spread) = mean_and_spread(&beyond)?;
    let bound = (mean.saturating_mul(thresholds.rhythm_percent) / 100).max(millis(thresholds.rhythm_spread));
    (spread < bound).then(|| {
        let intervals = i64::try_from(beyond.len()).unwrap_or(i64::MAX);
        vec![("intervals", intervals), ("meanBeyondCooldownMs", mean), ("spreadMs", spread)]
    })
}

/// Active in nearly every hour of a day.
pub(super) fn round_the_clock(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    (facts.hours >= thresholds.hours)
        .then(|| vec![("activeHours", facts.hours), ("ofHours", HOURS_LOOKED_AT)])
}

/// The mean, and the standard deviation, in whole units.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds of a few intervals"
)]
fn mean_and_spread(values: &[i64]) -> Option<(i64, i64)> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().map(|value| *value as f64).sum::<f64>() / n;
    let variance = values.iter().map(|value| (*value as f64 - mean).powi(2)).sum::<f64>() / n;
    Some((mean.round() as i64, variance.sqrt().round() as i64))
}

#[cfg(test)]
mod tests {
    use super::super::Norms;
    use super::super::tests::{action, facts, past};
    use super::*;
    use crate::domain::event::Action;

    /// Entries with these intervals before now.
    fn with_intervals(intervals: &[u64]) -> Vec<PastEntry> {
        let mut before = 0;
        let entry = |interval: &u64| {
            before += interval;
            past(before, 4_000)
        };
        intervals.iter().map(entry).collect()
    }

    #[test]
    fn regular_intervals_are_held_and_a_persons_are_not() {
        let human = [4_100, 6_900, 3_000, 5_200, 9_800, 2_500, 4_400, 7_000, 3_900, 5_100];
        let near_cooldown = [5_310, 5_780, 5_240, 5_560, 6_200, 5_330, 5_420, 5_900, 5_480, 5_290];
        let script: Vec<u64> = human.iter().map(|n| 5_000 + n % 97).collect();
        let hasty: Vec<u64> = human.iter().map(|n| 5_000 + n % 13).collect();
        // (cooldown, intervals, held)
        let cases: [(u32, &[u64], bool); 6] = [
            (0, &human, false),
            (0, &script, true),
            (0, &script[1..], false),
            // A player who waits for the cooldown is regular, but not to the millisecond.
            (5_000, &near_cooldown, false),
            (5_000, &hasty, true),
            (5_000, &[5_400; 10], true),
        ];
        for (cooldown, intervals, held) in cases {
            let (action, norms) = (action(0, cooldown), Norms::default());
            let past = with_intervals(intervals);
            let facts = Facts { past: &past, ..facts(&action, &norms) };
            let evidence = same_rhythm(&facts, &Thresholds::default());
            assert_eq!(evidence.is_some(), held, "{cooldown}: {intervals:?} {evidence:?}");
        }
    }

    #[test]
    fn a_rhythm_over_several_actions_is_held_unless_it_is_their_cooldown() {
        let norms = Norms::default();
        let guess = action(0, 0);
        for (cooldown_ms, held) in [(0, true), (29_000, false)] {
            let cheer = Action { name: "cheer".to_owned(), cooldown_ms, ..guess.clone() };
            let offered = [guess.clone(), cheer];
            let near_cooldown =
                [30_100, 29_310, 29_780, 29_240, 29_560, 30_200, 29_330, 29_420, 29_900, 29_480];
            let other = |past: PastEntry| PastEntry { action: "cheer".to_owned(), ..past };
            let past: Vec<_> = with_intervals(&near_cooldown).into_iter().map(other).collect();
            let facts = Facts { past: &past, offered: &offered, ..facts(&guess, &norms) };
            assert_eq!(same_rhythm(&facts, &Thresholds::default()).is_some(), held, "{cooldown_ms}");
        }
    }

    #[test]
    fn a_player_who_never_sleeps_is_held() {
        for (hours, held) in [(1, false), (18, false), (20, false), (21, true), (24, true)] {
            let (action, norms) = (action(0, 0), Norms::default());
            let facts = Facts { hours, ..facts(&action, &norms) };
            assert_eq!(round_the_clock(&facts, &Thresholds::default()).is_some(), held, "{hours}");
        }
    }
}
