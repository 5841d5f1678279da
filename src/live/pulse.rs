//! An event's pulse: the viewers and reactions that its viewers see, sent at most a few times a second.

use std::time::{Duration, Instant};

use serde::Serialize;
use time::OffsetDateTime;
use tokio::sync::Notify;
use ts_rs::TS;

use super::crowd::Viewers;
use super::tally::Counts;
use super::timers;
use crate::domain::clock;
use crate::domain::event::{Event, Position, Status};
use crate::domain::id::EventId;

/// When pulses are sent.
#[derive(Debug, Clone, Copy)]
pub struct PulseSettings {
    /// The minimum time between two pulses.
    pub interval: Duration,
    /// The maximum time between two pulses.
    pub beat: Duration,
}

impl PulseSettings {
    /// The maximum time between two checks whether a pulse is due.
    pub fn look_every(&self) -> Duration {
        timers::IDLE.min(self.beat / 4)
    }
}

/// Wakes the task that shows the crowds' activity.
#[derive(Debug, Default)]
pub struct Ticker {
    /// A crowd did something to show soon.
    pub woken: Notify,
    /// Something in a pulse changed.
    pub changed: Notify,
}

/// The state of an event and its crowd.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Pulse<'a> {
    /// The event.
    #[ts(type = "string")]
    pub event_id: &'a EventId,
    /// Identifies the event's history.
    pub epoch: &'a str,
    /// The sequence number of the last update.
    pub seq: i64,
    /// The event's status.
    pub status: Status,
    /// The viewers.
    pub viewers: Viewers,
    /// Their reactions.
    pub reactions: PulseReactions,
    /// When, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

/// The count of each emoji; beyond 64 different emoji the rest are summed up as `other`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct PulseReactions {
    /// Since the last pulse.
    #[ts(type = "Record<string, number>")]
    pub window: Counts,
    /// Since the event began.
    #[ts(type = "Record<string, number>")]
    pub totals: Counts,
}

/// When an event's crowd was last sent something, and what.
#[derive(Debug, Default)]
pub struct PulseSchedule {
    /// When anything was last sent to the crowd.
    sent: Option<Instant>,
    /// When the last pulse was sent, and its viewers and status.
    pulse: Option<(Instant, Viewers, Status)>,
}

impl PulseSchedule {
    /// Whether something may be sent to the crowd now.
    pub fn may_send(&self, now: Instant, settings: PulseSettings) -> bool {
        self.sent.is_none_or(|sent| now.duration_since(sent) >= settings.interval)
    }

    /// Whether a pulse is due: there are new reactions, the status changed, the number of viewers changed noticeably,
    /// or the last pulse was long ago. A new `seq` alone does not count, because the update itself carries it.
    pub fn is_due(
        &self,
        now: Instant,
        settings: PulseSettings,
        reactions: bool,
        viewers: Viewers,
        event: &Event,
    ) -> bool {
        let Some((sent, shown, status)) = &self.pulse else { return true };
        reactions
            || *status != event.status
            || viewers.is_step_from(shown)
            // Send early rather than late: the next check may be too late.
            || now.duration_since(*sent) + settings.look_every() > settings.beat
    }

    /// Whether any pulse was sent.
    pub fn has_begun(&self) -> bool {
        self.pulse.is_some()
    }

    /// Whether a pulse may be sent now.
    pub fn may_pulse(&self, now: Instant, settings: PulseSettings) -> bool {
        self.pulse.as_ref().is_none_or(|(sent, ..)| now.duration_since(*sent) >= settings.interval)
    }

    /// Whether a pulse is due soon in any case: half of the maximum time has passed.
    pub fn is_near(&self, now: Instant, settings: PulseSettings) -> bool {
        self.pulse.as_ref().is_some_and(|(sent, ..)| now.duration_since(*sent) >= settings.beat / 2)
    }

    /// Records that something was sent to the crowd.
    pub fn send(&mut self, now: Instant) {
        self.sent = Some(now);
    }

    /// Records a sent pulse.
    pub fn record_pulse(&mut self, now: Instant, viewers: Viewers, status: Status) {
        self.pulse = Some((now, viewers, status));
    }
}

impl<'a> Pulse<'a> {
    /// Builds the pulse of an event.
    pub fn new(
        event: &'a Event,
        position: &'a Position,
        viewers: Viewers,
        reactions: PulseReactions,
        at: OffsetDateTime,
    ) -> Self {
        let (event_id, status) = (&event.event_id, event.status);
        Self { event_id, epoch: &position.epoch, seq: position.seq, status, viewers, reactions, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(status: Status) -> Event {
        let event_id = EventId::parse("1").expect("valid");
        Event { status, ..Event::new(event_id, "chess".into(), "A match".into()) }
    }

    #[test]
    fn a_pulse_is_due_when_something_changed_and_otherwise_by_the_beat() {
        let settings = PulseSettings { interval: Duration::from_millis(250), beat: Duration::from_secs(10) };
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let live = event(Status::Live);
        let one = Viewers { total: 1, users: 0, guests: 1 };
        let mut schedule = PulseSchedule::default();
        assert!(schedule.may_send(start, settings) && schedule.is_due(start, settings, false, one, &live));
        schedule.send(start);
        schedule.record_pulse(start, one, Status::Live);
        assert!(!schedule.may_send(after(249), settings) && schedule.may_send(after(250), settings));
        let due = |millis, reactions, viewers, event| {
            schedule.is_due(after(millis), settings, reactions, viewers, event)
        };
        assert!(!due(9_000, false, one, &live));
        assert!(due(9_001, false, one, &live));
        assert!(due(250, true, one, &live));
        assert!(due(250, false, Viewers::default(), &live));
        assert!(due(250, false, one, &event(Status::Ended)));
    }
}
