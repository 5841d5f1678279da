//! Applies updates to rooms, a few at a time: members' queues hold the updates of a batch only if they leave meanwhile.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinHandle;

use super::Rooms;
use crate::domain::id::EventId;
use crate::domain::score::Update;
use crate::live::room::{Applied, Room};

/// Updates that are queued for members together: far below a queue's capacity.
const AT_A_TIME: usize = 32;

/// What has become of some updates.
pub(super) struct SomeApplied {
    /// The room cannot apply the next update; read it from the database.
    pub(super) is_stuck: Option<Applied>,
    /// The delivery, if it continues in the background.
    delivery: Option<JoinHandle<()>>,
}

impl SomeApplied {
    /// Waits until all members were sent the updates, and lets the engine write what went through it.
    pub(super) async fn sent(self) {
        match self.delivery {
            // Fails only at shutdown.
            Some(delivery) => drop(delivery.await),
            None => tokio::task::yield_now().await,
        }
    }
}

impl Rooms {
    /// Applies committed updates, in order. Does nothing if nobody watches the event here. A batch continues in the
    /// background; an update that comes meanwhile makes the room read the rest from the database.
    pub async fn apply(&self, event_id: &EventId, updates: Vec<Update>, committed: Instant) {
        let Some(first) = updates.first() else { return };
        self.join_desks(event_id, first.seq).await;
        let Some(room) = self.loaded(event_id) else { return };
        if updates.len() > 1 {
            let rooms = self.clone();
            tokio::spawn(async move { rooms.apply_batch(&room, &updates, committed).await });
        } else {
            self.apply_batch(&room, &updates, committed).await;
        }
    }

    async fn apply_batch(&self, room: &Arc<Room>, updates: &[Update], committed: Instant) {
        let mut pieces = updates.chunks(AT_A_TIME).peekable();
        while let Some(some) = pieces.next() {
            let applied = self.apply_some(room, some, Some(committed));
            if applied.is_stuck.is_some() {
                return self.sync_or_log(room).await;
            }
            if pieces.peek().is_some() {
                applied.sent().await;
            }
        }
    }

    /// Applies updates until one is not the next, and sends them to the members. Measures the time since `since`.
    fn apply_some(&self, room: &Arc<Room>, updates: &[Update], since: Option<Instant>) -> SomeApplied {
        let (mut is_new, mut is_stuck) = (false, None);
        for update in updates {
            match room.apply(update) {
                Applied::Taken => is_new = true,
                Applied::Known => {}
                stuck @ (Applied::Gap | Applied::Unmergeable) => {
                    is_stuck = Some(stuck);
                    break;
                }
            }
        }
        let delivery = if is_new { self.start(room, since) } else { None };
        SomeApplied { is_stuck, delivery }
    }

    /// Applies updates from the log, and waits until they are sent. Returns whether one cannot be merged.
    pub(super) async fn apply_logged(&self, room: &Arc<Room>, updates: &[Update]) -> bool {
        for some in updates.chunks(AT_A_TIME) {
            let applied = self.apply_some(room, some, None);
            if applied.is_stuck == Some(Applied::Unmergeable) {
                return true;
            }
            applied.sent().await;
        }
        false
    }
}
