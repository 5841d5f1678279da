//! The figures of a cricket innings, as a scorer keeps them.

use super::delivery::Dismissal;

/// One batter's innings.
#[derive(Debug, Clone, Default)]
pub struct Batter {
    pub runs: u32,
    pub balls: u32,
    pub fours: u32,
    pub sixes: u32,
    /// How the batter was out, and the bowler.
    pub out: Option<(Dismissal, usize)>,
}

/// One bowler's figures.
#[derive(Debug, Clone, Default)]
pub struct Bowler {
    pub balls: u32,
    pub maidens: u32,
    pub runs: u32,
    pub wickets: u32,
}

/// Extras: runs not scored by a batter.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    pub wides: u32,
    pub no_balls: u32,
    pub byes: u32,
    pub leg_byes: u32,
}

/// A partnership: its runs with extras, and the balls faced.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stand {
    pub runs: u32,
    pub balls: u32,
}

/// The fall of a wicket.
#[derive(Debug, Clone)]
pub struct Fall {
    /// The innings' runs and legal balls at the time.
    pub runs: u32,
    pub balls: u32,
    pub batter: usize,
    pub stand: Stand,
    pub pair: [usize; 2],
}

/// What happened in an over.
#[derive(Debug, Clone)]
pub struct Over {
    pub runs: u32,
    pub wickets: u32,
    pub bowler: usize,
}
