//! The ticker: shows the crowds of all rooms what they do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Rooms;
use crate::domain::clock;
use crate::live::audience::Batch;
use crate::live::member::MemberId;
use crate::live::room::Room;
use crate::live::timers::AdaptiveInterval;

/// How often the rooms are looked at while their crowds do something, …
const TICK: Duration = Duration::from_millis(25);
/// … and while people come and go: by so much a change of who watches is told late.
const QUIET_TICK: Duration = Duration::from_millis(250);
/// For so long after something happened more is likely to.
const WOKEN_FOR: Duration = Duration::from_secs(1);
/// So many members are shown something at a time; a score that comes meanwhile goes ahead of the others.
const MEMBERS_AT_A_TIME: usize = 32;

impl Rooms {
    /// Shows the crowds what they do, for ever.
    pub async fn pulse(&self) {
        let settings = self.0.settings.audience.pulse;
        let ticker = &self.0.ticker;
        // What may not be shown yet when the crowd did it is shown after an interval.
        let woken_for = WOKEN_FOR.max(settings.interval * 2);
        let quiet_tick = QUIET_TICK.min(settings.interval.max(TICK));
        let mut quiet = AdaptiveInterval::new(&ticker.changed, quiet_tick, settings.look_every(), woken_for);
        let mut woken = Instant::now();
        loop {
            if woken.elapsed() < woken_for {
                tokio::time::sleep(TICK).await;
            } else {
                tokio::select! {
                    () = quiet.tick() => {}
                    () = ticker.woken.notified() => woken = Instant::now(),
                }
            }
            for room in self.all() {
                if let Some((batch, ids)) = room.take_batch(Instant::now(), clock::now()) {
                    self.show(&room, &ids, &batch).await;
                }
                if room.is_unused() {
                    self.unload(&room);
                }
            }
        }
    }

    /// Forgets a room that is deserted, unless somebody has it in hand, who may be about to join.
    fn unload(&self, room: &Arc<Room>) {
        let mut rooms = self.0.rooms.lock();
        // Nobody can get hold of it meanwhile: there is the one that is kept here, and the caller's.
        if Arc::strong_count(room) == 2 && room.is_unused() {
            rooms.remove(&room.event_id);
        }
    }

    async fn show(&self, room: &Room, ids: &[MemberId], batch: &Batch) {
        for some in ids.chunks(MEMBERS_AT_A_TIME) {
            room.show(some, batch);
            tokio::task::yield_now().await;
        }
        room.shown();
        let Some(pulse) = &batch.pulse else { return };
        for (id, desk) in self.0.desks.of(&room.event_id) {
            if !room.has_member(id) {
                desk.show(pulse);
            }
        }
    }
}
