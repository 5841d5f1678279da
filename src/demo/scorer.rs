//! Plays the scorer of one match: creates the event, sends each step at its time, and begins again.
//!
//! Every step has an `opId` that follows from the match's number and the step's place alone. So a step
//! whose answer was lost is sent again without harm, and a restarted program finds where it stood by
//! asking which steps are on record.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tracing::{info, warn};

use super::client::{CallError, Client};
use super::script::Script;

/// From the end of a match to the start of the next, at normal pace.
const PAUSE: Duration = Duration::from_secs(20);
/// A `baseSeq` that no event can have: a message that carries it changes nothing.
const NEVER: u64 = (1 << 53) - 1;
/// The first wait before a new attempt; it doubles up to the longest. Both independent of the pace.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// An event of the demo, and the matches that are played in it.
pub struct Fixture {
    /// The event's id.
    pub event_id: &'static str,
    /// The rest of `event:create`.
    pub details: Value,
    /// The match of that number, counted from 1; always the same for the same number.
    pub script: fn(u64) -> Script,
}

/// A usable pace: positive and finite, within what a clock can tell.
pub fn sensible(pace: f64) -> f64 {
    if pace.is_finite() && pace > 0.0 { pace.clamp(0.01, 10_000.0) } else { 1.0 }
}

/// Scores the fixture's matches one after the other; gets up again whatever happens to the connection.
pub async fn score_for_ever(fixture: Fixture, server: SocketAddr, token: &str, pace: f64) -> Infallible {
    let mut scorer = Scorer { fixture, pace, place: None, failures: 0 };
    loop {
        let Err(error) = scorer.session(server, token).await;
        let wait = wait_after(scorer.failures);
        scorer.failures = scorer.failures.saturating_add(1);
        warn!(event = scorer.fixture.event_id, %error, ?wait, "the demo's scorer will connect again");
        tokio::time::sleep(wait).await;
    }
}

/// How long to wait after so many failures in a row.
fn wait_after(failures: u32) -> Duration {
    FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_WAIT)
}

/// Where a scorer stands: the step to send next.
struct Place {
    number: u64,
    script: Script,
    fingerprint: u64,
    step: usize,
    /// The `seq` of the step before, for a correction to name.
    last_seq: Value,
}

impl Place {
    fn start(number: u64, script: Script) -> Self {
        let fingerprint = script.fingerprint();
        Self { number, script, fingerprint, step: 0, last_seq: Value::Null }
    }
}

struct Scorer {
    fixture: Fixture,
    pace: f64,
    place: Option<Place>,
    failures: u32,
}

impl Scorer {
    /// Scores over one connection, for as long as it lasts.
    async fn session(&mut self, server: SocketAddr, token: &str) -> Result<Infallible, CallError> {
        let mut client = Client::connect(server, token).await?;
        self.announce(&mut client).await?;
        let mut place = match self.place.take() {
            Some(place) => place,
            None => self.find_place(&mut client).await?,
        };
        let played = self.play(&mut client, &mut place).await;
        self.place = Some(place);
        played
    }

    /// Creates the event, or brings an existing one up to date.
    async fn announce(&self, client: &mut Client) -> Result<(), CallError> {
        let mut event = self.fixture.details.clone();
        event["eventId"] = json!(self.fixture.event_id);
        match client.call("event:create", &event).await {
            Err(error) if error.is_refusal("conflict") => client.call("event:update", &event).await?,
            answer => answer?,
        };
        Ok(())
    }

    /// Finds the last step on record, by doubling and halving. It is the one to begin with: sent again,
    /// its answer tells its `seq`.
    async fn find_place(&self, client: &mut Client) -> Result<Place, CallError> {
        let (mut found, mut missing) = (0, 1);
        while self.is_recorded(client, &self.match_number(missing)).await? {
            (found, missing) = (missing, missing * 2);
        }
        while missing - found > 1 {
            let middle = found.midpoint(missing);
            if self.is_recorded(client, &self.match_number(middle)).await? {
                found = middle;
            } else {
                missing = middle;
            }
        }
        let mut place = self.match_number(found.max(1));
        let (mut found, mut missing) = (0, place.script.steps.len());
        while missing - found > 1 {
            place.step = found.midpoint(missing);
            if self.is_recorded(client, &place).await? {
                found = place.step;
            } else {
                missing = place.step;
            }
        }
        place.step = found;
        let number = place.number;
        info!(event = self.fixture.event_id, number, step = found, "the demo's scorer has found its place");
        Ok(place)
    }

    fn match_number(&self, number: u64) -> Place {
        Place::start(number, (self.fixture.script)(number))
    }

    /// Whether the step at `place` is in the event's log; writes nothing. The server answers a repeated
    /// `opId` before it looks at `baseSeq`, and refuses a new one because of it.
    ///
    /// A correction cannot be asked for, as its body names a `seq` that is not known here. The step after
    /// it tells; where that one is not there, the correction is sent again.
    async fn is_recorded(&self, client: &mut Client, place: &Place) -> Result<bool, CallError> {
        let asked = place.step + usize::from(place.script.steps[place.step].correction.is_some());
        let (name, mut message) = self.message(place, asked);
        message["baseSeq"] = json!(NEVER);
        match client.call(name, &message).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_refusal("conflict") || error.is_refusal("event_ended") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Plays from `place` on, match after match. `place` is right however this ends.
    async fn play(&mut self, client: &mut Client, place: &mut Place) -> Result<Infallible, CallError> {
        loop {
            let mut repeated = false;
            while let Some(step) = place.script.steps.get(place.step) {
                if !repeated {
                    client.rest(step.after.div_f64(self.pace)).await?;
                }
                if place.step == 0 {
                    self.set_status(client, "live").await?;
                }
                let answer = self.send(client, place).await?;
                self.failures = 0;
                repeated = answer["duplicate"] == true;
                place.last_seq = answer["seq"].clone();
                place.step += 1;
            }
            self.set_status(client, "ended").await?;
            client.rest(PAUSE.div_f64(self.pace)).await?;
            *place = self.match_number(place.number + 1);
        }
    }

    async fn send(&self, client: &mut Client, place: &Place) -> Result<Value, CallError> {
        let (name, message) = self.message(place, place.step);
        match client.call(name, &message).await {
            // Somebody ended the event: the demo's matches are played to their end.
            Err(error) if error.is_refusal("event_ended") => {
                self.set_status(client, "live").await?;
                client.call(name, &message).await
            }
            answer => answer,
        }
    }

    /// The message that records a step of the match at `place`.
    fn message(&self, place: &Place, step: usize) -> (&'static str, Value) {
        let op_id = format!("demo-{}-{step}-{:016x}", place.number, place.fingerprint);
        let step = &place.script.steps[step];
        let mut message = json!({"eventId": self.fixture.event_id, "data": step.data, "opId": op_id});
        let Some(reason) = step.correction else { return ("score", message) };
        message["voids"] = place.last_seq.clone();
        message["reason"] = json!(reason);
        ("score:correct", message)
    }

    async fn set_status(&self, client: &mut Client, status: &str) -> Result<(), CallError> {
        let message = json!({"eventId": self.fixture.event_id, "status": status});
        client.call("event:status", &message).await?;
        Ok(())
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
    fn a_pace_that_is_no_speed_is_the_normal_one() {
        for (pace, used) in [(1.0, 1.0), (50.0, 50.0), (0.0, 1.0), (-3.0, 1.0), (f64::NAN, 1.0), (1e9, 1e4)] {
            assert!((sensible(pace) - used).abs() < f64::EPSILON, "{pace}");
        }
    }
}
