//! The registry of this node's clients. It counts them, closes idle ones, and drains all on shutdown.

pub(crate) mod counts;
pub(crate) mod drain;
pub mod ended_sessions;
pub(crate) mod idle_check;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::ended_sessions::CredentialCounts;
use super::Client;
use super::close_reason::ClientName;
use crate::config::ConnectionOptions;
use crate::live::member::MemberId;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::tcp::handshakes::Handshakes;

/// The clients of this node.
pub struct ClientRegistry {
    started: Instant,
    settings: ConnectionOptions,
    handshakes: Handshakes,
    clients: Mutex<HashMap<MemberId, RegisteredClient>>,
    /// How many clients use each kind of credential.
    credentials: CredentialCounts,
    /// Set when the server begins to shut down: no new sessions.
    pub draining: CancellationToken,
    /// The tasks of plain WebSocket clients: nothing else waits for them.
    pub plain_tasks: TaskTracker,
}

struct RegisteredClient {
    client: Arc<Client>,
    /// When it connected, in seconds of the registry's clock.
    since: u32,
}

impl ClientRegistry {
    /// An empty registry.
    pub fn new(settings: &ConnectionOptions) -> Self {
        Self {
            started: Instant::now(),
            settings: settings.clone(),
            handshakes: Handshakes::new(settings.handshake_rate),
            clients: Mutex::default(),
            credentials: CredentialCounts::default(),
            draining: CancellationToken::new(),
            plain_tasks: TaskTracker::new(),
        }
    }

    /// Seconds since the registry was made.
    pub fn now(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_secs()).unwrap_or(u32::MAX - 1)
    }

    /// Adds a client that has connected.
    pub fn add(&self, client: Arc<Client>) {
        self.credentials.add(&client);
        let since = self.now();
        let replaced = self.clients.lock().insert(client.id, RegisteredClient { client, since });
        debug_assert!(replaced.is_none(), "ids are random");
    }

    /// Removes a client.
    pub fn remove(&self, id: MemberId) {
        let removed = self.clients.lock().remove(&id);
        if let Some(entry) = removed {
            self.credentials.remove(&entry.client);
        }
    }

    /// The ids for the log of the client with this id, while it is connected.
    pub fn name_of(&self, id: MemberId) -> Option<ClientName> {
        self.clients.lock().get(&id).map(|entry| entry.client.name())
    }

    /// Admits one more session for a client at this address. Call it once a request is known to be a
    /// handshake.
    ///
    /// # Errors
    /// `unavailable`: the server is shutting down, or too many handshakes arrive at once; then with the time
    /// to wait.
    pub fn may_begin(&self, ip: IpAddr) -> Result<(), Failure> {
        if self.draining.is_cancelled() {
            return Err(Failure::new(ErrorCode::Unavailable, "the server is shutting down"));
        }
        self.handshakes.take(ip)
    }

    /// Drops every remaining connection, except the polling ones.
    pub fn abort_all(&self) {
        for client in self.all() {
            client.link.abort();
        }
    }

    /// All clients.
    pub fn all(&self) -> Vec<Arc<Client>> {
        self.clients.lock().values().map(|entry| entry.client.clone()).collect()
    }
}
