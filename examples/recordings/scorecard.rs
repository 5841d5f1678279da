//! The board of a cricket match, as a scorer's merge patches build it: the figures of the current innings, the current over
//! and the last ball. The first innings is kept as one line, and as a card. Only what changes is sent with each ball.

use serde_json::{Map, Value, json};

use super::delivery::Delivery;
use super::figures::{Batter, Bowler};
use super::innings::{BALLS_IN_OVER, Innings, OVERS, SIDE, WICKETS};
use super::script::Board;
use super::words::{count, how_out, kind, scored, sign};

/// All fields of the board.
#[rustfmt::skip]
pub const FIELDS: [&str; 29] = [
    "match", "toss", "squads", "innings", "overs", "batting", "bowling", "first", "cards", "runs", "wickets", "over",
    "extras", "target", "required", "freeHit", "striker", "partner", "bowler", "ball", "thisOver", "batters", "bowlers",
    "fall", "stand", "progress", "result", "commentary", "summary",
];

/// A side, in batting order.
#[derive(Debug)]
pub struct Side {
    /// The side's name.
    pub name: &'static str,
    /// Its players. Names are unique in a match.
    pub players: [&'static str; SIDE],
}

/// The scorer's state besides the figures.
#[derive(Debug, Clone)]
pub struct Scorecard {
    number: u64,
    toss: String,
    batting: &'static Side,
    bowling: &'static Side,
    first: Option<Value>,
    /// The card of the first innings.
    card: Option<Value>,
    /// Balls of this innings so far, including wides and no-balls.
    deliveries: u32,
    this_over: Vec<String>,
    ball: Option<Value>,
    result: Option<String>,
    commentary: String,
}

/// An entered ball.
#[derive(Debug)]
pub struct Call {
    /// The innings after it.
    pub after: Innings,
    /// The board after it.
    pub board: Board,
}

impl Scorecard {
    /// The card before the match starts.
    pub fn new(number: u64, batting: &'static Side, bowling: &'static Side, toss: String) -> Self {
        let commentary = toss.clone();
        let (this_over, first, card, ball, result) = (Vec::new(), None, None, None, None);
        Self {
            number,
            toss,
            batting,
            bowling,
            first,
            card,
            deliveries: 0,
            this_over,
            ball,
            result,
            commentary,
        }
    }

    /// Starts a new over.
    pub fn start_over(&mut self) {
        self.this_over.clear();
    }

    /// Enters a ball.
    pub fn call(&mut self, before: &Innings, ball: &Delivery) -> Call {
        let mut after = before.clone();
        after.bowl(ball);
        self.deliveries += 1;
        self.this_over.push(sign(ball));
        let (striker, bowler) = (self.batting.players[before.striker], self.bowling.players[before.bowler]);
        let over = format!("{}.{}", before.balls / BALLS_IN_OVER, before.balls % BALLS_IN_OVER + 1);
        let text = format!("{bowler} to {striker}: {}", self.words(ball, before, &after));
        self.commentary = format!("{over} {text}");
        self.ball = Some(json!({
            "n": self.deliveries,
            "over": over,
            "runs": after.runs - before.runs,
            "kind": kind(ball),
            "batter": striker,
            "bowler": bowler,
            "text": text,
        }));
        Call { board: self.board(&after), after }
    }

    /// Changes innings.
    pub fn change_innings(&mut self, first: &Innings) {
        let (name, chasing) = (self.batting.name, self.bowling.name);
        self.first = Some(json!({
            "team": name, "runs": first.runs, "wickets": first.wickets, "over": overs(first.balls),
        }));
        let mut card = json!({
            "team": name, "bowling": chasing, "runs": first.runs, "wickets": first.wickets, "over": overs(first.balls),
            "overs": OVERS,
        });
        card.as_object_mut().expect("json! was given an object").extend(self.figures(first));
        self.card = Some(json!({ "1": card }));
        self.commentary = format!("{name} made {}. {chasing} need {} to win.", score(first), first.runs + 1);
        std::mem::swap(&mut self.batting, &mut self.bowling);
        self.deliveries = 0;
        self.this_over.clear();
        self.ball = None;
    }

    /// Ends the match.
    pub fn conclude(&mut self, first: &Innings, chase: &Innings) {
        let result = if chase.is_won() {
            format!("{} won by {}", self.batting.name, count(WICKETS - chase.wickets, "wicket"))
        } else if chase.runs == first.runs {
            "The match is tied".to_owned()
        } else {
            format!("{} won by {}", self.bowling.name, count(first.runs - chase.runs, "run"))
        };
        self.commentary = format!("{result}.");
        self.result = Some(result);
    }

    /// The board with the current innings.
    pub fn board(&self, now: &Innings) -> Board {
        let name = |player: usize| self.batting.players[player];
        let fields = json!({
            "match": self.number,
            "toss": self.toss,
            "squads": { self.batting.name: self.batting.players, self.bowling.name: self.bowling.players },
            "innings": if self.first.is_some() { 2 } else { 1 },
            "overs": OVERS,
            "batting": self.batting.name,
            "bowling": self.bowling.name,
            "first": self.first,
            "cards": self.card,
            "runs": now.runs,
            "wickets": now.wickets,
            "over": overs(now.balls),
            "target": now.target,
            "required": now.target.filter(|_| !now.is_over()).map(|target| json!({
                "runs": target - now.runs, "balls": OVERS * BALLS_IN_OVER - now.balls,
            })),
            "freeHit": now.free_hit,
            "striker": Some(name(now.striker)).filter(|_| !now.is_over()),
            "partner": Some(name(now.partner)).filter(|_| !now.is_over()),
            "bowler": self.bowling.players.get(now.bowler),
            "ball": self.ball,
            "thisOver": self.this_over,
            "stand": Some(json!({ "runs": now.stand.runs, "balls": now.stand.balls })).filter(|_| !now.is_over()),
            "result": self.result,
            "commentary": self.commentary,
        });
        let Value::Object(fields) = fields else { unreachable!("json! was given an object") };
        fields.into_iter().chain(self.figures(now)).filter(|(_, value)| !value.is_null()).collect()
    }

    /// The members that the card of an innings has too.
    fn figures(&self, now: &Innings) -> Board {
        let name = |player: usize| self.batting.players[player];
        let batters = now.batters.iter().enumerate();
        let bowlers = now.bowlers.iter().enumerate().filter(|(player, bowler)| {
            bowler.balls > 0 || bowler.runs > 0 || (*player == now.bowler && !now.over_to_come)
        });
        let fall = now.falls.iter().enumerate().map(|(index, fall)| {
            let stand = json!({
                "runs": fall.stand.runs, "balls": fall.stand.balls, "pair": fall.pair.map(name),
            });
            let fallen = json!({
                "runs": fall.runs, "over": overs(fall.balls), "batter": name(fall.batter), "stand": stand,
            });
            ((index + 1).to_string(), fallen)
        });
        let progress = now.progress.iter().enumerate().map(|(index, over)| {
            let bowler = self.bowling.players[over.bowler];
            ((index + 1).to_string(), json!({ "runs": over.runs, "wickets": over.wickets, "bowler": bowler }))
        });
        let figures = json!({
            "extras": {
                "wides": now.extras.wides,
                "noBalls": now.extras.no_balls,
                "byes": now.extras.byes,
                "legByes": now.extras.leg_byes,
            },
            "batters": batters
                .map(|(player, batter)| (name(player).to_owned(), self.batter(player, batter)))
                .collect::<Map<_, _>>(),
            "bowlers": bowlers
                .map(|(player, bowler)| (self.bowling.players[player].to_owned(), figures(bowler)))
                .collect::<Map<_, _>>(),
            "fall": fall.collect::<Map<_, _>>(),
            "progress": progress.collect::<Map<_, _>>(),
        });
        let Value::Object(figures) = figures else { unreachable!("json! was given an object") };
        figures
    }

    fn batter(&self, player: usize, batter: &Batter) -> Value {
        json!({
            "order": player + 1,
            "runs": batter.runs,
            "balls": batter.balls,
            "fours": batter.fours,
            "sixes": batter.sixes,
            "out": batter.out.is_some(),
            "how": batter.out.map_or_else(|| "not out".to_owned(), |(wicket, bowler)| {
                how_out(wicket, bowler, &self.bowling.players)
            }),
        })
    }

    /// The commentary on a ball: runs, and the batter who is out.
    fn words(&self, ball: &Delivery, before: &Innings, after: &Innings) -> String {
        let scored = scored(ball);
        let Some(wicket) = ball.wicket else { return format!("{scored}.") };
        let mut both = before.batters.iter().zip(&after.batters);
        let out = both.position(|(then, now)| then.out.is_none() && now.out.is_some());
        let out = out.expect("one of the two at the wickets is out");
        let Batter { runs, balls, .. } = after.batters[out];
        let (name, how) = (self.batting.players[out], how_out(wicket, after.bowler, &self.bowling.players));
        format!("{scored}, OUT! {name} {how} {runs} ({balls}).")
    }
}

fn figures(bowler: &Bowler) -> Value {
    json!({
        "overs": overs(bowler.balls),
        "maidens": bowler.maidens,
        "runs": bowler.runs,
        "wickets": bowler.wickets,
    })
}

/// Overs and balls: 75 legal balls are `12.3`.
fn overs(balls: u32) -> String {
    format!("{}.{}", balls / BALLS_IN_OVER, balls % BALLS_IN_OVER)
}

fn score(innings: &Innings) -> String {
    format!("{} for {} in {} overs", innings.runs, innings.wickets, overs(innings.balls))
}
