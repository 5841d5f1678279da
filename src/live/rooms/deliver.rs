//! Sending to all members of a room what is outgoing. It goes to its end, whoever waits for it.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinHandle;

use super::Rooms;
use crate::live::room::{Delivered, DeliveryTurn, Room};

/// So often some members are sent to, for some 5 ms, before the worker looks for something else to do. A look that
/// finds nothing wakes another worker, which looks too.
const TIMES_IN_A_ROW: usize = 8;

impl Rooms {
    /// Sends an update to the members, and does not wait: who scores on meanwhile makes several due at one time, which
    /// leave in one write. How long it takes, from `since` on, is measured.
    pub(super) fn show_update(&self, room: &Arc<Room>, since: Instant) {
        self.start(room, Some(since));
    }

    /// Sends what is outgoing now. To the members of a small room it is sent at once; otherwise this returns the task that
    /// sends it to some members after others.
    pub(super) fn deliver(&self, room: &Arc<Room>) -> Option<JoinHandle<()>> {
        self.start(room, None)
    }

    fn start(&self, room: &Arc<Room>, since: Option<Instant>) -> Option<JoinHandle<()>> {
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
            // What the engine was handed is to be written now.
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

/// Takes note of how long a delivery took, if that is measured.
fn measure(since: Option<Instant>) {
    if let Some(since) = since {
        metrics::histogram!("touchline_delivery_seconds").record(since.elapsed());
    }
}
