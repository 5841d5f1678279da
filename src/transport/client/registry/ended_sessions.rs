//! Tells clients that their session or service token has ended, and closes them. `services/accounts/watch.rs`
//! finds the ended ones.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use super::ClientRegistry;
use crate::domain::clock;
use crate::services::accounts::{Credential, CredentialEnd, SignedInClients};
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::{Client, Namespace, link};
use crate::transport::wire::{NewDevice, SessionReplaced};

/// How long a client has to read that its session was replaced.
const CLOSE_GRACE: Duration = Duration::from_millis(400);

/// The credentials in use on this node.
#[derive(Default)]
pub struct CredentialCounts {
    /// The number of clients with a session.
    sessions: AtomicUsize,
    /// The number of clients of each service token.
    tokens: Mutex<HashMap<Credential, usize>>,
}

impl CredentialCounts {
    /// Counts a client that has connected.
    pub fn add(&self, client: &Client) {
        match client.credential() {
            Some(credential) if credential.is_session() => {
                self.sessions.fetch_add(1, Ordering::Relaxed);
            }
            Some(credential) => *self.tokens.lock().entry(credential).or_default() += 1,
            None => {}
        }
    }

    /// Removes a client that has disconnected.
    pub fn remove(&self, client: &Client) {
        match client.credential() {
            Some(credential) if credential.is_session() => {
                self.sessions.fetch_sub(1, Ordering::Relaxed);
            }
            Some(credential) => {
                let mut tokens = self.tokens.lock();
                if let Some(count) = tokens.get_mut(&credential) {
                    *count -= 1;
                    if *count == 0 {
                        tokens.remove(&credential);
                    }
                }
            }
            None => {}
        }
    }

    fn has_sessions(&self) -> bool {
        self.sessions.load(Ordering::Relaxed) > 0
    }

    fn tokens(&self) -> Vec<Credential> {
        self.tokens.lock().keys().copied().collect()
    }
}

impl SignedInClients for Arc<ClientRegistry> {
    fn have_sessions(&self) -> bool {
        self.credentials.has_sessions()
    }

    fn tokens(&self) -> Vec<Credential> {
        self.credentials.tokens()
    }

    fn take_used(&self, step: impl Fn(Credential) -> Duration) -> HashSet<Credential> {
        let now = self.now();
        self.clients.lock().values().filter_map(|entry| entry.client.take_renewal_due(now, &step)).collect()
    }

    fn desks(&self) -> HashSet<Credential> {
        let clients = self.clients.lock();
        let desks = clients.values().filter(|entry| entry.client.namespace == Namespace::Admin);
        desks.filter_map(|entry| entry.client.credential()).filter(Credential::is_session).collect()
    }

    fn close_ended(&self, ended: &HashMap<Credential, CredentialEnd>) {
        self.close_all_ended(ended);
    }
}

impl ClientRegistry {
    fn close_all_ended(self: &Arc<Self>, ended: &HashMap<Credential, CredentialEnd>) {
        if ended.is_empty() {
            return;
        }
        let closed: Vec<_> = {
            let clients = self.clients.lock();
            let of_ended = clients.values().filter_map(|entry| {
                let end = ended.get(&entry.client.credential()?)?;
                let is_replaced = matches!(end, CredentialEnd::Replaced { .. });
                entry.client.lifetime.end(is_replaced).then(|| (entry.client.clone(), end))
            });
            of_ended.collect()
        };
        for (client, end) in closed {
            match end {
                CredentialEnd::Over => client.close(CloseReason::SignedOut),
                CredentialEnd::Replaced { at, device } => {
                    let (at, device) = (clock::to_millis(*at), NewDevice { name: device.clone() });
                    self.replace(client, &SessionReplaced { at, device });
                }
            }
        }
    }

    /// Tells a client that its session was replaced, and disconnects it.
    fn replace(self: &Arc<Self>, client: Arc<Client>, replaced: &SessionReplaced) {
        let is_told = link::emit(&*client.link, "session:replaced", replaced).is_ok();
        if is_told && client.link.disconnect() {
            tokio::spawn(self.clone().close_after_grace(client));
        } else {
            client.close(CloseReason::Replaced);
        }
    }

    /// Closes the connection of a disconnected client once it has had time to read that, unless another
    /// client shares it.
    async fn close_after_grace(self: Arc<Self>, client: Arc<Client>) {
        tokio::time::sleep(CLOSE_GRACE).await;
        let is_shared =
            self.clients.lock().values().any(|entry| entry.client.connection == client.connection);
        if !is_shared {
            client.close(CloseReason::Replaced);
        }
    }
}
