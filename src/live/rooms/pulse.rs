//! The ticker: shows all rooms the activity of their crowds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Rooms;
use crate::domain::clock;
use crate::live::audience::Batch;
use crate::live::member::MemberId;
use crate::live::room::Room;
use crate::live::timers::AdaptiveInterval;

/// The tick while crowds are active, …
const TICK: Duration = Duration::from_millis(25);
/// … and while viewers come and go. A change in viewers may be shown this much later.
const QUIET_TICK: Duration = Duration::from_millis(250);
/// How long the tick stays fast after activity.
const WOKEN_FOR: Duration = Duration::from_secs(1);
/// Members served at a time; a score that arrives in between goes first.
const MEMBERS_AT_A_TIME: usize = 32;

impl Rooms {
    /// Shows the crowds' activity. Runs until cancelled.
    pub async fn pulse(&self) {
        let settings = self.0.settings.audience.pulse;
        let ticker = &self.0.ticker;
        // Activity that was too soon after the last pulse is shown an interval later.
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

    /// Unloads an unused room, unless somebody holds it and may be about to join. Nobody joins the room of a deleted event,
    /// and its former members may hold it for long.
    fn unload(&self, room: &Arc<Room>) {
        let mut rooms = self.0.rooms.lock();
        // The map is locked, so nobody can get a new reference. The two references are the map's and the caller's.
        if (room.is_deleted() || Arc::strong_count(room) == 2) && room.is_unused() {
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
