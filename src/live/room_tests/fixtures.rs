//! The test room, its updates, and its members.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use time::OffsetDateTime;

use super::queue::TestQueue;
use crate::domain::event::{Event, Position, Status};
use crate::domain::id::{ConnectionId, EventId};
use crate::domain::limit::Rate;
use crate::domain::score::{Snapshot, Update, UpdateBody};
use crate::domain::update_time::UpdateTime;
use crate::live::audience::{AudienceSettings, Batch};
use crate::live::crowd::Viewer;
use crate::live::member::MemberId;
use crate::live::pulse::PulseSettings;
use crate::live::room::{Applied, JoinRequest, Joined, Loaded, Room, RoomSettings};

pub fn event(title: &str) -> Event {
    let event_id = EventId::parse("match").expect("an id");
    Event { status: Status::Live, ..Event::new(event_id, "chess".to_owned(), title.to_owned()) }
}

pub fn update(seq: i64) -> Update {
    let data = serde_json::value::to_raw_value(&json!({ "n": seq })).expect("JSON");
    let at = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(seq.unsigned_abs());
    Update {
        seq,
        time: UpdateTime { at, received_at: None },
        body: UpdateBody { data: data.into(), correction: None },
    }
}

pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn settings() -> RoomSettings {
    let second = Duration::from_secs(1);
    let audience = AudienceSettings {
        pulse: PulseSettings { interval: second / 4, beat: second * 10 },
        singles: Rate { count: 20, per: second },
        message_history: 50,
        shared: false,
    };
    RoomSettings { recovery_limit: 300, behind_timeout: PATIENCE, audience }
}

/// A room with `updates` updates; it keeps the last 300.
pub fn room(updates: i64) -> Room {
    let room = room_with(settings());
    apply(&room, 1, updates);
    room
}

/// A room in which a pulse is always due.
pub fn lively_room() -> Room {
    let mut settings = settings();
    settings.audience.pulse = PulseSettings { interval: Duration::ZERO, beat: Duration::ZERO };
    room_with(settings)
}

pub fn room_with(settings: RoomSettings) -> Room {
    let loaded = Loaded {
        event: event("A game"),
        position: position("e", 0),
        at: OffsetDateTime::UNIX_EPOCH,
        snapshot: Snapshot::default(),
        recent: Vec::new(),
        totals: Vec::new(),
        messages: Vec::new(),
    };
    Room::new(loaded, settings, Arc::default())
}

/// Takes the batch to show the crowd now.
pub fn take_batch(room: &Room) -> (Batch, Vec<MemberId>) {
    room.take_batch(Instant::now(), OffsetDateTime::UNIX_EPOCH).expect("a batch is due")
}

pub fn apply(room: &Room, from: i64, to: i64) {
    for seq in from..=to {
        assert_eq!(room.apply(&update(seq)), Applied::Taken, "{seq}");
        deliver(room);
    }
}

/// Sends all outgoing messages. Returns the number of deliveries.
pub fn deliver(room: &Room) -> usize {
    let turn = room.try_turn().expect("only the test delivers");
    let mut sum = 0;
    loop {
        let (more, delivered) = room.deliver_some(&turn, room.next_outgoing());
        sum += delivered.all;
        if !more {
            return sum;
        }
    }
}

pub fn position(epoch: &str, seq: i64) -> Position {
    Position { epoch: epoch.to_owned(), seq }
}

pub fn numbered(kind: &str, seqs: impl IntoIterator<Item = i64>) -> Vec<String> {
    seqs.into_iter().map(|seq| format!("{kind}{seq}")).collect()
}

/// Joins, and returns the answer, which is sent before anything else.
pub fn join(room: &Room, id: MemberId, member: &Arc<TestQueue>, since: Option<&Position>) -> Joined {
    join_as(room, false, id, member, since)
}

/// The same with `full: true`.
pub fn join_full(room: &Room, id: MemberId, member: &Arc<TestQueue>, since: Option<&Position>) -> Joined {
    join_as(room, true, id, member, since)
}

fn join_as(
    room: &Room,
    full: bool,
    id: MemberId,
    member: &Arc<TestQueue>,
    since: Option<&Position>,
) -> Joined {
    let mut joined = None;
    let viewer = Some(Viewer::Nameless(ConnectionId(id)));
    let request = JoinRequest { id, member: member.clone(), viewer, since: since.cloned(), full };
    room.join(request, |told| {
        assert_eq!(member.state.lock().sent, Vec::<String>::new(), "the answer is sent first");
        joined = Some(told.clone());
    });
    joined.expect("it is answered")
}
