//! The sockets whose session or service token has ended, by this node, another one or the command line: told why,
//! and closed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::Connections;
use crate::domain::clock;
use crate::domain::session::Ending;
use crate::live::ticks;
use crate::services::Services;
use crate::services::accounts::Credential;
use crate::storage::StorageError;
use crate::storage::sessions::Ended;
use crate::transport::client::Client;
use crate::transport::client::close_reason::CloseReason;
use crate::transport::client::link;
use crate::transport::wire::{NewDevice, SessionReplaced};

/// How often the database is asked which credentials have ended. One that ends by this node is looked for at once, and
/// one of another node as soon as that has told it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How far back each look at sessions goes beyond the last one: over the time between the end of a session and its
/// commit, differences between the clocks of nodes, and a socket that was being admitted when its session ended.
const OVERLAP: Duration = Duration::from_secs(15);
/// The longest time between two looks at which sockets were used.
const LOOK_AT_USES_EVERY: Duration = Duration::from_mins(1);

/// How long a client has to read that its session was replaced.
const FAREWELL: Duration = Duration::from_millis(400);

/// How a socket's credential ended.
#[derive(Debug, Clone)]
pub enum Farewell {
    /// A login on another device: it is told, and disconnected so that its client does not come back by itself.
    Replaced(SessionReplaced),
    /// In another way: its connection is closed. A client that comes back is refused, or has a new token.
    Over,
}

/// The credentials that have ended.
pub type Farewells = HashMap<Credential, Farewell>;

/// What proved who the clients are that are here.
#[derive(Default)]
pub struct Holders {
    /// How many have a session.
    sessions: AtomicUsize,
    /// How many each service token has.
    tokens: Mutex<HashMap<Credential, usize>>,
}

impl Holders {
    /// A client has come.
    pub fn add(&self, client: &Client) {
        match client.credential() {
            Some(credential) if credential.is_session() => {
                self.sessions.fetch_add(1, Ordering::Relaxed);
            }
            Some(credential) => *self.tokens.lock().entry(credential).or_default() += 1,
            None => {}
        }
    }

    /// A client has gone.
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

    fn is_empty(&self) -> bool {
        !self.has_sessions() && self.tokens.lock().is_empty()
    }
}

/// Watches over the credentials of this node's sockets, for ever.
pub async fn watch(services: &Services, connections: &Arc<Connections>) {
    // Apart from each other: to record a use may have to wait for a turn to write.
    tokio::join!(dismiss_ended(services, connections), record_uses(services, connections));
}

async fn dismiss_ended(services: &Services, connections: &Arc<Connections>) {
    let (mut looks, mut idle_looks) = (ticks::every(LOOK_EVERY), ticks::every(ticks::IDLE));
    let mut seen_until = clock::now();
    loop {
        let looks = if connections.holders.is_empty() { &mut idle_looks } else { &mut looks };
        tokio::select! {
            _ = looks.tick() => {}
            () = services.accounts.credential_ended.notified() => {}
        }
        let now = clock::now();
        match connections.ended_since(services, seen_until - OVERLAP).await {
            Ok(ended) => {
                seen_until = now;
                connections.dismiss(&ended);
            }
            Err(error) => {
                error.warn("cannot look for ended sessions and tokens; retrying");
            }
        }
    }
}

async fn record_uses(services: &Services, connections: &Connections) {
    let look_every = LOOK_AT_USES_EVERY.min(services.accounts.renewal_step());
    let mut ticks = ticks::every(ticks::IDLE);
    let mut looked = Instant::now();
    loop {
        ticks.tick().await;
        let mut used = services.take_used();
        if looked.elapsed() >= look_every {
            looked = Instant::now();
            used.extend(connections.used_credentials(services));
        }
        if !used.is_empty() {
            services.record_uses(used).await;
        }
    }
}

fn farewell(ended: Ended) -> (Credential, Farewell) {
    let farewell = match (ended.ending, ended.replaced_by) {
        (Ending::Replaced, Some(name)) => {
            let at = clock::to_millis(ended.at);
            Farewell::Replaced(SessionReplaced { at, device: NewDevice { name } })
        }
        _ => Farewell::Over,
    };
    (Credential::of_session(ended.hash), farewell)
}

impl Connections {
    /// The credentials of sockets here that have ended: sessions by when they did, service tokens by not being among
    /// those that live.
    async fn ended_since(
        &self,
        services: &Services,
        since: OffsetDateTime,
    ) -> Result<Farewells, StorageError> {
        // Before the database is asked: it knows all of these, if they live.
        let mut tokens = self.holders.tokens();
        let mut farewells = Farewells::new();
        if self.holders.has_sessions() {
            farewells.extend(services.ended_sessions(since).await?.into_iter().map(farewell));
        }
        if !tokens.is_empty() {
            let live = services.live_tokens().await?;
            tokens.retain(|token| !live.contains(token));
            farewells.extend(tokens.into_iter().map(|token| (token, Farewell::Over)));
        }
        Ok(farewells)
    }

    /// The credentials whose sockets have sent messages that were not recorded as a use of theirs.
    fn used_credentials(&self, services: &Services) -> HashSet<Credential> {
        let (now, step) = (self.now(), |credential| services.accounts.use_step(credential));
        self.clients.lock().values().filter_map(|entry| entry.client.take_use(now, step)).collect()
    }

    /// Closes the sockets of credentials that have ended, within a second.
    pub fn dismiss(self: &Arc<Self>, farewells: &Farewells) {
        if farewells.is_empty() {
            return;
        }
        let dismissed: Vec<_> = {
            let clients = self.clients.lock();
            let of_ended = clients.values().filter_map(|entry| {
                let farewell = farewells.get(&entry.client.credential()?)?;
                let is_replaced = matches!(farewell, Farewell::Replaced(_));
                entry.client.dismiss(is_replaced).then(|| (entry.client.clone(), farewell))
            });
            of_ended.collect()
        };
        for (client, farewell) in dismissed {
            match farewell {
                Farewell::Over => client.link.close(CloseReason::SignedOut),
                Farewell::Replaced(replaced) => self.replace(client, replaced),
            }
        }
    }

    /// Tells a client that its session was replaced, and disconnects it.
    fn replace(self: &Arc<Self>, client: Arc<Client>, replaced: &SessionReplaced) {
        let is_told = link::emit(&*client.link, "session:replaced", replaced).is_ok();
        if is_told && client.link.disconnect() {
            tokio::spawn(self.clone().close_after_farewell(client));
        } else {
            client.link.close(CloseReason::Replaced);
        }
    }

    /// Closes the connection of a client that was disconnected, once it has had time to read that, and unless it is
    /// that of another client too.
    async fn close_after_farewell(self: Arc<Self>, client: Arc<Client>) {
        tokio::time::sleep(FAREWELL).await;
        let is_shared =
            self.clients.lock().values().any(|entry| entry.client.connection == client.connection);
        if !is_shared {
            client.link.close(CloseReason::Replaced);
        }
    }
}
