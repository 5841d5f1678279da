//! The final of the 2022 World Cup, as the match reports of the day agree. A booking during the shoot-out is left out,
//! because the reports disagree about its time.

/// One of the finalists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Team {
    /// Named first on the sheet.
    Argentina,
    /// Named second.
    France,
}

impl Team {
    /// The team's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Argentina => "Argentina",
            Self::France => "France",
        }
    }

    /// Its field of the board.
    pub fn side(self) -> &'static str {
        match self {
            Self::Argentina => "home",
            Self::France => "away",
        }
    }
}

/// An entry of a match sheet.
#[derive(Debug)]
pub enum Incident {
    /// A goal, and how it was scored if that is notable.
    Goal { player: &'static str, detail: Option<&'static str> },
    /// A booking.
    Yellow { player: &'static str },
    /// A substitution.
    Change { on: &'static str, off: &'static str },
}

/// A period of play.
pub struct Period {
    /// The names of the period and of its end.
    pub name: &'static str,
    pub end: &'static str,
    /// Its first and last regular minute, and the added minutes.
    pub first: u32,
    pub last: u32,
    pub added: u32,
}

impl Period {
    /// The minutes as a match report writes them: `45`, then `45+1`.
    pub fn minutes(&self) -> impl Iterator<Item = String> {
        let added = (1..=self.added).map(|minute| format!("{}+{minute}", self.last));
        (self.first..=self.last).map(|minute| minute.to_string()).chain(added)
    }
}

/// The periods played, with the announced added minutes.
#[rustfmt::skip]
pub const PERIODS: [Period; 4] = [
    Period { name: "First half", end: "Half-time", first: 1, last: 45, added: 7 },
    Period { name: "Second half", end: "End of normal time", first: 46, last: 90, added: 8 },
    Period { name: "Extra time", end: "Half-time in extra time", first: 91, last: 105, added: 0 },
    Period { name: "Extra time, second half", end: "End of extra time", first: 106, last: 120, added: 3 },
];

const ARG: Team = Team::Argentina;
const FRA: Team = Team::France;

const fn goal(player: &'static str, detail: Option<&'static str>) -> Incident {
    Incident::Goal { player, detail }
}

const fn yellow(player: &'static str) -> Incident {
    Incident::Yellow { player }
}

const fn change(on: &'static str, off: &'static str) -> Incident {
    Incident::Change { on, off }
}

/// Goals, bookings and substitutions by minute. Giroud was booked on the bench.
pub const RECORD: [(&str, Team, Incident); 26] = [
    ("23", ARG, goal("Lionel Messi", Some("penalty"))),
    ("36", ARG, goal("Ángel Di María", None)),
    ("41", FRA, change("Randal Kolo Muani", "Ousmane Dembélé")),
    ("41", FRA, change("Marcus Thuram", "Olivier Giroud")),
    ("45+7", ARG, yellow("Enzo Fernández")),
    ("55", FRA, yellow("Adrien Rabiot")),
    ("64", ARG, change("Marcos Acuña", "Ángel Di María")),
    ("71", FRA, change("Kingsley Coman", "Antoine Griezmann")),
    ("71", FRA, change("Eduardo Camavinga", "Theo Hernández")),
    ("80", FRA, goal("Kylian Mbappé", Some("penalty"))),
    ("81", FRA, goal("Kylian Mbappé", None)),
    ("87", FRA, yellow("Marcus Thuram")),
    ("90+5", FRA, yellow("Olivier Giroud")),
    ("90+8", ARG, yellow("Marcos Acuña")),
    ("91", ARG, change("Gonzalo Montiel", "Nahuel Molina")),
    ("96", FRA, change("Youssouf Fofana", "Adrien Rabiot")),
    ("102", ARG, change("Leandro Paredes", "Rodrigo De Paul")),
    ("102", ARG, change("Lautaro Martínez", "Julián Álvarez")),
    ("108", ARG, goal("Lionel Messi", None)),
    ("113", FRA, change("Ibrahima Konaté", "Raphaël Varane")),
    ("114", ARG, yellow("Leandro Paredes")),
    ("116", ARG, change("Germán Pezzella", "Alexis Mac Allister")),
    ("116", ARG, yellow("Gonzalo Montiel")),
    ("118", FRA, goal("Kylian Mbappé", Some("penalty"))),
    ("120+1", ARG, change("Paulo Dybala", "Nicolás Tagliafico")),
    ("120+1", FRA, change("Axel Disasi", "Jules Koundé")),
];

/// The shoot-out: the taker of each kick, and whether it was scored.
pub const SHOOT_OUT: [(Team, &str, bool); 8] = [
    (FRA, "Kylian Mbappé", true),
    (ARG, "Lionel Messi", true),
    (FRA, "Kingsley Coman", false),
    (ARG, "Paulo Dybala", true),
    (FRA, "Aurélien Tchouaméni", false),
    (ARG, "Leandro Paredes", true),
    (FRA, "Randal Kolo Muani", true),
    (ARG, "Gonzalo Montiel", true),
];
