//! The ticker: shows the crowds of all rooms what they do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Rooms;
use crate::domain::clock;
use crate::live::audience::Batch;
use crate::live::member::MemberId;
use crate::live::room::Room;

/// How often the rooms are looked at: by so much a first reaction is late, …
const TICK: Duration = Duration::from_millis(25);
/// … or by so much, where nothing was shown for some seconds. To wake up is most of what an idle server does.
const QUIET_TICK: Duration = Duration::from_millis(100);
const QUIET_AFTER: Duration = Duration::from_secs(5);
/// So many members are shown something at a time; a score that comes meanwhile goes ahead of the others.
const MEMBERS_AT_A_TIME: usize = 32;

impl Rooms {
    /// Shows the crowds what they do, for ever.
    pub async fn pulse(&self) {
        let mut shown = Instant::now();
        loop {
            tokio::time::sleep(if shown.elapsed() < QUIET_AFTER { TICK } else { QUIET_TICK }).await;
            for room in self.all() {
                if let Some((batch, ids)) = room.take_batch(Instant::now(), clock::now()) {
                    self.show(&room, &ids, &batch).await;
                    shown = Instant::now();
                }
                if room.is_deserted() {
                    self.unload(&room);
                }
            }
        }
    }

    /// Forgets a room that is deserted, unless somebody has it in hand, who may be about to join.
    fn unload(&self, room: &Arc<Room>) {
        let mut rooms = self.0.rooms.lock();
        // Nobody can get hold of it meanwhile: there is the one that is kept here, and the caller's.
        if Arc::strong_count(room) == 2 && room.is_deserted() {
            rooms.remove(&room.event_id);
        }
    }

    async fn show(&self, room: &Room, ids: &[MemberId], batch: &Batch) {
        for some in ids.chunks(MEMBERS_AT_A_TIME) {
            room.show(some, batch);
            tokio::task::yield_now().await;
        }
        let Some(pulse) = &batch.pulse else { return };
        metrics::counter!("touchline_pulses_total").increment(1);
        for (id, desk) in self.0.desks.of(&room.event_id) {
            if !room.has_member(id) {
                desk.show(pulse);
            }
        }
    }
}
