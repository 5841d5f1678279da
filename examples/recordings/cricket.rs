//! The cricket match: two fictional clubs, simulated ball by ball, so that every match differs.

use std::time::Duration;

use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

use super::Fixture;
use super::chance::{draw, next_bowler};
use super::delivery::{Delivery, Off};
use super::innings::Innings;
use super::scorecard::{Call, FIELDS, Scorecard, Side};
use super::script::Script;
use super::summary;

/// The number of matches; the recording stays well below a megabyte.
const MATCHES: u64 = 4;
const BALL: Duration = Duration::from_secs(3);
const NEW_OVER: Duration = Duration::from_secs(5);
const NEW_INNINGS: Duration = Duration::from_secs(12);
/// The time until a scorer notices a mistake.
const SECOND_LOOK: Duration = Duration::from_secs(2);

const SIDES: [Side; 2] = [
    Side {
        name: "Harbour Lane",
        players: [
            "R. Aldane",
            "T. Brackwell",
            "S. Chandrel",
            "M. Dunmarsh",
            "K. Elsworthy",
            "J. Farrowdale",
            "D. Gathorpe",
            "N. Harkvale",
            "L. Ironbridge",
            "O. Jessamy",
            "W. Kettlewick",
        ],
    },
    Side {
        name: "Meadow Bank",
        players: [
            "B. Larkspur",
            "C. Mistrydale",
            "E. Northgate",
            "F. Oakhanger",
            "G. Pellowmere",
            "H. Quillane",
            "I. Ravenscar",
            "V. Sandwold",
            "Y. Tamworthy",
            "Z. Underhay",
            "A. Wrenfield",
        ],
    },
];

/// The event and its matches.
pub fn fixture() -> Fixture {
    let names = SIDES.each_ref().map(|side| json!({"name": side.name}));
    Fixture {
        name: "cricket",
        event: json!({
            "eventId": "cricket-demo",
            "sport": "cricket",
            "title": "Harbour Lane v Meadow Bank, Twenty20 (simulated)",
            "competitors": names,
            "actions": [
                {"name": "call", "points": 5, "minMs": 1_000, "cooldownMs": 5_000, "dailyCap": 200},
                {"name": "puzzle", "points": 2, "minMs": 3_000, "cooldownMs": 20_000, "dailyCap": 50},
            ],
        }),
        matches: (1..=MATCHES).map(script).collect(),
    }
}

/// Match `number`, from the toss to the result.
fn script(number: u64) -> Script {
    let mut rng = StdRng::seed_from_u64(number);
    let mut script = Script::new(&FIELDS, summary::cricket, Some("ball"));
    let winner = usize::from(rng.random_bool(0.5));
    let bats = rng.random_bool(0.5);
    let first = if bats { winner } else { 1 - winner };
    let choice = if bats { "bat" } else { "field" };
    let toss = format!("{} won the toss and chose to {choice}.", SIDES[winner].name);
    let mut card = Scorecard::new(number, &SIDES[first], &SIDES[1 - first], toss);
    let innings = Innings::new(None);
    script.update(Duration::ZERO, card.board(&innings));
    let innings = play_innings(&mut rng, &mut script, &mut card, innings);
    card.change_innings(&innings);
    let chase = Innings::new(Some(innings.runs + 1));
    script.update(BALL, card.board(&chase));
    let chase = play_innings(&mut rng, &mut script, &mut card, chase);
    card.conclude(&innings, &chase);
    script.update(BALL, card.board(&chase));
    script
}

fn play_innings(rng: &mut StdRng, script: &mut Script, card: &mut Scorecard, mut now: Innings) -> Innings {
    // Once per innings the scorer mistakes a single for a leg bye, or the other way round.
    let mut slip_from = Some(rng.random_range(12..48));
    let mut wait = NEW_INNINGS;
    while !now.is_over() {
        if now.over_to_come {
            now.start_over(next_bowler(rng, &now));
            card.start_over();
        }
        let ball = draw(rng, &now);
        let slip = mistaken(&ball).filter(|_| slip_from.is_some_and(|from| now.balls >= from));
        if let Some(mistaken) = slip {
            slip_from = None;
            script.update(wait, card.clone().call(&now, &mistaken).board);
        }
        let Call { after, board } = card.call(&now, &ball);
        now = after;
        if slip.is_some() {
            script.correct(SECOND_LOOK, board, "a single and a leg bye were mixed up");
        } else {
            script.update(wait, board);
        }
        wait = if now.over_to_come { NEW_OVER } else { BALL };
    }
    now
}

/// The ball that a scorer could mistake this one for.
fn mistaken(ball: &Delivery) -> Option<Delivery> {
    let single = *ball == Delivery { fault: None, runs: 1, boundary: false, off: ball.off, wicket: None };
    match ball.off {
        Off::Bat if single => Some(Delivery { off: Off::LegByes, ..*ball }),
        Off::LegByes if single => Some(Delivery { off: Off::Bat, ..*ball }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::script::tests::follow;
    use super::*;

    #[test]
    fn a_match_is_told_to_its_result() {
        let mut corrections = 0;
        for number in 1..20 {
            let script = script(number);
            corrections += script.steps.iter().filter(|step| step.correction.is_some()).count();
            let steps = follow(&script);
            for (data, snapshot) in &steps[2..] {
                let shown = snapshot.as_object().unwrap();
                assert!(shown.keys().all(|field| FIELDS.contains(&field.as_str())));
                assert!(data.get("ball").is_none_or(|ball| ball.is_null() || *ball == snapshot["ball"]));
            }
            let last = &steps.last().unwrap().1;
            assert_eq!(last["target"], last["first"]["runs"].as_u64().unwrap() + 1);
            let sum = |overs: &Value| {
                overs.as_object().unwrap().values().map(|over| over["runs"].as_u64().unwrap()).sum::<u64>()
            };
            assert_eq!(sum(&last["progress"]), last["runs"].as_u64().unwrap());
            assert_eq!(sum(&last["cards"]["1"]["progress"]), last["first"]["runs"].as_u64().unwrap());
            assert_eq!(last["fall"].as_object().unwrap().len() as u64, last["wickets"].as_u64().unwrap());
            let margin = last["runs"].as_i64().unwrap() - last["first"]["runs"].as_i64().unwrap();
            let winner = match margin {
                0 => "The match",
                1.. => last["batting"].as_str().unwrap(),
                _ => last["bowling"].as_str().unwrap(),
            };
            assert!(last["result"].as_str().unwrap().starts_with(winner), "{last}");
        }
        assert!((30..=38).contains(&corrections), "{corrections} slips in 19 matches");
    }

    #[test]
    fn a_match_depends_on_its_number_alone() {
        assert_eq!(script(7).steps, script(7).steps);
        assert_ne!(script(7).steps, script(8).steps);
    }
}
