//! Sending to all members of a room what is outgoing. It goes to its end, whoever waits for it.

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::Rooms;
use crate::live::room::{Room, Turn};

impl Rooms {
    /// Sends what is outgoing: to the members of a small room at once, else to some members after others. The
    /// future ends when all was sent; it need not be waited for.
    pub(super) fn deliver(&self, room: &Arc<Room>) -> impl Future<Output = ()> + use<> {
        let turn = room.try_turn();
        if let Some(turn) = &turn
            && !self.deliver_some(room, turn)
        {
            return std::future::ready(()).left_future();
        }
        let task = tokio::spawn(self.clone().deliver_all(room.clone(), turn));
        // It does not panic, and is not aborted.
        task.map(drop).right_future()
    }

    async fn deliver_all(self, room: Arc<Room>, turn: Option<Turn>) {
        let turn = match turn {
            Some(turn) => {
                tokio::task::yield_now().await;
                turn
            }
            None => room.turn().await,
        };
        while self.deliver_some(&room, &turn) {
            tokio::task::yield_now().await;
        }
    }

    fn deliver_some(&self, room: &Room, turn: &Turn) -> bool {
        let (more, delivered) = room.deliver_some(turn);
        metrics::counter!("touchline_deliveries_total").increment(delivered.all as u64);
        metrics::counter!("touchline_deliveries_direct_total").increment(delivered.direct as u64);
        self.tend_if_needed(room);
        more
    }
}
