//! The texts of a cricket ball: its kind, its sign in the over, and its commentary.

use super::chance::KEEPER;
use super::delivery::{Delivery, Dismissal, Fault, Off};
use super::innings::SIDE;

/// The kind of a ball, as in the update.
pub fn kind(ball: &Delivery) -> &'static str {
    match (ball.wicket, ball.fault, ball.off) {
        (Some(_), ..) => "wicket",
        (_, Some(Fault::Wide), _) => "wide",
        (_, Some(Fault::NoBall), _) => "noBall",
        _ if ball.runs == 0 => "dot",
        (.., Off::Byes) => "bye",
        (.., Off::LegByes) => "legBye",
        _ if ball.boundary && ball.runs == 6 => "six",
        _ if ball.boundary => "four",
        _ => "run",
    }
}

/// The sign of a ball in the over, such as `4`, `wd`, `1lb` or `1W`.
pub fn sign(ball: &Delivery) -> String {
    let runs = if ball.runs == 0 { String::new() } else { ball.runs.to_string() };
    let scored = match (ball.fault, ball.off) {
        (Some(Fault::Wide), _) => format!("{runs}wd"),
        (Some(Fault::NoBall), _) => format!("{runs}nb"),
        (None, _) if ball.runs == 0 && ball.wicket.is_none() => "0".to_owned(),
        (None, _) if ball.runs == 0 => String::new(),
        (None, Off::Bat) => runs,
        (None, Off::Byes) => format!("{runs}b"),
        (None, Off::LegByes) => format!("{runs}lb"),
    };
    scored + if ball.wicket.is_some() { "W" } else { "" }
}

/// The runs of a ball, in words.
pub fn scored(ball: &Delivery) -> String {
    let runs = match (ball.runs, ball.boundary, ball.off) {
        (0, ..) => "no run".to_owned(),
        (4, true, Off::Bat) => "FOUR".to_owned(),
        (6, true, Off::Bat) => "SIX".to_owned(),
        (runs, _, Off::Bat) => count(runs, "run"),
        (runs, _, Off::Byes) => count(runs, "bye"),
        (runs, _, Off::LegByes) => count(runs, "leg bye"),
    };
    match ball.fault {
        None => runs,
        Some(Fault::Wide) if ball.runs == 0 => "wide".to_owned(),
        Some(Fault::Wide) => format!("{} wides", ball.runs + 1),
        Some(Fault::NoBall) if ball.runs == 0 => "no-ball".to_owned(),
        Some(Fault::NoBall) => format!("no-ball, {runs}"),
    }
}

/// A dismissal as on a scorecard, such as `c Aldane b Jessamy`.
pub fn how_out(wicket: Dismissal, bowler: usize, fielding: &[&str; SIDE]) -> String {
    let name = fielding[bowler];
    match wicket {
        Dismissal::Bowled => format!("b {name}"),
        Dismissal::Caught { by } if by == bowler => format!("c & b {name}"),
        Dismissal::Caught { by } => format!("c {} b {name}", fielding[by]),
        Dismissal::Lbw => format!("lbw b {name}"),
        Dismissal::Stumped => format!("st {} b {name}", fielding[KEEPER]),
        Dismissal::HitWicket => format!("hit wicket b {name}"),
        Dismissal::RunOut { by, .. } => format!("run out ({})", fielding[by]),
    }
}

/// A number with its noun: `1 run`, `2 runs`.
pub fn count(n: u32, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ball_is_told_in_the_usual_words() {
        let dot = Delivery { fault: None, runs: 0, boundary: false, off: Off::Bat, wicket: None };
        let wide = Delivery { fault: Some(Fault::Wide), ..dot };
        let no_ball = Delivery { fault: Some(Fault::NoBall), ..dot };
        let run_out = Dismissal::RunOut { by: 0, striker: true, at_strikers_end: true };
        let four = Delivery { runs: 4, boundary: true, ..dot };
        for (ball, expected) in [
            (dot, ["dot", "0", "no run"]),
            (Delivery { runs: 1, ..dot }, ["run", "1", "1 run"]),
            (four, ["four", "4", "FOUR"]),
            (Delivery { runs: 4, ..dot }, ["run", "4", "4 runs"]),
            (Delivery { runs: 6, ..four }, ["six", "6", "SIX"]),
            (Delivery { off: Off::Byes, ..four }, ["bye", "4b", "4 byes"]),
            (Delivery { runs: 1, off: Off::LegByes, ..dot }, ["legBye", "1lb", "1 leg bye"]),
            (wide, ["wide", "wd", "wide"]),
            (Delivery { runs: 4, boundary: true, ..wide }, ["wide", "4wd", "5 wides"]),
            (no_ball, ["noBall", "nb", "no-ball"]),
            (Delivery { fault: no_ball.fault, ..four }, ["noBall", "4nb", "no-ball, FOUR"]),
            (Delivery { wicket: Some(Dismissal::Lbw), ..dot }, ["wicket", "W", "no run"]),
            (Delivery { wicket: Some(run_out), runs: 1, ..dot }, ["wicket", "1W", "1 run"]),
        ] {
            assert_eq!([kind(&ball), &sign(&ball), &scored(&ball)], expected, "{ball:?}");
        }
    }
}
