//! The demo: the content of its recordings, and how they are played.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{interval, timeout};
use touchline::demo::recording::{self, Recording};

use crate::history::merge;
use crate::http::DEADLINE;
use crate::server::{Server, each_server};

const PACE: [(&str, &str); 2] = [("DEMO", "true"), ("DEMO_PACE", "10000")];

fn event_id(recording: &Recording) -> &str {
    recording.lines[0].payload["eventId"].as_str().expect("an event id")
}

/// The data of scores and corrections, in order.
fn scores(recording: &Recording) -> Vec<&Value> {
    recording.lines.iter().filter(|line| line.is_scored()).map(|line| &line.payload["data"]).collect()
}

#[tokio::test]
async fn a_server_accepts_every_line_and_shows_the_results() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        for recording in recording::all() {
            let (mut expected, mut last_seq) = (json!({}), Value::Null);
            for (number, line) in recording.lines.iter().enumerate() {
                let mut payload = line.payload.clone();
                if line.is_scored() {
                    merge(&mut expected, &payload["data"]);
                    payload["opId"] = json!(format!("op-{number}"));
                }
                if line.message == "score:correct" {
                    payload["voids"] = last_seq.clone();
                }
                let answer = admin.done(&line.message, &payload).await;
                if line.is_scored() {
                    last_seq = answer["seq"].clone();
                }
            }
            let state = server.event(event_id(&recording)).await;
            assert_eq!(state["snapshot"], expected);
            assert_eq!(state["event"]["status"], "ended");
            assert_eq!(state["seq"], scores(&recording).len());
        }
        let board = async |sport: &str| server.event(&format!("{sport}-demo")).await["snapshot"].clone();
        let cricket = board("cricket").await;
        assert_eq!(cricket["innings"], 2);
        assert!(cricket["result"].as_str().is_some_and(|result| result.contains("won by")), "{cricket}");
        let chess = board("chess").await;
        assert_eq!([&chess["result"], &chess["move"]["text"]], ["1-0", "44. Qa7"]);
        assert_eq!(chess["fen"], "8/Q6p/6p1/5p2/5P2/2p3P1/3r3P/2K1k3 b - - 3 44");
        let football = board("football").await;
        assert_eq!(football["result"], "Argentina won 4–2 on penalties after a 3–3 draw");
        let goals = |side: &str| [&football[side]["goals"], &football[side]["penalties"]].map(Value::as_u64);
        assert_eq!([goals("home"), goals("away")], [[Some(3), Some(4)], [Some(3), Some(2)]]);
        assert_eq!(board("volleyball").await["result"], "Old Bridge won 3–2");
        assert_eq!(board("basketball").await["result"], "Kingsmead won 94–92");
    })
    .await;
}

#[tokio::test]
async fn the_demo_repeats_its_matches_and_continues_where_it_stood_after_a_restart() {
    let mut server = Server::alone(&PACE).await;
    let recordings = recording::all();
    let [_, shorter @ ..] = &recordings;
    for rounds in [1, 2] {
        for recording in shorter {
            until_played(&server, recording, rounds).await;
        }
        server.kill().await;
        server.restart().await;
    }
    for recording in &recordings {
        let (mut expected, mut seq, scores) = (scores(recording).into_iter().cycle(), 0, scores(recording));
        loop {
            let path = format!("/api/events/{}/updates?limit=1000&after={seq}", event_id(recording));
            let page = server.get(&path).await.json();
            for update in page["updates"].as_array().expect("a list") {
                seq += 1;
                assert_eq!(update["seq"], seq);
                let data = without_clock_times(&update["data"]);
                assert_eq!(Some(&data), expected.next(), "update {seq} of {}", scores.len());
            }
            if page["next"].is_null() {
                break;
            }
        }
        assert!(seq > 0);
    }
}

/// An update as the recording has it: the player adds the times of its clocks.
fn without_clock_times(data: &Value) -> Value {
    let mut data = data.clone();
    for place in ["/clock", "/summary/clock"] {
        if let Some(Value::Object(clock)) = data.pointer_mut(place) {
            assert!(clock.remove("at").is_some_and(|at| at.is_i64()), "{place} has a time");
        }
    }
    data
}

/// Waits until the recording was played `rounds` times.
async fn until_played(server: &Server, recording: &Recording, rounds: usize) {
    let wanted = rounds * scores(recording).len();
    let mut ticks = interval(Duration::from_millis(50));
    let played = timeout(DEADLINE, async {
        loop {
            ticks.tick().await;
            let reply = server.get(&format!("/api/events/{}", event_id(recording))).await;
            if reply.status == 200 && reply.json()["seq"].as_u64() >= u64::try_from(wanted).ok() {
                return;
            }
        }
    });
    assert!(played.await.is_ok(), "{} was not played {rounds} times", event_id(recording));
}
