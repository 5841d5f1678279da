//! Fifty players over some simulated minutes: people with natural variation, and five cheating scripts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use touchline::domain::account::Role;
use touchline::domain::integrity::{Rule, Thresholds};
use touchline::services::reviews::Selection;

use super::field::{Player, PointsStatus, action, at, earn, grant, open_event, services, sign_in, times};
use crate::databases::each;

/// Human players.
const PEOPLE: usize = 45;
/// Human players on one campus, who share an address with a script.
const CAMPUS: usize = 20;
/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A player's style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Style {
    /// Like a person.
    Person,
    /// Completes faster than anybody can.
    Fast,
    /// Completes at the least allowed time.
    Exact,
    /// Never pauses.
    Busy,
    /// Acts every twenty seconds.
    Regular,
    /// Acts through three accounts at once.
    Farm,
}

impl Style {
    /// The rule that detects this style.
    fn rule(self) -> Option<Rule> {
        match self {
            Self::Person => None,
            Self::Fast => Some(Rule::TooFast),
            Self::Exact => Some(Rule::ExactMinimum),
            Self::Busy => Some(Rule::HighRate),
            Self::Regular => Some(Rule::SameRhythm),
            Self::Farm => Some(Rule::Together),
        }
    }
}

/// A log-normal time around a median, like people's reaction times and pauses. The sum of twelve uniform numbers
/// approximates the normal distribution.
fn spread(rng: &mut StdRng, median: f64, sigma: f64) -> i64 {
    let normal: f64 = (0..12).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() - 6.0;
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of minutes")]
    let millis = (median * (normal * sigma).exp()) as i64;
    millis
}

/// The pause before the next action, which action, and how long it takes.
fn next(style: Style, rng: &mut StdRng) -> (i64, &'static str, i64) {
    // A hold of three seconds, which people release a little later; or a guess, which takes thought.
    let action = if style == Style::Exact || (style != Style::Fast && rng.random_bool(0.4)) {
        "hold"
    } else {
        "guess"
    };
    let human =
        if action == "hold" { 3_000 + spread(rng, 700.0, 0.5) } else { 250 + spread(rng, 4_000.0, 0.45) };
    let pause = spread(rng, 22_000.0, 0.7);
    match style {
        Style::Person => (pause, action, human),
        Style::Fast => (pause, action, 250 + spread(rng, 40.0, 0.3)),
        Style::Exact => (pause, action, 3_000 + rng.random_range(0..30)),
        Style::Busy => (spread(rng, 600.0, 0.4), "hold", 3_000 + spread(rng, 500.0, 0.4)),
        Style::Regular => (20_000 - human + rng.random_range(0..60), action, human),
        Style::Farm => (pause, "guess", human),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_cheat_is_held_by_its_rule_and_people_are_let_be() {
    each(async |db| {
        let mut rng = StdRng::seed_from_u64(5);
        let services = services(&db, Thresholds::default());
        let event = open_event(&db, "1", vec![action("guess", 10, 200), action("hold", 5, 3_000)]).await;
        let mut players: Vec<(Style, Vec<Player>)> = Vec::new();
        for n in 0..PEOPLE {
            let mut person = sign_in(&db, &format!("person{n}"), at(-30 * DAY)).await;
            let address = if n < CAMPUS { "192.0.2.1".to_owned() } else { format!("198.51.100.{n}") };
            person.address = Some(address);
            players.push((Style::Person, vec![person]));
        }
        for style in [Style::Fast, Style::Exact, Style::Busy, Style::Regular, Style::Farm] {
            let mut accounts = Vec::new();
            for n in 0..if style == Style::Farm { 3 } else { 1 } {
                let mut account = sign_in(&db, &format!("{style:?}{n}"), at(-30 * DAY)).await;
                account.address = Some("192.0.2.1".to_owned());
                accounts.push(account);
            }
            players.push((style, accounts));
        }

        let end = i64::try_from(times(12, 60)).unwrap() * 60_000;
        let mut queue: BinaryHeap<_> =
            (0..players.len()).map(|player| Reverse((spread(&mut rng, 8_000.0, 0.8), player))).collect();
        let mut counted: BTreeMap<Style, (usize, usize)> = BTreeMap::new();
        while let Some(Reverse((from, player))) = queue.pop() {
            if from > end {
                continue;
            }
            let (style, accounts) = &players[player];
            let (pause, action, took) = next(*style, &mut rng);
            for (n, account) in (0..).zip(accounts) {
                let (from, to) = (at(from + n * 40), at(from + took + n * 40));
                let change =
                    earn(&services, account, &event, action, from, to).await.expect("points or a hold");
                let tally = counted.entry(*style).or_default();
                tally.0 += 1;
                tally.1 += usize::from(change.status == PointsStatus::Held);
            }
            // Something happens in the match every two minutes, and most people react.
            let mut then = from + took + pause.max(0);
            let moment = (then / 120_000) * 120_000;
            if *style == Style::Person && then - moment < 20_000 && rng.random_bool(0.7) {
                then = then.min(moment + spread(&mut rng, 1_200.0, 0.5)).max(from + took);
            }
            queue.push(Reverse((then, player)));
        }

        let reviewer = sign_in(&db, "rita", at(0)).await;
        grant(&db, &reviewer, Role::Reviewer).await;
        let (mut reviews, mut after) = (Vec::new(), None);
        loop {
            let selection = Selection { after, ..Selection::default() };
            let (page, next) = services.reviews.list(reviewer.credential(), selection).await.unwrap();
            reviews.extend(page);
            if next.is_none() {
                break;
            }
            after = next;
        }
        eprintln!("done and held: {counted:?}");
        for (style, accounts) in &players {
            let Some(rule) = style.rule() else { continue };
            let (done, held) = counted[style];
            let by_rule = reviews.iter().filter(|case| {
                case.review.reasons.contains(&rule)
                    && accounts.iter().any(|account| account.id == case.review.player.id)
            });
            let by_rule = by_rule.count();
            eprintln!("{style:?}: {done} actions, {held} held, {by_rule} by {rule:?}");
            assert!(by_rule * 3 > done, "{style:?}: {by_rule} of {done} held by {rule:?}");
        }
        let (done, held) = counted[&Style::Person];
        assert!(held * 200 <= done, "{held} of {done} actions of people are held");
    })
    .await;
}
