//! The look at all sockets, over and over: who is silent, or does not read, is closed.

use std::time::Duration;

use super::{ClientRegistry, RegisteredClient};
use crate::live::timers;
use crate::transport::client::close_reason::CloseReason;

/// How often it is done, by one timer for all sockets: so many times while one may be silent, or not read, but not
/// more often than all else that is looked after.
const CHECKS: u32 = 10;

/// When a socket is closed.
#[derive(Debug, Clone, Copy)]
pub struct IdleTimeouts {
    /// After so much silence of a client that has sent `ping`.
    pub heartbeat_timeout: Duration,
    /// Also of one that never has.
    pub heartbeat_required: bool,
    /// After so long without reading what is sent.
    pub behind_timeout: Duration,
}

impl ClientRegistry {
    /// Closes who is silent or does not read, for ever.
    pub async fn idle_check(&self) {
        let IdleTimeouts { heartbeat_timeout, behind_timeout, .. } = self.timeouts;
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
        let never_pinged = || self.timeouts.heartbeat_required.then(|| now.saturating_sub(entry.since));
        let silence = entry.client.silence(now).or_else(never_pinged);
        if silence
            .is_some_and(|silence| Duration::from_secs(silence.into()) > self.timeouts.heartbeat_timeout)
        {
            return Some(CloseReason::Silent);
        }
        let blocked = entry.client.link.blocked_for()?;
        (blocked > self.timeouts.behind_timeout).then_some(CloseReason::Stalled)
    }
}
