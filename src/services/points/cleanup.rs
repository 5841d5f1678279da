//! Deletes tickets that are no longer needed.

use std::time::Duration;

use super::Points;
use crate::domain::clock::{self, Moment};
use crate::live::timers;
use crate::storage::tickets;

/// How long expired tickets are kept, so that a late client can be told what happened to its ticket. This is longer
/// than any integrity rule looks back at where actions came from.
const TICKETS_KEPT: Duration = Duration::from_hours(48);
/// How often expired tickets are deleted.
const DELETE_EVERY: Duration = Duration::from_mins(10);

impl Points {
    /// Deletes tickets that expired long ago, and completions whose cooldown is over. Runs until the server stops.
    pub async fn delete_old_tickets(&self) {
        let mut ticks = timers::every(DELETE_EVERY);
        loop {
            ticks.tick().await;
            self.forget_tickets(clock::moment()).await;
        }
    }

    async fn forget_tickets(&self, now: Moment) {
        self.state.completed.forget_old(now);
        if let Err(error) = tickets::remove_ended(&self.base.database, now.time - TICKETS_KEPT).await {
            error.warn("cannot delete old tickets; retrying later");
        }
    }
}
