//! Creates three recordings of the demo (`make recordings`): a few simulated cricket matches, a famous chess game and a World
//! Cup final. Each becomes a file in `demo/`, which the server embeds and plays.

mod chance;
mod chess;
mod cricket;
mod delivery;
mod figures;
mod football;
mod innings;
mod scorecard;
mod script;
mod summary;
mod words;
mod worldcup;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use touchline::demo::recording::{PAUSE, RecordedMessage};

use script::Script;

/// An event of the demo and its matches.
struct Fixture {
    /// The file name without its extension.
    name: &'static str,
    /// The payload of `event:create`.
    event: Value,
    /// The matches, in order.
    matches: Vec<Script>,
}

fn main() -> Result<(), Box<dyn Error>> {
    for fixture in fixtures() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(format!("{}.jsonl", fixture.name));
        std::fs::write(&path, record(&fixture)?)?;
        println!("{}", path.display());
    }
    Ok(())
}

fn fixtures() -> [Fixture; 3] {
    [cricket::fixture(), chess::fixture(), football::fixture()]
}

/// The recording of a fixture, with one line per message.
fn record(fixture: &Fixture) -> serde_json::Result<String> {
    let event_id = &fixture.event["eventId"];
    let mut lines = vec![line(Duration::ZERO, "event:create", fixture.event.clone())];
    for (script, pause) in
        fixture.matches.iter().zip([Duration::ZERO].into_iter().chain(std::iter::repeat(PAUSE)))
    {
        lines.push(line(pause, "event:status", json!({ "eventId": event_id, "status": "live" })));
        for step in &script.steps {
            let mut payload = json!({ "eventId": event_id, "data": step.data });
            let Some(reason) = step.correction else {
                lines.push(line(step.after, "score", payload));
                continue;
            };
            payload["reason"] = json!(reason);
            lines.push(line(step.after, "score:correct", payload));
        }
        lines.push(line(Duration::ZERO, "event:status", json!({ "eventId": event_id, "status": "ended" })));
    }
    let texts = lines.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
    Ok(texts.join("\n") + "\n")
}

fn line(after: Duration, message: &str, payload: Value) -> RecordedMessage {
    RecordedMessage {
        after: after.as_millis().try_into().unwrap_or(u64::MAX),
        message: message.to_owned(),
        payload,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recordings_in_the_repository_are_what_this_program_makes() {
        for fixture in fixtures() {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(format!("{}.jsonl", fixture.name));
            let kept = std::fs::read_to_string(path).unwrap();
            assert!(record(&fixture).unwrap() == kept, "{} differs: make recordings", fixture.name);
        }
    }
}
