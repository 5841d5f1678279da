//! The recordings: messages of `/admin` with their times, one JSON object a line (`demo/README.md`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// From the end of a match to the start of the next, at normal pace.
pub const PAUSE: Duration = Duration::from_secs(20);

/// The texts of the recordings; they are part of the program, so that it needs no files for the demo.
const TEXTS: [&str; 3] = [
    include_str!("../../demo/cricket.jsonl"),
    include_str!("../../demo/chess.jsonl"),
    include_str!("../../demo/football.jsonl"),
];

/// One message, and when it is sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedMessage {
    /// Milliseconds after the line before, at normal pace.
    pub after: u64,
    /// The message's name, such as `score`.
    pub message: String,
    /// Its payload, without what differs each time it is played: `opId` and `voids`.
    pub payload: Value,
}

impl RecordedMessage {
    /// Whether this is a score or the correction of one: they carry an `opId`, and the answer has a `seq`.
    pub fn is_scored(&self) -> bool {
        matches!(self.message.as_str(), "score" | "score:correct")
    }
}

/// A recording, from its first line to its last.
#[derive(Debug)]
pub struct Recording {
    /// The lines, in order.
    pub lines: Vec<RecordedMessage>,
    /// A checksum of the text, so that no version of a recording mistakes the scores of another one for its own.
    pub checksum: u32,
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// A line that is not one.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        let lines = text.lines().map(serde_json::from_str).collect::<serde_json::Result<_>>()?;
        Ok(Self { lines, checksum: crc32fast::hash(text.as_bytes()) })
    }
}

/// The recordings that are part of the program.
pub fn all() -> [Recording; 3] {
    TEXTS.map(|text| Recording::parse(text).expect("a test reads every line"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let recordings = all();
        for (recording, text) in recordings.iter().zip(TEXTS) {
            assert_eq!(recording.lines.len(), text.lines().count());
            assert_eq!(recording.lines[0].message, "event:create");
            let event = &recording.lines[0].payload["eventId"];
            assert!(recording.lines.iter().all(|line| line.payload["eventId"] == *event));
            let corrected = recording.lines.windows(2).filter(|pair| pair[1].message == "score:correct");
            assert!(
                corrected.into_iter().all(|pair| pair[0].message == "score"),
                "a correction follows its score"
            );
        }
        assert!(TEXTS.map(str::len).iter().sum::<usize>() < 1_000_000);
    }

    #[test]
    fn a_line_with_an_unknown_field_is_refused() {
        assert!(Recording::parse(r#"{"after":0,"message":"score","payload":{}}"#).is_ok());
        assert!(Recording::parse(r#"{"after":0,"message":"score","payload":{},"at":1}"#).is_err());
        assert!(Recording::parse("\n").is_err());
    }
}
