//! One innings of twenty overs by the Laws of Cricket (MCC, 2017 code) and the usual Twenty20 playing conditions: applies
//! each delivery to the runs, the figures and the ends.

use super::delivery::{Delivery, Dismissal, Fault, Off};
use super::figures::{Batter, Bowler, Extras, Fall, Over, Stand};

/// Legal balls in an over, and overs in an innings.
pub const BALLS_IN_OVER: u32 = 6;
pub const OVERS: u32 = 20;
/// The most overs for one bowler.
pub const OVERS_FOR_BOWLER: u32 = 4;
/// Players per side.
pub const SIDE: usize = 11;
/// The wickets of an innings, after which the last batter has no partner.
pub const WICKETS: u32 = 10;

/// An innings in progress. Players are numbers in their side's order.
#[derive(Debug, Clone)]
pub struct Innings {
    pub target: Option<u32>,
    pub runs: u32,
    pub wickets: u32,
    /// Legal balls.
    pub balls: u32,
    pub extras: Extras,
    /// Batters who have come in, in batting order.
    pub batters: Vec<Batter>,
    pub striker: usize,
    pub partner: usize,
    pub bowlers: [Bowler; SIDE],
    /// The bowler of this over, or of the one that just ended.
    pub bowler: usize,
    /// Whether it is between overs, or before the first.
    pub over_to_come: bool,
    pub free_hit: bool,
    /// The partnership of the two batters.
    pub stand: Stand,
    /// The wickets that fell.
    pub falls: Vec<Fall>,
    /// The overs, the one in progress included.
    pub progress: Vec<Over>,
    /// Runs conceded by the bowler in this over.
    conceded: u32,
}

impl Innings {
    /// An innings before its first over. `target` is the score that a second innings must reach.
    pub fn new(target: Option<u32>) -> Self {
        Self {
            target,
            runs: 0,
            wickets: 0,
            balls: 0,
            extras: Extras::default(),
            batters: vec![Batter::default(), Batter::default()],
            striker: 0,
            partner: 1,
            bowlers: Default::default(),
            bowler: SIDE,
            over_to_come: true,
            free_hit: false,
            stand: Stand::default(),
            falls: Vec::new(),
            progress: Vec::new(),
            conceded: 0,
        }
    }

    /// Whether the side is all out, the overs are used up, or the target is reached.
    pub fn is_over(&self) -> bool {
        self.wickets == WICKETS || self.balls == OVERS * BALLS_IN_OVER || self.is_won()
    }

    /// Whether a chase has reached its target.
    pub fn is_won(&self) -> bool {
        self.target.is_some_and(|target| self.runs >= target)
    }

    /// Whether a bowler can bowl the next over: nobody bowls two in a row (Law 17.6), or more than four.
    pub fn may_bowl(&self, bowler: usize) -> bool {
        bowler != self.bowler && self.bowlers[bowler].balls < OVERS_FOR_BOWLER * BALLS_IN_OVER
    }

    /// Starts the next over.
    pub fn start_over(&mut self, bowler: usize) {
        self.bowler = bowler;
        self.over_to_come = false;
        self.progress.push(Over { runs: 0, wickets: 0, bowler });
        self.conceded = 0;
    }

    /// Applies a delivery.
    pub fn bowl(&mut self, ball: &Delivery) {
        let before = self.runs;
        self.count_runs(ball);
        self.stand.runs += self.runs - before;
        self.stand.balls += u32::from(ball.fault != Some(Fault::Wide));
        let over = self.progress.last_mut().expect("an over was started");
        over.runs += self.runs - before;
        over.wickets += u32::from(ball.wicket.is_some());
        if !ball.boundary && ball.runs % 2 == 1 {
            std::mem::swap(&mut self.striker, &mut self.partner);
        }
        if let Some(wicket) = ball.wicket {
            self.fall(wicket, ball.runs);
        }
        // A wide does not use up a free hit.
        self.free_hit = match ball.fault {
            Some(Fault::NoBall) => true,
            Some(Fault::Wide) => self.free_hit,
            None => false,
        };
        if ball.fault.is_none() && self.balls.is_multiple_of(BALLS_IN_OVER) {
            self.over_to_come = true;
            self.bowlers[self.bowler].maidens += u32::from(self.conceded == 0);
            std::mem::swap(&mut self.striker, &mut self.partner);
        }
    }

    fn count_runs(&mut self, ball: &Delivery) {
        let batter = &mut self.batters[self.striker];
        let mut conceded = u32::from(ball.fault.is_some());
        self.runs += conceded + ball.runs;
        match (ball.fault, ball.off) {
            (Some(Fault::Wide), _) => {
                conceded += ball.runs;
                self.extras.wides += conceded;
            }
            (_, Off::Bat) => {
                conceded += ball.runs;
                batter.runs += ball.runs;
                batter.fours += u32::from(ball.boundary && ball.runs == 4);
                batter.sixes += u32::from(ball.boundary && ball.runs == 6);
            }
            (_, Off::Byes) => self.extras.byes += ball.runs,
            (_, Off::LegByes) => self.extras.leg_byes += ball.runs,
        }
        // A no-ball is a ball received; a wide is not.
        batter.balls += u32::from(ball.fault != Some(Fault::Wide));
        self.extras.no_balls += u32::from(ball.fault == Some(Fault::NoBall));
        let legal = u32::from(ball.fault.is_none());
        self.balls += legal;
        self.bowlers[self.bowler].balls += legal;
        self.bowlers[self.bowler].runs += conceded;
        self.conceded += conceded;
    }

    /// Applies a wicket after `runs` completed runs. The new batter goes to the end where the wicket fell (for a catch, Law
    /// 18.11); the other batter goes to the other end.
    fn fall(&mut self, wicket: Dismissal, runs: u32) {
        let (mut striker, mut partner) = (self.striker, self.partner);
        if runs % 2 == 1 {
            std::mem::swap(&mut striker, &mut partner);
        }
        let (out, stays, at_strikers_end) = match wicket {
            Dismissal::RunOut { striker: false, at_strikers_end, .. } => (partner, striker, at_strikers_end),
            Dismissal::RunOut { at_strikers_end, .. } => (striker, partner, at_strikers_end),
            _ => (striker, partner, true),
        };
        self.wickets += 1;
        let stand = std::mem::take(&mut self.stand);
        self.falls.push(Fall {
            runs: self.runs,
            balls: self.balls,
            batter: out,
            stand,
            pair: [striker, partner],
        });
        self.batters[out].out = Some((wicket, self.bowler));
        if !matches!(wicket, Dismissal::RunOut { .. }) {
            self.bowlers[self.bowler].wickets += 1;
        }
        let next = if self.batters.len() < SIDE {
            self.batters.push(Batter::default());
            self.batters.len() - 1
        } else {
            out
        };
        (self.striker, self.partner) = if at_strikers_end { (next, stays) } else { (stays, next) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOT: Delivery = Delivery { fault: None, runs: 0, boundary: false, off: Off::Bat, wicket: None };

    /// `(runs, striker, partner, the striker's runs and balls, the bowler's runs and balls, extras)` after
    /// one ball by bowler 10 to batter 0 at the start of an innings.
    fn after(ball: Delivery) -> (u32, usize, usize, [u32; 2], [u32; 2], [u32; 4]) {
        let mut innings = Innings::new(None);
        innings.start_over(10);
        innings.bowl(&ball);
        let (batter, bowler, extras) = (&innings.batters[0], &innings.bowlers[10], &innings.extras);
        let extras = [extras.wides, extras.no_balls, extras.byes, extras.leg_byes];
        let figures = [bowler.runs, bowler.balls];
        (innings.runs, innings.striker, innings.partner, [batter.runs, batter.balls], figures, extras)
    }

    #[test]
    fn every_run_goes_where_the_laws_put_it() {
        let wide = Delivery { fault: Some(Fault::Wide), ..DOT };
        let no_ball = Delivery { fault: Some(Fault::NoBall), ..DOT };
        let four = Delivery { runs: 4, boundary: true, ..DOT };
        for (ball, expected) in [
            (DOT, (0, 0, 1, [0, 1], [0, 1], [0; 4])),
            (Delivery { runs: 1, ..DOT }, (1, 1, 0, [1, 1], [1, 1], [0; 4])),
            (Delivery { runs: 2, ..DOT }, (2, 0, 1, [2, 1], [2, 1], [0; 4])),
            (four, (4, 0, 1, [4, 1], [4, 1], [0; 4])),
            (Delivery { runs: 1, off: Off::Byes, ..DOT }, (1, 1, 0, [0, 1], [0, 1], [0, 0, 1, 0])),
            (Delivery { runs: 3, off: Off::LegByes, ..DOT }, (3, 1, 0, [0, 1], [0, 1], [0, 0, 0, 3])),
            (wide, (1, 0, 1, [0, 0], [1, 0], [1, 0, 0, 0])),
            (Delivery { runs: 1, ..wide }, (2, 1, 0, [0, 0], [2, 0], [2, 0, 0, 0])),
            (Delivery { runs: 4, boundary: true, ..wide }, (5, 0, 1, [0, 0], [5, 0], [5, 0, 0, 0])),
            (no_ball, (1, 0, 1, [0, 1], [1, 0], [0, 1, 0, 0])),
            (Delivery { runs: 6, boundary: true, ..no_ball }, (7, 0, 1, [6, 1], [7, 0], [0, 1, 0, 0])),
            (Delivery { runs: 1, off: Off::LegByes, ..no_ball }, (2, 1, 0, [0, 1], [1, 0], [0, 1, 0, 1])),
        ] {
            assert_eq!(after(ball), expected, "{ball:?}");
        }
    }

    #[test]
    fn the_new_batter_stands_where_the_wicket_fell() {
        let run_out = |striker, at_strikers_end| Dismissal::RunOut { by: 3, striker, at_strikers_end };
        for (wicket, runs, striker, partner) in [
            (Dismissal::Caught { by: 3 }, 0, 2, 1),
            (Dismissal::Bowled, 0, 2, 1),
            (run_out(true, false), 0, 1, 2),
            (run_out(true, true), 1, 2, 1),
            (run_out(false, true), 0, 2, 0),
            (run_out(false, false), 1, 0, 2),
        ] {
            let after = after(Delivery { wicket: Some(wicket), runs, ..DOT });
            assert_eq!((after.1, after.2), (striker, partner), "{wicket:?} after {runs}");
        }
    }

    #[test]
    fn an_over_has_six_legal_balls_and_then_the_ends_change() {
        let mut innings = Innings::new(None);
        innings.start_over(10);
        for _ in 0..5 {
            innings.bowl(&DOT);
        }
        innings.bowl(&Delivery { fault: Some(Fault::Wide), ..DOT });
        assert!(!innings.over_to_come);
        innings.bowl(&DOT);
        assert!(innings.over_to_come);
        assert_eq!((innings.striker, innings.partner), (1, 0));
        assert_eq!(innings.bowlers[10].maidens, 0, "a wide is the bowler's run");
        assert!(!innings.may_bowl(10));
        assert!(innings.may_bowl(9));
    }

    #[test]
    fn overs_and_partnerships_add_up() {
        let mut innings = Innings::new(None);
        innings.start_over(10);
        innings.bowl(&Delivery { runs: 1, ..DOT });
        innings.bowl(&Delivery { fault: Some(Fault::Wide), ..DOT });
        innings.bowl(&Delivery { wicket: Some(Dismissal::Bowled), ..DOT });
        innings.bowl(&Delivery { runs: 4, boundary: true, ..DOT });
        let [fall] = &innings.falls[..] else { panic!("one wicket fell") };
        assert_eq!((fall.runs, fall.balls, fall.batter, fall.pair), (2, 2, 1, [1, 0]));
        assert_eq!((fall.stand.runs, fall.stand.balls), (2, 2));
        assert_eq!((innings.stand.runs, innings.stand.balls), (4, 1));
        let over = &innings.progress[0];
        assert_eq!((over.runs, over.wickets, over.bowler), (6, 1, 10));
    }

    #[test]
    fn a_free_hit_follows_a_no_ball_and_outlasts_a_wide() {
        let mut innings = Innings::new(None);
        innings.start_over(10);
        let of = |fault| Delivery { fault, ..DOT };
        let mut free = Vec::new();
        for fault in [Some(Fault::NoBall), Some(Fault::Wide), Some(Fault::NoBall), None, Some(Fault::Wide)] {
            innings.bowl(&of(fault));
            free.push(innings.free_hit);
        }
        assert_eq!(free, [true, true, true, false, false]);
    }
}
