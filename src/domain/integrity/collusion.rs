//! Rules about relations between accounts: accounts that act together, and new accounts in the top ten.

use super::norms::millis;
use super::{Evidence, Facts, Rise, Thresholds};
use crate::domain::leaderboard::TOP;

/// Several accounts on one device, or acting at the same moments from one address. A shared address alone is no
/// reason: a campus or a carrier shares one legitimately.
pub(super) fn together(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    let together =
        facts.device_accounts >= thresholds.device_accounts || facts.partners >= thresholds.partners;
    together.then(|| {
        vec![
            ("accountsOfDevice", facts.device_accounts),
            ("accountsAtTheSameMoments", facts.partners),
            ("withinMs", millis(thresholds.partners_within)),
        ]
    })
}

/// A new account that rises into the top ten with points from the last minutes, past accounts that are not new.
pub(super) fn new_in_ten(facts: &Facts<'_>, thresholds: &Thresholds) -> Option<Evidence> {
    // `abs`: after the clock was set back, no account counts as new for longer than the setting.
    let age = (facts.now - facts.joined_at).abs();
    if age >= thresholds.new_for {
        return None;
    }
    let top = i64::try_from(TOP).unwrap_or(i64::MAX);
    let jumps = |rise: &&Rise| {
        rise.rank_after <= top
            && rise.rank_before.is_none_or(|rank| rank > top)
            && rise.players >= thresholds.board_players
            // If most of the top ten are new, everybody is: the first day of a season.
            && rise.settled * 2 >= top
            && rise.gained * 2 > rise.total_after
    };
    let rise = facts.rises.iter().find(jumps)?;
    Some(vec![
        ("ageMs", i64::try_from(age.whole_milliseconds()).unwrap_or(i64::MAX)),
        ("rank", rise.rank_after),
        ("points", rise.total_after),
        ("gained", rise.gained),
        ("windowMs", millis(thresholds.window)),
    ])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::tests::{NOW, action, facts};
    use super::super::{Facts, Norms};
    use super::*;

    #[test]
    fn accounts_that_share_a_device_or_their_moments_are_held() {
        // (others on the device, partners at the address, held)
        for (device_accounts, partners, held) in
            [(0, 0, false), (1, 0, false), (0, 1, false), (1, 1, false), (2, 0, true), (0, 2, true)]
        {
            let (action, norms) = (action(0, 0), Norms::default());
            let facts = Facts { device_accounts, partners, ..facts(&action, &norms) };
            assert_eq!(together(&facts, &Thresholds::default()).is_some(), held);
        }
    }

    #[test]
    fn a_new_account_that_jumps_into_the_top_ten_is_held() {
        let jump = Rise {
            rank_before: Some(200),
            rank_after: 7,
            total_after: 500,
            gained: 400,
            players: 30,
            settled: 10,
        };
        let hour = Duration::from_hours(1);
        let cases = [
            (hour, jump, true),
            (hour * 24, jump, false),
            (hour, Rise { rank_before: None, ..jump }, true),
            (hour, Rise { rank_before: Some(10), ..jump }, false),
            (hour, Rise { rank_after: 11, ..jump }, false),
            (hour, Rise { players: 29, ..jump }, false),
            (hour, Rise { settled: 4, ..jump }, false),
            (hour, Rise { gained: 250, ..jump }, false),
        ];
        for (age, rise, held) in cases {
            let (action, norms) = (action(0, 0), Norms::default());
            let rises = [Rise { rank_after: 500, ..jump }, rise];
            let facts = Facts { joined_at: NOW - age, rises: &rises, ..facts(&action, &norms) };
            assert_eq!(new_in_ten(&facts, &Thresholds::default()).is_some(), held, "{age:?} {rise:?}");
        }
    }
}
