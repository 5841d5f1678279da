//! The state that every handler works with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::operations::Operations;
use crate::config::ConnectionOptions;
use crate::live::timers;
use crate::services::Services;
use crate::transport::client::Client;
use crate::transport::client::limits::ClientLimits;
use crate::transport::client::registry::ClientRegistry;

pub use crate::transport::client::Namespace;

/// How often full rate-limit buckets and old operations are evicted.
const EVICT_EVERY: Duration = Duration::from_secs(10);

/// State shared by all handlers of a node.
pub struct Context {
    /// `dispatch.rs` passes each handler the services it uses.
    pub(super) services: Services,
    /// The connected clients of this node.
    pub connections: Arc<ClientRegistry>,
    /// Rate and length limits on what clients send.
    pub limits: ClientLimits,
    /// Recent operations of clients, by `opId`.
    pub(super) operations: Operations,
    /// Limits for one connection.
    pub settings: ConnectionOptions,
}

impl Context {
    /// A context in which no client has sent anything yet.
    pub fn new(
        services: Services,
        connections: Arc<ClientRegistry>,
        limits: ClientLimits,
        settings: ConnectionOptions,
    ) -> Self {
        Self { services, connections, limits, operations: Operations::default(), settings }
    }

    /// Whether a client watches a list of events.
    pub fn is_watching(&self, client: &Client) -> bool {
        self.services.list_feed.is_watching(client.id)
    }

    /// Evicts full rate-limit buckets and old operations. Runs until the server stops.
    pub async fn evict_old(&self) {
        let mut ticks = timers::every(EVICT_EVERY);
        loop {
            ticks.tick().await;
            self.limits.evict_full();
            self.operations.evict_old(Instant::now());
        }
    }
}
