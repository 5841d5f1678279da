//! What every handler works with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::operations::Operations;
use crate::config::ConnectionOptions;
use crate::live::timers;
use crate::services::Services;
use crate::transport::client::limits::ClientLimits;
use crate::transport::client::registry::ClientRegistry;

pub use crate::transport::client::Namespace;

/// How often full buckets of the limits are evicted.
const EVICT_EVERY: Duration = Duration::from_secs(10);

/// What the handlers work with.
pub struct Context {
    /// `dispatch.rs` gives each handler the ones that it uses.
    pub(super) services: Services,
    /// The sockets of this node.
    pub connections: Arc<ClientRegistry>,
    /// Limits of what clients send.
    pub limits: ClientLimits,
    /// What clients have done lately, by its `opId`.
    pub(super) operations: Operations,
    /// Limits of one connection.
    pub settings: ConnectionOptions,
}

impl Context {
    /// No client has sent anything yet.
    #[must_use]
    pub fn new(
        services: Services,
        connections: Arc<ClientRegistry>,
        limits: ClientLimits,
        settings: ConnectionOptions,
    ) -> Self {
        Self { services, connections, limits, operations: Operations::default(), settings }
    }

    /// Evicts what limits and operations remember for no more use. Runs for as long as the server.
    pub async fn evict_old(&self) {
        let mut ticks = timers::every(EVICT_EVERY);
        loop {
            ticks.tick().await;
            self.limits.evict_full();
            self.operations.evict_old(Instant::now());
        }
    }
}
