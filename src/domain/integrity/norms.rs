//! Norms among the players of an event: how long an action takes them, and how often they act.

use std::collections::HashMap;
use std::time::Duration;

use time::OffsetDateTime;

use super::median;
use crate::domain::id::UserId;

/// The number of an event's last entries to sample. In a large crowd they cover seconds, in a small one the whole
/// window.
pub const SAMPLE: usize = 2_000;

/// An entry of a player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The player.
    pub user: UserId,
    /// The action's name.
    pub action: String,
    /// From start to completion, in milliseconds.
    pub took_ms: i64,
    /// When it was completed.
    pub at: OffsetDateTime,
}

/// The norms of an event. Each player counts once, however often it acted, so a script does not become the norm.
#[derive(Debug, Clone, Default)]
pub struct Norms {
    /// For each action, each player's median time in milliseconds.
    times: HashMap<String, Vec<(UserId, i64)>>,
    /// How often each player acted in the sampled time.
    counts: HashMap<UserId, i64>,
    /// The sampled time, in milliseconds.
    covers_ms: i64,
}

/// A norm among other players, and how many players it is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usual {
    /// The median over the others.
    pub value: i64,
    /// The number of other players.
    pub players: i64,
}

impl Norms {
    /// Calculates the norms from an event's last entries, the latest first: all entries of the window, or [`SAMPLE`]
    /// of them.
    pub fn of(samples: &[Sample], window: Duration) -> Self {
        let mut times: HashMap<&str, HashMap<UserId, Vec<i64>>> = HashMap::new();
        let mut counts = HashMap::new();
        for sample in samples {
            times.entry(&sample.action).or_default().entry(sample.user).or_default().push(sample.took_ms);
            *counts.entry(sample.user).or_default() += 1;
        }
        let of_player = |(user, mut times): (UserId, Vec<i64>)| Some((user, median(&mut times)?));
        let of_action = |(action, players): (&str, HashMap<UserId, Vec<i64>>)| {
            (action.to_owned(), players.into_iter().filter_map(of_player).collect())
        };
        let window_ms = millis(window);
        let covered = match samples {
            [latest, .., oldest] if samples.len() >= SAMPLE => (latest.at - oldest.at).try_into().ok(),
            _ => None,
        };
        let covers_ms = covered.map_or(window_ms, millis).clamp(1_000, window_ms.max(1_000));
        Self { times: times.into_iter().map(of_action).collect(), counts, covers_ms }
    }

    /// The time that other players take for an action.
    pub fn time(&self, action: &str, user: UserId) -> Option<Usual> {
        let others = self.times.get(action)?.iter().filter(|(other, _)| *other != user);
        usual(others.map(|(_, time)| *time).collect())
    }

    /// How often other players act in a window of this length.
    pub fn count(&self, user: UserId, window: Duration) -> Option<Usual> {
        let others = self.counts.iter().filter(|(other, _)| **other != user);
        let usual = usual(others.map(|(_, count)| *count).collect())?;
        Some(Usual { value: usual.value.saturating_mul(millis(window)) / self.covers_ms.max(1), ..usual })
    }
}

fn usual(mut values: Vec<i64>) -> Option<Usual> {
    let players = i64::try_from(values.len()).unwrap_or(i64::MAX);
    Some(Usual { value: median(&mut values)?, players })
}

/// Whole milliseconds.
pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, others, user};
    use super::*;

    #[test]
    fn a_script_does_not_become_the_norm() {
        let sample = |n, took_ms| Sample { user: user(n), action: "guess".to_owned(), took_ms, at: NOW };
        let mut samples: Vec<_> = (0..10).map(|n| sample(n, 4_000)).collect();
        samples.extend((0..500).map(|_| sample(99, 50)));
        let norms = Norms::of(&samples, Duration::from_mins(10));
        assert_eq!(norms.time("guess", user(0)), Some(Usual { value: 4_000, players: 10 }));
        assert_eq!(norms.count(user(0), Duration::from_mins(10)).map(|usual| usual.value), Some(1));
        assert_eq!(norms.time("cheer", user(0)), None);
    }

    #[test]
    fn a_full_sample_covers_less_than_the_window() {
        let sample = |n: u32| Sample {
            user: user((n % 100).into()),
            action: "guess".to_owned(),
            took_ms: 1,
            at: NOW - Duration::from_millis((n * 10).into()),
        };
        let samples: Vec<_> = (0..2_000).map(sample).collect();
        let norms = Norms::of(&samples, Duration::from_mins(10));
        // 20 in 20 s is 600 in 10 minutes, except for the last step of 10 ms.
        assert_eq!(norms.count(user(7), Duration::from_mins(10)).map(|usual| usual.value), Some(600));
        assert_eq!(others(3, 2, 5).count(user(7), Duration::from_mins(10)).map(|usual| usual.value), Some(2));
    }
}
