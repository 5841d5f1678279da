//! Random cricket: balls and bowlers from a seeded generator, with the frequencies of a club Twenty20 match, and always
//! within the Laws.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::delivery::{Delivery, Dismissal, Fault, Off};
use super::innings::{BALLS_IN_OVER, Innings, OVERS_FOR_BOWLER, SIDE};

/// The wicket-keeper's number in the batting order.
pub const KEEPER: usize = 3;
/// The bowlers. Six would be enough for twenty overs of at most four each.
const BOWLERS: std::ops::Range<usize> = 4..SIDE;
/// From here on in the batting order, the batters are specialist bowlers and get out sooner.
const TAIL: usize = 7;
/// From this over on, batters play for boundaries.
const LAST_OVERS: u32 = 16;

/// Chooses the bowler of the next over, preferring those with more overs left.
pub fn next_bowler(rng: &mut StdRng, innings: &Innings) -> usize {
    let able: Vec<usize> = BOWLERS.filter(|bowler| innings.may_bowl(*bowler)).collect();
    let left = |bowler: &usize| OVERS_FOR_BOWLER * BALLS_IN_OVER - innings.bowlers[*bowler].balls;
    *able.choose_weighted(rng, left).expect("seven bowlers of four overs outlast twenty overs")
}

/// Chooses the outcome of the next ball, as the Laws allow.
pub fn draw(rng: &mut StdRng, innings: &Innings) -> Delivery {
    let fault = match rng.random_range(0..1_000) {
        0..34 => Some(Fault::Wide),
        34..42 => Some(Fault::NoBall),
        _ => None,
    };
    let free = innings.free_hit || fault == Some(Fault::NoBall);
    let tail = u32::from(innings.striker >= TAIL);
    let slog = u32::from(innings.balls >= LAST_OVERS * BALLS_IN_OVER);
    let wicket = rng.random_range(0..1_000) < 44 + 45 * tail + 30 * slog;
    let mut ball = match fault {
        Some(Fault::Wide) => wide(rng),
        _ => scored(rng, slog),
    };
    ball.fault = fault;
    if wicket {
        fall(rng, innings.bowler, free, &mut ball);
    }
    end_with_the_target(innings, &mut ball);
    ball
}

const NOTHING: Delivery = Delivery { fault: None, runs: 0, boundary: false, off: Off::Bat, wicket: None };

fn wide(rng: &mut StdRng) -> Delivery {
    match rng.random_range(0..100) {
        0..82 => NOTHING,
        82..93 => Delivery { runs: 1, ..NOTHING },
        93..96 => Delivery { runs: 2, ..NOTHING },
        _ => Delivery { runs: 4, boundary: true, ..NOTHING },
    }
}

fn scored(rng: &mut StdRng, slog: u32) -> Delivery {
    let outcomes = [
        (34 - 8 * slog, NOTHING),
        (38, Delivery { runs: 1, ..NOTHING }),
        (7, Delivery { runs: 2, ..NOTHING }),
        (1, Delivery { runs: 3, ..NOTHING }),
        (11 + 3 * slog, Delivery { runs: 4, boundary: true, ..NOTHING }),
        (4 + 5 * slog, Delivery { runs: 6, boundary: true, ..NOTHING }),
        (2, Delivery { runs: 1, off: Off::LegByes, ..NOTHING }),
        (1, Delivery { runs: 1, off: Off::Byes, ..NOTHING }),
        (1, Delivery { runs: 4, boundary: true, off: Off::Byes, ..NOTHING }),
    ];
    outcomes.choose_weighted(rng, |(weight, _)| *weight).expect("there are weights").1
}

/// Turns the ball into a wicket if possible: off a no-ball or a free hit only a run out, off a wide also a stumping.
fn fall(rng: &mut StdRng, bowler: usize, free: bool, ball: &mut Delivery) {
    let wide = ball.fault == Some(Fault::Wide);
    let fielder = rng.random_range(0..SIDE);
    let out = match rng.random_range(0..100) {
        roll @ 0..8 => {
            let runs = if ball.boundary { 0 } else { ball.runs };
            let by = if fielder == bowler { KEEPER } else { fielder };
            let wicket = Dismissal::RunOut { by, striker: roll < 5, at_strikers_end: roll % 2 == 0 };
            *ball = Delivery { runs, boundary: false, wicket: Some(wicket), ..*ball };
            return;
        }
        8..13 => Dismissal::Stumped,
        13..70 => Dismissal::Caught { by: fielder },
        70..88 => Dismissal::Bowled,
        88..98 => Dismissal::Lbw,
        _ => Dismissal::HitWicket,
    };
    if !free && (!wide || out == Dismissal::Stumped) {
        *ball = Delivery { fault: ball.fault, wicket: Some(out), ..NOTHING };
    }
}

/// A match ends when the winning run is made, and later runs do not count (Law 16.6). A winning boundary counts in full.
fn end_with_the_target(innings: &Innings, ball: &mut Delivery) {
    let Some(target) = innings.target else { return };
    let needed = (target - innings.runs).saturating_sub(u32::from(ball.fault.is_some()));
    if needed == 0 || (!ball.boundary && ball.runs >= needed) {
        *ball = Delivery { fault: ball.fault, runs: needed, off: ball.off, ..NOTHING };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng;

    use super::super::innings::WICKETS;
    use super::super::words::kind;
    use super::*;

    /// An innings: the state before each ball, and the ball; then the state at the end.
    fn innings(seed: u64, target: Option<u32>) -> (Vec<(Innings, Delivery)>, Innings) {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut now = Innings::new(target);
        let mut balls = Vec::new();
        while !now.is_over() {
            if now.over_to_come {
                now.start_over(next_bowler(&mut rng, &now));
            }
            let ball = draw(&mut rng, &now);
            balls.push((now.clone(), ball));
            now.bowl(&ball);
        }
        (balls, now)
    }

    /// Four hundred innings: first innings, and chases of small and large targets.
    fn many() -> impl Iterator<Item = (Vec<(Innings, Delivery)>, Innings)> {
        let targets = [None, Some(40), Some(150), Some(220)];
        (0..100).flat_map(move |seed| targets.map(|target| innings(seed, target)))
    }

    #[test]
    fn overs_are_shared_by_the_laws() {
        for (balls, end) in many() {
            let legal: Vec<_> = balls.iter().filter(|(_, ball)| ball.fault.is_none()).collect();
            let overs: Vec<_> = legal.chunks(6).map(|over| over[0].0.bowler).collect();
            for over in legal.chunks(6) {
                assert!(over.iter().all(|(before, _)| before.bowler == over[0].0.bowler));
            }
            assert!(overs.windows(2).all(|pair| pair[0] != pair[1]), "two overs in a row: {overs:?}");
            for bowler in 0..11 {
                assert!(overs.iter().filter(|over| **over == bowler).count() <= 4, "{overs:?}");
            }
            assert_eq!(end.balls as usize, legal.len());
        }
    }

    #[test]
    fn the_books_balance() {
        for (balls, end) in many() {
            let batters: u32 = end.batters.iter().map(|batter| batter.runs).sum();
            let byes = end.extras.byes + end.extras.leg_byes;
            let faults = end.extras.wides + end.extras.no_balls;
            assert_eq!(end.runs, batters + byes + faults);
            assert_eq!(end.runs, byes + end.bowlers.iter().map(|bowler| bowler.runs).sum::<u32>());
            let received: u32 = end.batters.iter().map(|batter| batter.balls).sum();
            let wides = balls.iter().filter(|(_, ball)| ball.fault == Some(Fault::Wide)).count();
            assert_eq!(received as usize, balls.len() - wides);
            let out: Vec<_> = end.batters.iter().filter_map(|batter| batter.out).collect();
            assert_eq!(out.len(), end.wickets as usize);
            let credited = out.iter().filter(|(out, _)| !matches!(out, Dismissal::RunOut { .. })).count();
            assert_eq!(credited, end.bowlers.iter().map(|bowler| bowler.wickets).sum::<u32>() as usize);
        }
    }

    #[test]
    fn the_strike_changes_with_odd_runs_and_with_the_over() {
        for (balls, _) in many() {
            for pair in balls.windows(2) {
                let [(before, ball), (after, _)] = pair else { unreachable!() };
                assert!([before.striker, before.partner].iter().all(|at| before.batters[*at].out.is_none()));
                assert_ne!(before.striker, before.partner);
                if ball.wicket.is_none() {
                    let crossed = !ball.boundary && ball.runs % 2 == 1;
                    let new_over = ball.fault.is_none() && after.balls.is_multiple_of(6);
                    assert_eq!(after.striker != before.striker, crossed != new_over, "{ball:?}");
                }
            }
        }
    }

    #[test]
    fn a_free_hit_takes_no_wicket_but_a_run_out() {
        let mut free_hits = 0;
        for (balls, _) in many() {
            let mut free = false;
            for (_, ball) in &balls {
                let was_free = free;
                free_hits += u32::from(free);
                free = ball.fault == Some(Fault::NoBall) || free && ball.fault.is_some();
                let allowed = matches!(ball.wicket, None | Some(Dismissal::RunOut { .. }));
                assert!(allowed || !was_free && !free, "{ball:?}");
            }
        }
        assert!(free_hits > 100);
    }

    #[test]
    fn an_innings_ends_when_it_must_and_not_before() {
        let mut ends = [0; 3];
        for (balls, end) in many() {
            assert!(balls.iter().all(|(before, _)| before.balls < 120 && before.wickets < WICKETS));
            let reached = end.target.is_some_and(|target| end.runs >= target);
            ends[0] += u32::from(end.wickets == WICKETS);
            ends[1] += u32::from(end.balls == 120);
            ends[2] += u32::from(reached);
            if let Some(target) = end.target {
                let (before, ball) = balls.last().unwrap();
                assert!(before.runs < target, "bowled on after the target");
                assert!(ball.boundary || end.runs <= target, "ran on after the target: {ball:?}");
            }
        }
        assert!(ends.iter().all(|count| *count > 10), "all out, out of overs, won: {ends:?}");
    }

    #[test]
    fn everything_that_happens_in_cricket_happens() {
        let mut kinds = BTreeSet::new();
        let mut runs = Vec::new();
        for (balls, end) in many() {
            for (_, ball) in &balls {
                kinds.insert(kind(ball).to_owned());
                if let Some(wicket) = ball.wicket {
                    kinds.insert(format!("{wicket:?}").split(' ').next().unwrap().to_owned());
                }
            }
            if end.target.is_none() {
                runs.push(end.runs);
            }
        }
        let kinds: Vec<_> = kinds.iter().map(String::as_str).collect();
        #[rustfmt::skip]
        assert_eq!(kinds, [
            "Bowled", "Caught", "HitWicket", "Lbw", "RunOut", "Stumped", "bye", "dot", "four", "legBye",
            "noBall", "run", "six", "wicket", "wide",
        ]);
        let average = runs.iter().sum::<u32>() as usize / runs.len();
        assert!((130..180).contains(&average), "an average of {average} is no Twenty20 match");
    }
}
