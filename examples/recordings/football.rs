//! The football match: the final of the 2022 World Cup, Argentina against France in Lusail, with its recorded goals, cards
//! and substitutions.

use std::time::Duration;

use serde_json::{Value, json};

use super::Fixture;
use super::script::{Board, Script};
use super::summary;
use super::worldcup::{Incident, PERIODS, RECORD, SHOOT_OUT, Team};

const MINUTE: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_secs(5);
const KICK: Duration = Duration::from_secs(4);

#[rustfmt::skip]
const FIELDS: [&str; 14] = [
    "match", "competition", "venue", "date", "referee", "attendance", "period", "minute", "home", "away",
    "timeline", "result", "commentary", "summary",
];

/// The event and its match.
pub fn fixture() -> Fixture {
    Fixture {
        name: "football",
        event: json!({
            "eventId": "football-demo",
            "sport": "football",
            "title": "Argentina v France, World Cup final 2022 (replayed)",
            "competitors": [{"name": "Argentina"}, {"name": "France"}],
            "actions": [
                {"name": "call", "points": 20, "minMs": 1_000, "cooldownMs": 10_000, "dailyCap": 100},
                {"name": "puzzle", "points": 2, "minMs": 3_000, "cooldownMs": 20_000, "dailyCap": 50},
            ],
        }),
        matches: vec![script(1)],
    }
}

/// The final, minute by minute.
fn script(number: u64) -> Script {
    let mut sheet = Sheet::new(number);
    let mut script = Script::new(&FIELDS, summary::football, None);
    script.update(Duration::ZERO, sheet.board.clone());
    for period in &PERIODS {
        sheet.set("period", period.name);
        sheet.say(format!("{} begins.", period.name));
        let mut wait = INTERVAL;
        for minute in period.minutes() {
            sheet.set("minute", &minute);
            script.update(wait, sheet.board.clone());
            wait = MINUTE;
            for (_, team, incident) in RECORD.iter().filter(|(at, ..)| *at == minute) {
                sheet.enter(&minute, *team, incident);
                script.update(Duration::ZERO, sheet.board.clone());
            }
        }
        sheet.set("period", period.end);
        sheet.say(format!("{}: {}.", period.end, sheet.score()));
        script.update(MINUTE, sheet.board.clone());
    }
    sheet.set("period", "Penalty shoot-out");
    for (team, player, scored) in &SHOOT_OUT {
        sheet.kick(*team, player, *scored);
        script.update(KICK, sheet.board.clone());
    }
    let result = "Argentina won 4–2 on penalties after a 3–3 draw";
    sheet.set("period", "Full time");
    sheet.set("result", result);
    sheet.say(format!("{result}."));
    script.update(KICK, sheet.board);
    script
}

/// The match sheet as it is filled in.
struct Sheet {
    board: Board,
    lines: usize,
}

impl Sheet {
    fn new(number: u64) -> Self {
        let board = json!({
            "match": number,
            "competition": "FIFA World Cup 2022, final",
            "venue": "Lusail Stadium, Lusail",
            "date": "2022-12-18",
            "referee": "Szymon Marciniak",
            "attendance": 88_966,
            "period": "Before kick-off",
            "minute": "0",
            "home": {"name": Team::Argentina.name(), "goals": 0},
            "away": {"name": Team::France.name(), "goals": 0},
            "commentary": "The teams are on the pitch.",
        });
        let Value::Object(board) = board else { unreachable!("json! was given an object") };
        Self { board, lines: 0 }
    }

    fn set(&mut self, field: &str, text: &str) {
        self.board.insert(field.to_owned(), json!(text));
    }

    fn say(&mut self, text: String) {
        self.board.insert("commentary".to_owned(), Value::String(text));
    }

    /// Adds one to a team's `goals` or `penalties`.
    fn count(&mut self, team: Team, what: &str) {
        let counted = &mut self.board[team.side()][what];
        *counted = json!(counted.as_u64().unwrap_or(0) + 1);
    }

    fn score(&self) -> String {
        format!("Argentina {}, France {}", self.board["home"]["goals"], self.board["away"]["goals"])
    }

    /// Adds a line to the timeline. Its keys sort in the order of the match.
    fn line(&mut self, team: Team, minute: &str, kind: &str, details: Value) {
        self.lines += 1;
        let mut line = json!({"minute": minute, "team": team.side(), "type": kind});
        if let (Value::Object(line), Value::Object(details)) = (&mut line, details) {
            line.extend(details);
        }
        let timeline = self.board.entry("timeline").or_insert_with(|| json!({}));
        timeline[format!("{:04}", self.lines)] = line;
    }

    fn enter(&mut self, minute: &str, team: Team, incident: &Incident) {
        let name = team.name();
        match incident {
            Incident::Goal { player, detail } => {
                self.count(team, "goals");
                let details =
                    detail.map_or(json!({"player": player}), |d| json!({"player": player, "detail": d}));
                self.line(team, minute, "goal", details);
                let detail = detail.map_or_else(String::new, |detail| format!(" ({detail})"));
                self.say(format!("{minute}' GOAL for {name}! {player}{detail}. {}.", self.score()));
            }
            Incident::Yellow { player } => {
                self.line(team, minute, "yellow", json!({ "player": player }));
                self.say(format!("{minute}' Yellow card for {player} ({name})."));
            }
            Incident::Change { on, off } => {
                self.line(team, minute, "substitution", json!({"player": on, "off": off}));
                self.say(format!("{minute}' {name}: {on} comes on for {off}."));
            }
        }
    }

    fn kick(&mut self, team: Team, player: &str, scored: bool) {
        if scored {
            self.count(team, "penalties");
        }
        let kind = if scored { "shootout-goal" } else { "shootout-miss" };
        self.line(team, "pen", kind, json!({ "player": player }));
        let outcome = if scored { "scores" } else { "does not score" };
        self.say(format!("{player} ({}) {outcome}.", team.name()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::tests::follow;
    use super::*;

    fn goals(snapshot: &Value) -> [u64; 2] {
        ["home", "away"].map(|side| snapshot[side]["goals"].as_u64().unwrap_or(0))
    }

    #[test]
    fn the_score_is_right_at_the_end_of_each_period() {
        let steps = follow(&script(1));
        for (period, expected) in [
            ("Half-time", [2, 0]),
            ("End of normal time", [2, 2]),
            ("Half-time in extra time", [2, 2]),
            ("End of extra time", [3, 3]),
            ("Full time", [3, 3]),
        ] {
            let (_, snapshot) = steps.iter().find(|(_, snapshot)| snapshot["period"] == period).unwrap();
            assert_eq!(goals(snapshot), expected, "{period}");
        }
        let (_, last) = steps.last().unwrap();
        assert_eq!([&last["home"]["penalties"], &last["away"]["penalties"]], [4, 2]);
    }

    #[test]
    fn the_timeline_is_complete_and_in_order() {
        let steps = follow(&script(1));
        let timeline = steps.last().unwrap().1["timeline"].as_object().unwrap().clone();
        let of = |kind: &str| timeline.values().filter(|line| line["type"] == kind).count();
        let kinds = ["goal", "yellow", "substitution", "shootout-goal", "shootout-miss"];
        assert_eq!(kinds.map(of), [6, 7, 13, 6, 2]);
        assert_eq!(timeline.len(), RECORD.len() + SHOOT_OUT.len(), "every minute on record is played");
        assert!(timeline.keys().is_sorted());
    }

    #[test]
    fn who_comes_on_was_not_on_before_and_who_goes_off_does_not_score_after() {
        let mut off = Vec::new();
        let mut on = Vec::new();
        for (minute, _, incident) in &RECORD {
            match incident {
                Incident::Goal { player, .. } => assert!(!off.contains(player), "{minute}"),
                Incident::Change { on: comes, off: goes } => {
                    assert!(!on.contains(comes) && !off.contains(goes), "{minute}");
                    on.push(comes);
                    off.push(goes);
                }
                Incident::Yellow { .. } => {}
            }
        }
        assert!(SHOOT_OUT.iter().all(|(_, player, _)| !off.contains(player)));
    }
}
