//! A message to clients, serialized once for all recipients.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use super::pulse::Pulse;
use crate::domain::event::{Event, EventDeleted, ListPlace, Position};
use crate::domain::id::EventId;
use crate::domain::json;
use crate::domain::leaderboard::Board;
use crate::domain::message::{About, DeletedMessage, RoomMessage};
use crate::domain::points::PointsChange;
use crate::domain::reaction::Reaction;
use crate::domain::review::Case;
use crate::domain::score::{Correction, ScoreMeta, Update, UpdateKind};
use crate::domain::update_time::UpdateTime;

mod args;

pub use args::{Args, Values, to_ascii};

/// A message to clients: its name and its arguments as JSON text.
#[derive(Debug)]
pub struct Message {
    /// The message's name.
    pub name: &'static str,
    /// The event's sequence number that a client reaches with it; 0 if it has none.
    pub seq: i64,
    /// The position to resume from, as clients send it: `epoch:seq`.
    pub place: Option<Arc<str>>,
    args: Args,
    ascii: OnceLock<Args>,
    values: OnceLock<Values>,
    frame: OnceLock<Arc<str>>,
    packets: [OnceLock<Bytes>; PACKET_FORMATS],
    fingerprints: [OnceLock<u64>; PACKET_FORMATS],
}

/// The argument of `events`.
#[derive(Serialize)]
struct ListChanges<'a> {
    changed: &'a [Arc<RawValue>],
    removed: &'a [&'a EventId],
}

/// The argument of the `events` that holds the first page.
#[derive(Serialize)]
struct ListStart<'a> {
    changed: &'a RawValue,
    removed: [EventId; 0],
    next: Option<&'a ListPlace>,
}

/// The number of packet formats.
pub const PACKET_FORMATS: usize = 4;

impl Message {
    /// One update of an event.
    pub fn update(event_id: &EventId, epoch: &str, update: &Update) -> Self {
        let correction = update.body.correction.as_ref();
        let meta = ScoreMeta {
            event_id: event_id.clone(),
            epoch: epoch.to_owned(),
            seq: update.seq,
            kind: update.body.kind(),
            at: update.time.at,
            received_at: update.time.received_at,
            voids: correction.map(|correction| correction.voids.clone()),
            reason: correction.map(|correction| correction.reason.clone()),
        };
        Self::score(update.body.data.clone(), &meta)
    }

    /// All updates of an event, merged. `seq` and `time` are the last update's, and `correction` if recipients should
    /// know it.
    pub fn snapshot(
        event_id: &EventId,
        position: &Position,
        time: UpdateTime,
        correction: Option<&Correction>,
        data: Arc<RawValue>,
    ) -> Self {
        let meta = ScoreMeta {
            event_id: event_id.clone(),
            epoch: position.epoch.clone(),
            seq: position.seq,
            kind: UpdateKind::Snapshot,
            at: time.at,
            received_at: time.received_at,
            voids: correction.map(|correction| correction.voids.clone()),
            reason: correction.map(|correction| correction.reason.clone()),
        };
        Self::score(data, &meta)
    }

    /// An event's current details.
    pub fn event(event: &Event) -> Self {
        Self::new("event", 0, Args(json::raw(event).into(), None))
    }

    /// An event was deleted.
    pub fn event_deleted(event_id: &EventId) -> Self {
        let deleted = EventDeleted { event_id: event_id.clone(), deleted: true };
        Self::new("event", 0, Args(json::raw(&deleted).into(), None))
    }

    /// An event's top ten.
    pub fn leaderboard(board: &Board) -> Self {
        Self::new("leaderboard", 0, Args(json::raw(board).into(), None))
    }

    /// A change of a player's points.
    pub fn points(change: &PointsChange) -> Self {
        Self::new("points", 0, Args(json::raw(change).into(), None))
    }

    /// A review: `review:new` or `review:decided`.
    pub fn review(name: &'static str, case: &Case) -> Self {
        Self::new(name, 0, Args(json::raw(case).into(), None))
    }

    /// The state of an event and its crowd.
    pub fn pulse(pulse: &Pulse<'_>) -> Self {
        Self::new("pulse", 0, Args(json::raw(pulse).into(), None))
    }

    /// Changes of a list of events: the entries of new and changed events, and the events that left it.
    pub fn events(changed: &[Arc<RawValue>], removed: &[&EventId]) -> Self {
        Self::new("events", 0, Args(json::raw(&ListChanges { changed, removed }).into(), None))
    }

    /// The first page of a list of events, a JSON array, and where the next page starts.
    pub fn first_events(events: &RawValue, next: Option<&ListPlace>) -> Self {
        let page = ListStart { changed: events, removed: [], next };
        Self::new("events", 0, Args(json::raw(&page).into(), None))
    }

    /// One reaction.
    pub fn reaction(event_id: &EventId, reaction: &Reaction) -> Self {
        Self::about(event_id, "reaction", reaction)
    }

    /// A message in an event's room.
    pub fn posted(event_id: &EventId, message: &RoomMessage) -> Self {
        Self::about(event_id, "message", message)
    }

    /// A message was deleted.
    pub fn deleted(event_id: &EventId, deleted: DeletedMessage) -> Self {
        Self::about(event_id, "message:deleted", &deleted)
    }

    fn about(event_id: &EventId, name: &'static str, what: &impl Serialize) -> Self {
        let about = About { event_id: event_id.clone() };
        Self::new(name, 0, Args(json::raw(what).into(), Some(json::raw(&about).into())))
    }

    fn score(data: Arc<RawValue>, meta: &ScoreMeta) -> Self {
        let place = Some(format!("{}:{}", meta.epoch, meta.seq).into());
        Self { place, ..Self::new("score", meta.seq, Args(data, Some(json::raw(meta).into()))) }
    }

    fn new(name: &'static str, seq: i64, args: Args) -> Self {
        Self {
            name,
            seq,
            place: None,
            args,
            ascii: OnceLock::new(),
            values: OnceLock::new(),
            frame: OnceLock::new(),
            packets: Default::default(),
            fingerprints: Default::default(),
        }
    }

    /// Whether this is an `event` message.
    pub fn is_event(&self) -> bool {
        self.name == "event"
    }

    /// Whether this is a leaderboard.
    pub fn is_board(&self) -> bool {
        self.name == "leaderboard"
    }

    /// Whether this is an update or a snapshot: it has a place in the event's order.
    pub fn is_update(&self) -> bool {
        self.seq > 0
    }

    /// Whether this is a pulse. The next pulse replaces it.
    pub fn is_pulse(&self) -> bool {
        self.name == "pulse"
    }

    /// Whether this is for one account rather than for a room.
    pub fn is_personal(&self) -> bool {
        matches!(self.name, "points" | "review:new" | "review:decided")
    }

    /// The complete packet for Socket.IO clients in one of the formats. The first sender makes it; later senders
    /// share it.
    pub fn packet(&self, form: usize, make: impl FnOnce(&Self) -> Bytes) -> &Bytes {
        self.packets[form].get_or_init(|| make(self))
    }

    /// A fingerprint of the packet in one format, to recognize the message when it leaves through the engine.
    pub fn fingerprint(&self, form: usize, make: impl FnOnce(&Self) -> u64) -> u64 {
        *self.fingerprints[form].get_or_init(|| make(self))
    }

    /// A copy for the recent updates, without the packets and values that are rarely needed again.
    #[must_use]
    pub fn to_keep(&self) -> Self {
        let Self { name, seq, place, args, ascii, values: _, frame, packets: _, fingerprints } = self;
        let (place, args, ascii) = (place.clone(), args.clone(), ascii.clone());
        let (frame, fingerprints) = (frame.clone(), fingerprints.clone());
        let (values, packets) = (OnceLock::new(), Default::default());
        Self { name, seq: *seq, place, args, ascii, values, frame, packets, fingerprints }
    }

    /// The length of the arguments as JSON text.
    pub fn bytes(&self) -> usize {
        let Args(first, second) = &self.args;
        first.get().len() + second.as_ref().map_or(0, |second| second.get().len())
    }

    /// The arguments as JSON.
    pub fn args(&self) -> &Args {
        &self.args
    }

    /// The arguments in ASCII: other characters become `\uXXXX`. Made on first use.
    pub fn ascii_args(&self) -> &Args {
        self.ascii.get_or_init(|| {
            let Args(first, second) = &self.args;
            Args(to_ascii(first), second.as_ref().map(to_ascii))
        })
    }

    /// The arguments as values. Made on first use.
    pub fn values(&self) -> &Values {
        self.values.get_or_init(|| Values::of(&self.args))
    }

    /// The message as one JSON object, for clients without Socket.IO. Made on first use.
    pub fn frame(&self) -> &Arc<str> {
        self.frame.get_or_init(|| match &self.args {
            Args(only, None) => tagged(self.name, "", only),
            Args(data, Some(meta)) => {
                format!(r#"{{"type":"{}","data":{},"meta":{}}}"#, self.name, data.get(), meta.get()).into()
            }
        })
    }
}

/// Puts `type`, and then `more`, before the fields of a JSON object that this program wrote.
pub fn tagged(kind: &str, more: &str, object: &RawValue) -> Arc<str> {
    let fields =
        object.get().strip_prefix('{').expect("the JSON is an object without surrounding whitespace");
    let comma = if fields == "}" { "" } else { "," };
    format!(r#"{{"type":"{kind}"{more}{comma}{fields}"#).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_the_message_as_one_object() {
        let raw = |json: &str| RawValue::from_string(json.to_owned()).expect("valid").into();
        let frame = |args| Message::new("x:y", 0, args).frame().to_string();
        assert_eq!(frame(Args(raw(r#"{"a":1}"#), None)), r#"{"type":"x:y","a":1}"#);
        assert_eq!(frame(Args(raw("{}"), None)), r#"{"type":"x:y"}"#);
        let two = Args(raw("{ \"runs\": 1 }"), Some(raw(r#"{"seq":1}"#)));
        assert_eq!(frame(two), r#"{"type":"x:y","data":{ "runs": 1 },"meta":{"seq":1}}"#);
    }
}
