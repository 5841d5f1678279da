//! Rules about speed and frequency, compared with other players.

use super::norms::millis;
use super::{Evidence, Facts, Thresholds};

/// The number of last completions that are checked for the minimum time.
const EXACT_OF: usize = 8;

/// Completed much faster than other players complete the same action.
pub(super) fn too_fast(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    let usual = facts.norms.time(&facts.action.name, facts.user)?;
    let is_fast = facts.took_ms.saturating_mul(100) < usual.value.saturating_mul(thresholds.fast_percent);
    (usual.players >= thresholds.others && is_fast)
        .then(|| vec![("tookMs", facts.took_ms), ("medianMs", usual.value), ("players", usual.players)])
}

/// Completed at the minimum time, repeatedly. Does not apply if other players do the same: then their app completes
/// it for them.
pub(super) fn exact_minimum(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    let min_ms = i64::from(facts.action.min_ms);
    let within_ms = millis(thresholds.exact_within);
    if min_ms == 0 {
        return None;
    }
    let usual = facts.norms.time(&facts.action.name, facts.user);
    if usual.is_some_and(|usual| {
        usual.players >= thresholds.others && usual.value - min_ms <= within_ms.saturating_mul(3)
    }) {
        return None;
    }
    let times = std::iter::once(facts.took_ms).chain(facts.same_action().map(|past| past.took_ms));
    let times: Vec<_> = times.take(EXACT_OF).collect();
    let at_minimum = times.iter().filter(|took| (0..=within_ms).contains(&(**took - min_ms))).count();
    let (at_minimum, of) = (i64::try_from(at_minimum).ok()?, i64::try_from(times.len()).ok()?);
    (at_minimum >= thresholds.exact_count)
        .then(|| vec![("atMinimum", at_minimum), ("of", of), ("minMs", min_ms), ("withinMs", within_ms)])
}

/// Far more actions than other players in the same time.
pub(super) fn high_rate(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    let usual = facts.norms.count(facts.user, thresholds.window)?;
    let limit = usual.value.max(1).saturating_mul(thresholds.rate_times).max(thresholds.rate_least);
    (usual.players >= thresholds.others && facts.in_window > limit).then(|| {
        vec![
            ("actions", facts.in_window),
            ("median", usual.value),
            ("players", usual.players),
            ("windowMs", millis(thresholds.window)),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{action, facts, others, past};
    use super::super::{Norms, PastEntry};
    use super::*;

    #[test]
    fn less_than_a_fifth_of_the_others_median_is_held() {
        // (others, their time, own time, held)
        let cases = [
            (20, 4_000, 799, true),
            (20, 4_000, 800, false),
            (20, 4_000, 4_000, false),
            (7, 4_000, 100, false),
            (8, 4_000, 100, true),
        ];
        for (players, usual, took_ms, held) in cases {
            let (action, norms) = (action(0, 0), others(players, 2, usual));
            let facts = Facts { took_ms, ..facts(&action, &norms) };
            let evidence = too_fast(&facts, &Thresholds::default());
            assert_eq!(evidence.is_some(), held, "{took_ms} of {usual} by {players}");
            if let Some(evidence) = evidence {
                assert_eq!(evidence[..2], [("tookMs", took_ms), ("medianMs", usual)]);
            }
        }
    }

    #[test]
    fn the_minimum_time_repeatedly_is_held() {
        // (minimum time, own times with the latest first, the others' time, held)
        let cases: [(u32, &[i64], i64, bool); 7] = [
            (1_000, &[1_000, 1_004, 1_010, 1_002, 1_075, 1_001], 4_000, true),
            (1_000, &[1_000, 1_004, 1_010, 1_002, 1_076, 1_001], 4_000, false),
            (1_000, &[1_000, 1_004, 2_010, 1_002, 3_000, 1_001, 1_000, 1_001], 4_000, true),
            (1_000, &[1_000, 1_004, 2_010, 1_002, 3_000, 1_001, 1_000, 1_900], 4_000, false),
            (1_000, &[1_000, 1_004, 1_010, 1_002, 1_001], 4_000, false),
            // An app that completes the action on its own.
            (1_000, &[1_000, 1_004, 1_010, 1_002, 1_075, 1_001], 1_060, false),
            (0, &[0, 4, 10, 2, 75, 1], 4_000, false),
        ];
        for (min_ms, times, usual, held) in cases {
            let (action, norms) = (action(min_ms, 0), others(20, 2, usual));
            let past: Vec<PastEntry> = times[1..].iter().map(|took| past(5_000, *took)).collect();
            let facts = Facts { took_ms: times[0], past: &past, ..facts(&action, &norms) };
            let evidence = exact_minimum(&facts, &Thresholds::default());
            assert_eq!(evidence.is_some(), held, "{min_ms}: {times:?} among {usual}");
        }
    }

    #[test]
    fn five_times_the_others_rate_is_held() {
        // (others, what each did, own count, held)
        let cases = [
            (20, 4, 20, false),
            (20, 4, 21, true),
            (20, 10, 50, false),
            (20, 10, 51, true),
            (20, 1, 20, false),
            (7, 1, 500, false),
        ];
        for (players, each, in_window, held) in cases {
            let (action, norms) = (action(0, 0), others(players, each, 4_000));
            let facts = Facts { in_window, ..facts(&action, &norms) };
            let evidence = high_rate(&facts, &Thresholds::default());
            assert_eq!(evidence.is_some(), held, "{in_window} among {players} with {each}");
        }
    }

    #[test]
    fn without_others_nobody_is_compared() {
        let (action, norms) = (action(0, 0), Norms::default());
        let facts = Facts { took_ms: 1, in_window: 10_000, ..facts(&action, &norms) };
        assert_eq!(too_fast(&facts, &Thresholds::default()), None);
        assert_eq!(high_rate(&facts, &Thresholds::default()), None);
    }
}
