//! The credentials of the clients that are connected: their use is recorded, and a client whose session or token has
//! ended, by this node, another one or the command line, is dismissed.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use super::{AccountPolicy, Accounts, Credential};
use crate::domain::clock;
use crate::domain::session::SessionEnding;
use crate::domain::token::TokenKind;
use crate::live::timers;
use crate::storage::sessions::{self, Ended};
use crate::storage::{StorageError, tokens};

/// How often the database is asked which credentials have ended. One that ends by this node is looked for at once, and
/// one of another node as soon as that has told it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How far back each look at sessions goes beyond the last one: over the time between the end of a session and its
/// commit, differences between the clocks of nodes, and a client that was being admitted when its session ended.
const OVERLAP: Duration = Duration::from_secs(15);
/// The longest time between two looks at which clients sent something.
const LOOK_AT_USES_EVERY: Duration = Duration::from_mins(1);

/// How a credential ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialEnd {
    /// By a login on another device.
    Replaced {
        /// When.
        at: OffsetDateTime,
        /// What the account's owner knows that device by.
        device: String,
    },
    /// In another way.
    Over,
}

/// The clients that are connected to this node, as far as their credentials go.
pub trait SignedInClients: Sync {
    /// Whether one has a session.
    fn have_sessions(&self) -> bool;
    /// The service tokens that some have.
    fn tokens(&self) -> Vec<Credential>;
    /// The credentials of clients that have sent messages, if `step` has gone by since that was last recorded.
    fn take_used(&self, step: impl Fn(Credential) -> Duration) -> HashSet<Credential>;
    /// Closes the connections of clients with these credentials, within a second.
    fn close_ended(&self, ended: &HashMap<Credential, CredentialEnd>);
}

impl Accounts {
    /// Watches the credentials of this node's clients. Runs for as long as the server.
    pub async fn watch_credentials(&self, clients: &impl SignedInClients) {
        // Apart from each other: to record a use may have to wait for a turn to write.
        tokio::join!(self.close_ended_clients(clients), self.record_all_uses(clients));
    }

    /// A session or token may have ended: the clients that have it are looked for at once.
    pub(in crate::services) fn look_for_ended(&self) {
        self.uses.ended.notify_one();
    }

    async fn close_ended_clients(&self, clients: &impl SignedInClients) {
        let (mut looks, mut idle_looks) = (timers::every(LOOK_EVERY), timers::every(timers::IDLE));
        let mut seen_until = clock::now();
        loop {
            let has_none = !clients.have_sessions() && clients.tokens().is_empty();
            let looks = if has_none { &mut idle_looks } else { &mut looks };
            tokio::select! {
                _ = looks.tick() => {}
                () = self.uses.ended.notified() => {}
            }
            let now = clock::now();
            match self.ended_since(clients, seen_until - OVERLAP).await {
                Ok(ended) => {
                    seen_until = now;
                    clients.close_ended(&ended);
                }
                Err(error) => {
                    error.warn("cannot look for ended sessions and tokens; retrying");
                }
            }
        }
    }

    /// The credentials of clients here that have ended: sessions by when they did, service tokens by not being among
    /// those that live.
    async fn ended_since(
        &self,
        clients: &impl SignedInClients,
        since: OffsetDateTime,
    ) -> Result<HashMap<Credential, CredentialEnd>, StorageError> {
        // Before the database is asked: it knows all of these, if they live.
        let mut tokens = clients.tokens();
        let mut found = HashMap::new();
        if clients.have_sessions() {
            let ended = sessions::list_ended(&self.database, since, clock::now()).await?;
            found.extend(ended.into_iter().map(end_of_session));
        }
        if !tokens.is_empty() {
            let live = tokens::list_live(&self.database, clock::now()).await?;
            let live: HashSet<_> = live.into_iter().map(Credential::of_service).collect();
            tokens.retain(|token| !live.contains(token));
            found.extend(tokens.into_iter().map(|token| (token, CredentialEnd::Over)));
        }
        Ok(found)
    }

    async fn record_all_uses(&self, clients: &impl SignedInClients) {
        let look_every = LOOK_AT_USES_EVERY.min(self.renewal_step());
        let mut ticks = timers::every(timers::IDLE);
        let mut looked = Instant::now();
        loop {
            ticks.tick().await;
            let mut used = self.take_used();
            if looked.elapsed() >= look_every {
                looked = Instant::now();
                used.extend(clients.take_used(|credential| self.use_step(credential)));
            }
            if !used.is_empty() {
                self.record_uses(used).await;
            }
        }
    }

    /// The credentials whose use is to be recorded, by the next round of [`Accounts::watch_credentials`].
    #[must_use]
    pub fn take_used(&self) -> HashSet<Credential> {
        std::mem::take(&mut *self.uses.used.lock())
    }

    /// Records that credentials were used, which renews sessions.
    async fn record_uses(&self, used: HashSet<Credential>) {
        // In one order, so that nodes that record the same at once do not lock each other out.
        let mut used = Vec::from_iter(used);
        used.sort_unstable_by_key(|credential| credential.hash);
        let now = clock::now();
        let AccountPolicy { session_ttl, session_max, .. } = *self.policy;
        let recorded = async {
            let mut tx = self.database.begin().await?;
            for Credential { kind, hash } in &used {
                match kind {
                    TokenKind::Session => {
                        sessions::renew(&mut tx, hash, now, now + session_ttl, session_max).await?;
                    }
                    TokenKind::Service => tokens::touch(&mut tx, hash, now).await?,
                }
            }
            tx.commit().await
        };
        if let Err(error) = recorded.await {
            error.warn("cannot record the use of sessions and tokens; the next use tries again");
        }
    }
}

fn end_of_session(ended: Ended) -> (Credential, CredentialEnd) {
    let end = match (ended.ending, ended.replaced_by) {
        (SessionEnding::Replaced, Some(device)) => CredentialEnd::Replaced { at: ended.at, device },
        _ => CredentialEnd::Over,
    };
    (Credential::of_session(ended.hash), end)
}
