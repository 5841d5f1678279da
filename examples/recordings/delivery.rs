//! One ball of cricket.

/// The outcome of one ball.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    pub fault: Option<Fault>,
    /// Runs without the penalty for a fault: run by the batters, or four or six for a boundary.
    pub runs: u32,
    pub boundary: bool,
    /// How the runs were scored. Not used for a wide, whose runs are all wides (Law 22.7).
    pub off: Off,
    pub wicket: Option<Dismissal>,
}

/// Why a ball does not count in the over. Either costs one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Wide,
    NoBall,
}

/// How runs were scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    Bat,
    Byes,
    LegByes,
}

/// How a wicket fell. Fielders are numbers in the bowling side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dismissal {
    Bowled,
    Caught { by: usize },
    Lbw,
    Stumped,
    HitWicket,
    RunOut { by: usize, striker: bool, at_strikers_end: bool },
}
