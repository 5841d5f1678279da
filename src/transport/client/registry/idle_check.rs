//! The periodic check that closes silent sockets and sockets that do not read.

use std::time::Duration;

use super::{ClientRegistry, RegisteredClient};
use crate::config::ConnectionOptions;
use crate::live::timers;
use crate::transport::client::close_reason::CloseReason;

/// Checks per timeout, by one timer for all sockets, but never more often than other periodic work.
const CHECKS: u32 = 10;

impl ClientRegistry {
    /// Closes silent sockets and sockets that do not read. Never returns.
    pub async fn idle_check(&self) {
        let ConnectionOptions { heartbeat_timeout, behind_timeout, .. } = self.settings;
        let mut ticks = timers::every((heartbeat_timeout.min(behind_timeout) / CHECKS).max(timers::IDLE));
        loop {
            ticks.tick().await;
            let now = self.now();
            let due: Vec<_> = {
                let clients = self.clients.lock();
                let due = |entry: &RegisteredClient| {
                    Some((entry.client.clone(), self.reason_to_close(entry, now)?))
                };
                clients.values().filter_map(due).collect()
            };
            for (client, reason) in due {
                client.close(reason);
            }
        }
    }

    fn reason_to_close(&self, entry: &RegisteredClient, now: u32) -> Option<CloseReason> {
        let never_pinged = || self.settings.heartbeat_required.then(|| now.saturating_sub(entry.since));
        let silence = entry.client.silence(now).or_else(never_pinged);
        if silence
            .is_some_and(|silence| Duration::from_secs(silence.into()) > self.settings.heartbeat_timeout)
        {
            return Some(CloseReason::Silent);
        }
        let blocked = entry.client.link.blocked_for()?;
        (blocked > self.settings.behind_timeout).then_some(CloseReason::Stalled)
    }
}
