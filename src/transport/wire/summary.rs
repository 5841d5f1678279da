//! The shape of a summary, for the descriptions of the API: the server forwards a summary as JSON.

use ts_rs::TS;
use utoipa::ToSchema;

/// What lists show of a state, whatever the sport. Other fields are kept.
#[derive(TS, ToSchema)]
#[ts(export)]
pub struct Summary {
    /// The sides, 0 to 64.
    pub sides: Vec<SummarySide>,
    /// One line, such as `needs 46 from 31 balls`.
    #[ts(optional)]
    pub note: Option<String>,
    /// The part of the contest, such as `Innings 2`.
    #[ts(optional)]
    pub period: Option<String>,
    /// The clock of the contest.
    #[ts(optional)]
    pub clock: Option<SummaryClock>,
    /// The result, once decided.
    #[ts(optional)]
    pub result: Option<String>,
}

/// A side of a summary.
#[derive(TS, ToSchema)]
#[ts(export)]
pub struct SummarySide {
    /// The name.
    #[ts(optional)]
    #[schema(example = "Harbour Lane")]
    pub name: Option<String>,
    /// A short form of the name.
    #[ts(optional)]
    #[schema(example = "HAR")]
    pub short: Option<String>,
    /// The score.
    #[ts(optional)]
    #[schema(example = "122/4")]
    pub score: Option<String>,
    /// What belongs to the score, such as the overs.
    #[ts(optional)]
    #[schema(example = "14.5 ov")]
    pub detail: Option<String>,
    /// The place in a race.
    #[ts(optional)]
    pub place: Option<String>,
    /// Whether it is this side's turn.
    #[ts(optional)]
    pub active: Option<bool>,
}

/// A clock: it showed `value` at the server's time `at`. Viewers let it run on by themselves.
#[derive(TS, ToSchema)]
#[ts(export)]
pub struct SummaryClock {
    /// Whether it runs.
    pub running: bool,
    /// The server's time, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at: i64,
    /// What it showed then, in milliseconds.
    #[ts(type = "number")]
    pub value: i64,
    /// `up` or `down`.
    #[ts(type = "'up' | 'down'")]
    pub direction: String,
    /// Where it stops, in milliseconds.
    #[ts(type = "number", optional)]
    pub limit: Option<i64>,
}
