//! Recordings: `/admin` messages with their times, one JSON object per line (`demo/README.md`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The pause between the end of a match and its next start, at normal pace.
pub const PAUSE: Duration = Duration::from_secs(20);

/// Where the payload of a score has a clock.
pub const CLOCKS: [&str; 2] = ["/data/clock", "/data/summary/clock"];

/// The recordings, compiled into the binary so that the demo needs no files.
const TEXTS: [&str; 5] = [
    include_str!("../../demo/cricket.jsonl"),
    include_str!("../../demo/chess.jsonl"),
    include_str!("../../demo/football.jsonl"),
    include_str!("../../demo/volleyball.jsonl"),
    include_str!("../../demo/basketball.jsonl"),
];

/// One message, and when it is sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedMessage {
    /// Milliseconds after the previous line, at normal pace.
    pub after: u64,
    /// The message's name, such as `score`.
    pub message: String,
    /// Its payload, without `opId`, `voids` and the times of clocks, which differ for each run.
    pub payload: Value,
}

impl RecordedMessage {
    /// Whether this is a score or a correction: they carry an `opId`, and the answer has a `seq`.
    pub fn is_scored(&self) -> bool {
        matches!(self.message.as_str(), "score" | "score:correct")
    }
}

/// A complete recording.
#[derive(Debug)]
pub struct Recording {
    /// The lines, in order.
    pub lines: Vec<RecordedMessage>,
    /// A checksum of the text. It is part of each `opId`, so that scores from different versions of a recording are
    /// never confused.
    pub checksum: u32,
}

impl Recording {
    /// Parses a recording.
    ///
    /// # Errors
    /// The parser's error for the first invalid line.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        let lines = text.lines().map(serde_json::from_str).collect::<serde_json::Result<_>>()?;
        Ok(Self { lines, checksum: crc32fast::hash(text.as_bytes()) })
    }
}

/// The built-in recordings.
pub fn all() -> [Recording; 5] {
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
                corrected.into_iter().all(|pair| pair[0].message == "score" && !has_clock(&pair[0])),
                "a correction follows its score, whose number a restart finds"
            );
        }
        assert!(TEXTS.map(str::len).iter().sum::<usize>() < 1_000_000);
    }

    fn has_clock(line: &RecordedMessage) -> bool {
        CLOCKS.iter().any(|place| line.payload.pointer(place).is_some())
    }

    #[test]
    fn a_line_with_an_unknown_field_is_refused() {
        assert!(Recording::parse(r#"{"after":0,"message":"score","payload":{}}"#).is_ok());
        assert!(Recording::parse(r#"{"after":0,"message":"score","payload":{},"at":1}"#).is_err());
        assert!(Recording::parse("\n").is_err());
    }
}
