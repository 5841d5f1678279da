//! The `summary` in each board, as the web client's consoles write it: what lists show of a match.

use serde_json::{Value, json};

use super::script::Board;

/// The score of each side with its overs, and what the chase still needs.
pub fn cricket(board: &Board) -> Value {
    let is_over = board.contains_key("result");
    let mut now = score(board, &board["batting"]);
    if !is_over {
        now["active"] = json!(true);
    }
    let sides = match board.get("first").and_then(Value::as_object) {
        Some(first) => json!([score(first, &first["team"]), now]),
        None => json!([now, { "name": board["bowling"] }]),
    };
    let mut summary = json!({ "sides": sides });
    if is_over {
        summary["result"] = board["result"].clone();
        return summary;
    }
    summary["period"] = json!(format!("Innings {}", board["innings"]));
    if let Some(required) = board.get("required") {
        let (runs, balls) = (&required["runs"], &required["balls"]);
        summary["note"] = json!(format!("needs {runs} from {balls} balls"));
    }
    summary
}

fn score(innings: &Board, team: &Value) -> Value {
    json!({
        "name": team,
        "score": format!("{}/{}", innings["runs"], innings["wickets"]),
        "detail": format!("{} ov", text(innings, "over")),
    })
}

/// The goals, and the minute until the result.
pub fn football(board: &Board) -> Value {
    let side = |side: &str| {
        let team = &board[side];
        let mut line = json!({ "name": team["name"], "score": team["goals"].to_string() });
        if let Some(penalties) = team.get("penalties") {
            line["detail"] = json!(format!("({penalties})"));
        }
        line
    };
    let mut summary = json!({ "sides": [side("home"), side("away")] });
    if let Some(result) = board.get("result") {
        summary["result"] = result.clone();
        return summary;
    }
    summary["period"] = board["period"].clone();
    if text(board, "minute") != "0" {
        summary["note"] = json!(format!("{}′", text(board, "minute")));
    }
    summary
}

/// The players, whose turn it is, and the last move.
pub fn chess(board: &Board) -> Value {
    let result = board.get("result").and_then(Value::as_str);
    let points = result.and_then(|result| result.split_once('-'));
    let side = |side: &str, points: Option<&str>| {
        let mut line = json!({ "name": board[side]["name"] });
        if let Some(points) = points {
            line["score"] = json!(points);
        } else if board["turn"] == side {
            line["active"] = json!(true);
        }
        line
    };
    let sides =
        [side("white", points.map(|(white, _)| white)), side("black", points.map(|(_, black)| black))];
    let mut summary = json!({ "sides": sides });
    if let Some(result) = result {
        summary["result"] = json!(format!("Result {result}"));
    } else if let Some(last) = board.get("move") {
        summary["note"] = json!(last["text"].as_str().unwrap_or_default().replace("...", "…"));
    }
    summary
}

fn text<'a>(board: &'a Board, field: &str) -> &'a str {
    board.get(field).and_then(Value::as_str).unwrap_or_default()
}
