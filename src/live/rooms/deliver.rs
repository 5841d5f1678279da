//! Sends outgoing messages to all members of a room. A delivery runs to its end, even if its caller is cancelled.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinHandle;

use super::Rooms;
use crate::live::room::{Delivered, DeliveryTurn, Room, TIMES_IN_A_ROW};

impl Rooms {
    /// Sends an update to the members, without waiting: several updates that become due together leave in one write.
    /// Measures the time since `since`.
    pub(super) fn show_update(&self, room: &Arc<Room>, since: Instant) {
        self.start(room, Some(since));
    }

    /// Sends the outgoing messages. A small room is served immediately. Otherwise returns the task that serves its
    /// members in batches.
    pub(super) fn deliver(&self, room: &Arc<Room>) -> Option<JoinHandle<()>> {
        self.start(room, None)
    }

    pub(super) fn start(&self, room: &Arc<Room>, since: Option<Instant>) -> Option<JoinHandle<()>> {
        let end = room.next_outgoing();
        let turn = room.try_turn();
        if let Some(turn) = &turn
            && !self.deliver_some(room, turn, end).0
        {
            measure(since);
            return None;
        }
        let (rooms, room) = (self.clone(), room.clone());
        Some(tokio::spawn(async move {
            rooms.deliver_up_to(&room, turn, end).await;
            measure(since);
        }))
    }

    async fn deliver_up_to(&self, room: &Room, turn: Option<DeliveryTurn>, end: u64) {
        let turn = match turn {
            Some(turn) => turn,
            None => room.turn().await,
        };
        let mut times = 0;
        loop {
            let (more, Delivered { all, direct }) = self.deliver_some(room, &turn, end);
            if !more {
                return;
            }
            times += 1;
            // Let the engine write the messages that went through it.
            if times == TIMES_IN_A_ROW || direct < all / 2 {
                times = 0;
                tokio::task::yield_now().await;
            }
        }
    }

    fn deliver_some(&self, room: &Room, turn: &DeliveryTurn, end: u64) -> (bool, Delivered) {
        let (more, delivered) = room.deliver_some(turn, end);
        metrics::counter!("touchline_deliveries_total").increment(delivered.all as u64);
        metrics::counter!("touchline_deliveries_direct_total").increment(delivered.direct as u64);
        self.wake_for_lagging(room);
        (more, delivered)
    }
}

/// Records how long a delivery took, if `since` is given.
fn measure(since: Option<Instant>) {
    if let Some(since) = since {
        metrics::histogram!("touchline_delivery_seconds").record(since.elapsed());
    }
}
