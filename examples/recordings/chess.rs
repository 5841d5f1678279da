//! The chess game: Kasparov against Topalov, Wijk aan Zee, 20 January 1999, with its recorded moves.

use std::time::Duration;

use cozy_chess::util::{display_uci_move, parse_san_move};
use cozy_chess::{Board as Position, Color};
use serde_json::{Map, Value, json};

use super::Fixture;
use super::script::{Board, Script};
use super::summary;

const MOVE: Duration = Duration::from_secs(4);
/// The time on each clock in the replay, at normal pace.
const CLOCK: Duration = Duration::from_mins(5);

const MOVES: &str = "e4 d6 d4 Nf6 Nc3 g6 Be3 Bg7 Qd2 c6 f3 b5 Nge2 Nbd7 Bh6 Bxh6 Qxh6 Bb7 a3 e5 \
    O-O-O Qe7 Kb1 a6 Nc1 O-O-O Nb3 exd4 Rxd4 c5 Rd1 Nb6 g3 Kb8 Na5 Ba8 Bh3 d5 Qf4+ Ka7 \
    Rhe1 d4 Nd5 Nbxd5 exd5 Qd6 Rxd4 cxd4 Re7+ Kb6 Qxd4+ Kxa5 b4+ Ka4 Qc3 Qxd5 Ra7 Bb7 Rxb7 Qc4 \
    Qxf6 Kxa3 Qxa6+ Kxb4 c3+ Kxc3 Qa1+ Kd2 Qb2+ Kd1 Bf1 Rd2 Rd7 Rxd7 Bxc4 bxc4 Qxh8 Rd3 Qa8 c3 \
    Qa4+ Ke1 f4 f5 Kc1 Rd2 Qa7";

#[rustfmt::skip]
const FIELDS: [&str; 15] = [
    "match", "tournament", "date", "opening", "white", "black", "ply", "move", "fen", "turn", "moves", "clocks",
    "result", "commentary", "summary",
];

/// The event and its match.
pub fn fixture() -> Fixture {
    Fixture {
        name: "chess",
        event: json!({
            "eventId": "chess-demo",
            "sport": "chess",
            "title": "Kasparov – Topalov, Wijk aan Zee 1999 (replayed)",
            "competitors": [{"name": "Garry Kasparov"}, {"name": "Veselin Topalov"}],
            "actions": [
                {"name": "call", "points": 10, "minMs": 1_000, "cooldownMs": 5_000, "dailyCap": 200},
                {"name": "puzzle", "points": 5, "minMs": 3_000, "cooldownMs": 20_000, "dailyCap": 50},
            ],
        }),
        matches: vec![script(1)],
    }
}

/// The game, move by move.
fn script(number: u64) -> Script {
    let mut script = Script::new(&FIELDS, summary::chess, Some("move"));
    let mut position = Position::default();
    let mut board = opening(number, &position);
    script.update(Duration::ZERO, board.clone());

    let mut moves = Map::new();
    for (san, ply) in MOVES.split_whitespace().zip(1_u16..) {
        let played = parse_san_move(&position, san).expect("the game on record is legal");
        let uci = display_uci_move(&position, played).to_string();
        position.play(played);
        moves.insert(ply.to_string(), json!(san));
        let dots = if ply % 2 == 1 { "." } else { "..." };
        let line = format!("{}{dots} {san}", ply.div_ceil(2));
        board.insert("ply".to_owned(), json!(ply));
        board.insert("move".to_owned(), json!({"ply": ply, "san": san, "uci": uci, "text": line}));
        board.insert("moves".to_owned(), Value::Object(moves.clone()));
        board.insert("clocks".to_owned(), clocks(ply));
        board.insert("commentary".to_owned(), json!(line));
        show(&mut board, &position);
        script.update(MOVE, board.clone());
    }

    board.insert("result".to_owned(), json!("1-0"));
    board.insert("commentary".to_owned(), json!("Topalov resigns: 1-0."));
    script.update(MOVE, board);
    script
}

/// The board before the first move. Ratings are those of January 1999.
fn opening(number: u64, position: &Position) -> Board {
    let board = json!({
        "match": number,
        "tournament": "Hoogovens, Wijk aan Zee",
        "date": "1999-01-20",
        "opening": "Pirc Defence (B07)",
        "white": {"name": "Garry Kasparov", "rating": 2812},
        "black": {"name": "Veselin Topalov", "rating": 2700},
        "ply": 0,
        "clocks": clocks(0),
        "commentary": "Kasparov has the white pieces.",
    });
    let Value::Object(mut board) = board else { unreachable!("json! was given an object") };
    show(&mut board, position);
    board
}

/// The time left on each clock after a ply, in milliseconds.
fn clocks(ply: u16) -> Value {
    let left =
        |moves: u16| u64::try_from(CLOCK.saturating_sub(MOVE * u32::from(moves)).as_millis()).unwrap_or(0);
    json!({"white": left(ply.div_ceil(2)), "black": left(ply / 2)})
}

fn show(board: &mut Board, position: &Position) {
    let turn = if position.side_to_move() == Color::White { "white" } else { "black" };
    board.insert("fen".to_owned(), json!(position.to_string()));
    board.insert("turn".to_owned(), json!(turn));
}

#[cfg(test)]
mod tests {
    use cozy_chess::util::display_san_move;

    use super::super::script::tests::follow;
    use super::*;

    #[test]
    fn every_move_is_legal_and_written_as_the_standard_wants() {
        let mut position = Position::default();
        for san in MOVES.split_whitespace() {
            let played = parse_san_move(&position, san).unwrap();
            assert_eq!(display_san_move(&position, played).to_string(), san);
            position.try_play(played).unwrap();
        }
    }

    #[test]
    fn the_game_is_told_to_its_end() {
        let steps = follow(&script(1));
        let (_, last) = steps.last().unwrap();
        assert_eq!(last["ply"], 87);
        assert_eq!(last["moves"].as_object().unwrap().len(), 87);
        assert_eq!(last["move"]["text"], "44. Qa7");
        assert_eq!(last["result"], "1-0");
        assert_eq!(last["clocks"], json!({"white": 300_000 - 44 * 4_000, "black": 300_000 - 43 * 4_000}));
        assert_eq!(last["fen"], "8/Q6p/6p1/5p2/5P2/2p3P1/3r3P/2K1k3 b - - 3 44");
        let castled = steps.iter().find(|(update, _)| update["move"]["san"] == "O-O-O").unwrap();
        assert_eq!(castled.0["move"]["uci"], "e1c1");
    }

    #[test]
    fn a_move_can_be_read_from_its_update_alone() {
        for (update, snapshot) in &follow(&script(1))[2..] {
            if update.get("result").is_none() {
                assert_eq!(update["move"], snapshot["move"]);
                assert_eq!(update["fen"], snapshot["fen"]);
                assert_eq!(update["moves"].as_object().unwrap().len(), 1);
            }
        }
    }
}
