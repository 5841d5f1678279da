//! Plays a recording: sends each line at its time, and starts over after the last line.
//!
//! The `opId` of a score depends only on its place in the recording. So a score can be retried safely, and after a
//! restart the player finds its place by asking which scores are in the event's log.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tracing::{info, warn};

use super::client::{AdminClient, CallError};
use super::recording::{CLOCKS, PAUSE, Recording};
use crate::domain::clock;

/// A `baseSeq` that no event can have, so a message with it changes nothing.
const NEVER: u64 = (1 << 53) - 1;
/// The first delay before a reconnect; it doubles up to `LONGEST_WAIT`. Both are independent of the pace.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Limits the pace to a usable range; 1.0 if it is not a positive number.
pub fn sensible(pace: f64) -> f64 {
    if pace.is_finite() && pace > 0.0 { pace.clamp(0.01, 10_000.0) } else { 1.0 }
}

/// Plays the recording in a loop, and reconnects after each lost connection.
pub async fn play_forever(recording: Recording, server: SocketAddr, token: String, pace: f64) -> Infallible {
    let mut player = RecordingPlayer { recording, pace, place: None, failures: 0 };
    loop {
        let Err(error) = player.session(server, &token).await;
        let wait = wait_after(player.failures);
        player.failures = player.failures.saturating_add(1);
        warn!(event = %player.event_id(), %error, ?wait, "the demo lost its connection; reconnecting");
        tokio::time::sleep(wait).await;
    }
}

/// The delay after this many failures in a row.
fn wait_after(failures: u32) -> Duration {
    FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_WAIT)
}

/// The position of the next line to send.
struct PlayPosition {
    /// How many times the recording was played completely.
    round: usize,
    line: usize,
    /// The `seq` of the previous score, which a correction voids.
    last_seq: Value,
}

struct RecordingPlayer {
    recording: Recording,
    pace: f64,
    place: Option<PlayPosition>,
    failures: u32,
}

impl RecordingPlayer {
    fn event_id(&self) -> &Value {
        &self.recording.lines[0].payload["eventId"]
    }

    /// Plays over one connection until it fails.
    async fn session(&mut self, server: SocketAddr, token: &str) -> Result<Infallible, CallError> {
        let mut client = AdminClient::connect(server, token).await?;
        let mut place = match self.place.take() {
            Some(place) => place,
            None => self.find_place(&mut client).await?,
        };
        let played = self.play(&mut client, &mut place).await;
        self.place = Some(place);
        played
    }

    /// Finds the last score in the event's log by exponential and binary search, and starts with that line: when it
    /// is sent again, the answer contains its `seq`.
    async fn find_place(&self, client: &mut AdminClient) -> Result<PlayPosition, CallError> {
        let lines = self.recording.lines.iter().enumerate();
        let scores: Vec<_> =
            lines.filter(|(_, line)| line.message == "score").map(|(line, _)| line).collect();
        let place_of = |score: usize| {
            let (round, line) = (score / scores.len(), scores[score % scores.len()]);
            PlayPosition { round, line, last_seq: Value::Null }
        };
        // Counted from 1, score `found` is in the log and score `missing` is not.
        let (mut found, mut missing) = (0, 1);
        while self.is_recorded(client, &place_of(missing - 1)).await? {
            (found, missing) = (missing, missing * 2);
        }
        while missing - found > 1 {
            let middle = found.midpoint(missing);
            if self.is_recorded(client, &place_of(middle - 1)).await? {
                found = middle;
            } else {
                missing = middle;
            }
        }
        info!(event = %self.event_id(), scores = found, "the demo continues after the scores in the log");
        Ok(found.checked_sub(1).map_or(PlayPosition { round: 0, line: 0, last_seq: Value::Null }, place_of))
    }

    /// Whether the score at `place` is in the event's log; writes nothing. The server answers a repeated `opId`
    /// before it checks `baseSeq`, also one with other data, as a clock has each time. It refuses a new one because
    /// of its `baseSeq`.
    async fn is_recorded(&self, client: &mut AdminClient, place: &PlayPosition) -> Result<bool, CallError> {
        let (name, mut message) = self.message(place);
        message["baseSeq"] = json!(NEVER);
        match client.call(name, &message).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_other_score() => Ok(true),
            Err(error)
                if ["conflict", "event_ended", "not_found"].iter().any(|code| error.is_refusal(code)) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Plays from `place`, round after round. Keeps `place` correct when it returns an error.
    async fn play(
        &mut self,
        client: &mut AdminClient,
        place: &mut PlayPosition,
    ) -> Result<Infallible, CallError> {
        loop {
            let mut repeated = false;
            while let Some(line) = self.recording.lines.get(place.line) {
                if !repeated {
                    client.rest(Duration::from_millis(line.after).div_f64(self.pace)).await?;
                }
                let answer = self.send(client, place).await?;
                self.failures = 0;
                repeated = answer["duplicate"] == true;
                if line.is_scored() {
                    place.last_seq = answer["seq"].clone();
                }
                place.line += 1;
            }
            client.rest(PAUSE.div_f64(self.pace)).await?;
            *place = PlayPosition { round: place.round + 1, line: 0, last_seq: Value::Null };
        }
    }

    async fn send(&self, client: &mut AdminClient, place: &PlayPosition) -> Result<Value, CallError> {
        let (name, message) = self.message(place);
        match client.call(name, &message).await {
            Err(error) if error.is_refusal("conflict") && name == "event:create" => {
                client.call("event:update", &message).await
            }
            // Somebody ended the event. Set it live again: the demo plays its matches to the end.
            Err(error) if error.is_refusal("event_ended") => {
                client.call("event:status", &json!({"eventId": self.event_id(), "status": "live"})).await?;
                client.call(name, &message).await
            }
            // It was recorded when its clock had another time.
            Err(error) if error.is_other_score() && name == "score" => {
                Ok(json!({"ok": true, "duplicate": true, "seq": null}))
            }
            answer => answer,
        }
    }

    /// The message at `place`, with its `opId`, its `voids` and the time of its clock.
    fn message(&self, place: &PlayPosition) -> (&str, Value) {
        let line = &self.recording.lines[place.line];
        let mut message = line.payload.clone();
        if line.is_scored() {
            let PlayPosition { round, line, .. } = place;
            message["opId"] = json!(format!("demo-{round}-{line}-{:08x}", self.recording.checksum));
        }
        if line.message == "score:correct" {
            message["voids"] = place.last_seq.clone();
        }
        set_clocks(&mut message, clock::to_millis(clock::now()));
        (&line.message, message)
    }
}

/// A clock showed its value just now, so that viewers let it run on from there.
fn set_clocks(message: &mut Value, now: i64) {
    for place in CLOCKS {
        if let Some(Value::Object(clock)) = message.pointer_mut(place) {
            clock.insert("at".to_owned(), json!(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit() {
        let waits: Vec<_> = [0, 1, 2, 5, 6, 40, u32::MAX].map(|n| wait_after(n).as_millis()).into();
        assert_eq!(waits, [250, 500, 1_000, 8_000, 15_000, 15_000, 15_000]);
    }

    #[test]
    fn clocks_get_the_time_and_nothing_else_does() {
        let mut message = json!({"data": {"clock": {"value": 1}, "summary": {"clock": {"value": 1, "at": 2}}, "clocks": {"white": 1}}});
        set_clocks(&mut message, 7);
        let clock = json!({"value": 1, "at": 7});
        assert_eq!(
            message,
            json!({"data": {"clock": clock, "summary": {"clock": clock}, "clocks": {"white": 1}}})
        );
        for mut other in [json!({"data": {"clock": null, "summary": null}}), json!({"status": "live"})] {
            let before = other.clone();
            set_clocks(&mut other, 7);
            assert_eq!(other, before);
        }
    }

    #[test]
    fn a_pace_that_is_no_speed_is_the_normal_one() {
        for (pace, used) in [(1.0, 1.0), (50.0, 50.0), (0.0, 1.0), (-3.0, 1.0), (f64::NAN, 1.0), (1e9, 1e4)] {
            assert!((sensible(pace) - used).abs() < f64::EPSILON, "{pace}");
        }
    }
}
