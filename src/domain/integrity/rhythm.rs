//! When: a person is never quite regular, and sleeps.

use super::norms::millis;
use super::{Evidence, Facts, Thresholds};

/// How far back active hours are counted.
pub const HOURS_LOOKED_AT: i64 = 24;

/// The same time between completions, over and over. Who waits for the end of a cooldown is as regular as that,
/// so only what the intervals last beyond it tells.
pub(super) fn same_rhythm(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    let count = usize::from(thresholds.rhythm_count);
    let times = std::iter::once(facts.now).chain(facts.same_action().map(|past| past.at));
    let times: Vec<_> = times.take(count + 1).collect();
    if times.len() <= count {
        return None;
    }
    let cooldown = i64::from(facts.action.cooldown_ms);
    let beyond: Vec<_> = times
        .windows(2)
        .map(|pair| (pair[0] - pair[1]).whole_milliseconds())
        .map(|interval| (i64::try_from(interval).unwrap_or(i64::MAX) - cooldown).max(0))
        .collect();
    let (mean, spread) = mean_and_spread(&beyond)?;
    let bound = (mean.saturating_mul(thresholds.rhythm_percent) / 100).max(millis(thresholds.rhythm_spread));
    (spread <= bound).then(|| {
        vec![
            ("intervals", i64::try_from(beyond.len()).unwrap_or(i64::MAX)),
            ("meanMs", mean + cooldown),
            ("spreadMs", spread),
            ("cooldownMs", cooldown),
        ]
    })
}

/// Active at nearly every hour of a day.
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
    use super::super::tests::{action, facts, past};
    use super::super::{Norms, Past};
    use super::*;

    /// Entries with these intervals before now.
    fn with_intervals(intervals: &[u64]) -> Vec<Past> {
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
            // Who waits for the cooldown is regular, but not to the millisecond.
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
    fn other_actions_do_not_make_a_rhythm() {
        let (action, norms) = (action(0, 0), Norms::default());
        let other = |past: Past| Past { action: "cheer".to_owned(), ..past };
        let past: Vec<_> = with_intervals(&[5_000; 10]).into_iter().map(other).collect();
        let facts = Facts { past: &past, ..facts(&action, &norms) };
        assert_eq!(same_rhythm(&facts, &Thresholds::default()), None);
    }

    #[test]
    fn who_never_sleeps_is_held() {
        for (hours, held) in [(1, false), (18, false), (20, false), (21, true), (24, true)] {
            let (action, norms) = (action(0, 0), Norms::default());
            let facts = Facts { hours, ..facts(&action, &norms) };
            assert_eq!(round_the_clock(&facts, &Thresholds::default()).is_some(), held, "{hours}");
        }
    }
}
