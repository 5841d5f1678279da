//! What every handler works with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::operations::Operations;
use crate::config::Connections as ConnectionSettings;
use crate::live::ticks;
use crate::services::Services;
use crate::transport::client::limits::Limits;
use crate::transport::client::registry::Connections;

/// How often full buckets of the limits are evicted.
const EVICT_EVERY: Duration = Duration::from_secs(10);

/// What the handlers work with.
pub struct Context {
    /// `dispatch.rs` gives each handler the ones that it uses.
    pub(super) services: Services,
    /// The sockets of this node.
    pub connections: Arc<Connections>,
    /// Limits of what clients send.
    pub limits: Limits,
    /// What clients have done lately, by its `opId`.
    pub(super) operations: Operations,
    /// Limits of one connection.
    pub settings: ConnectionSettings,
}

impl Context {
    /// No client has sent anything yet.
    #[must_use]
    pub fn new(
        services: Services,
        connections: Arc<Connections>,
        limits: Limits,
        settings: ConnectionSettings,
    ) -> Self {
        Self { services, connections, limits, operations: Operations::default(), settings }
    }

    /// Evicts what limits and operations remember for no more use. Runs for as long as the server.
    pub async fn evict_old(&self) {
        let mut ticks = ticks::every(EVICT_EVERY);
        loop {
            ticks.tick().await;
            self.limits.shrink();
            self.operations.evict_old(Instant::now());
        }
    }
}

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// Viewers and players.
    Viewer,
    /// Scorers, reviewers and administrators.
    Admin,
}
