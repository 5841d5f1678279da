//! The credentials of connected clients. Records their use, and disconnects clients whose session or token was
//! ended by this node, another node or the command line.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use super::desk_uses::RECORD_DESKS_EVERY;
use super::{AccountPolicy, Accounts, Credential};
use crate::domain::clock;
use crate::domain::session::SessionEnding;
use crate::domain::token::TokenKind;
use crate::live::timers;
use crate::storage::sessions::{self, Ended};
use crate::storage::{StorageError, tokens};

/// How often to check the database for ended credentials. Those that this node ends are checked at once, and those
/// of another node as soon as its message arrives.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How far each check for ended sessions overlaps the last one. This covers the time between the end of a session
/// and its commit, clock differences between nodes, and clients that were being admitted when their session ended.
const OVERLAP: Duration = Duration::from_secs(15);
/// The longest time between two checks of which clients have sent something.
const LOOK_AT_USES_EVERY: Duration = Duration::from_mins(1);

/// How a credential ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialEnd {
    /// A login on another device.
    Replaced {
        /// When.
        at: OffsetDateTime,
        /// The name of that device, for the account's owner.
        device: String,
    },
    /// Any other end.
    Over,
}

/// The connected clients of this node, as holders of credentials.
pub trait SignedInClients: Sync {
    /// Whether any client has a session.
    fn have_sessions(&self) -> bool;
    /// The service tokens of the clients.
    fn tokens(&self) -> Vec<Credential>;
    /// The credentials of clients that have sent messages, if at least `step` has passed since their last recorded
    /// use.
    fn take_used(&self, step: impl Fn(Credential) -> Duration) -> HashSet<Credential>;
    /// The sessions of clients of `/admin`.
    fn desks(&self) -> HashSet<Credential>;
    /// Closes the connections of clients with these credentials, within a second.
    fn close_ended(&self, ended: &HashMap<Credential, CredentialEnd>);
}

impl Accounts {
    /// Watches the credentials of this node's clients. Runs until the server stops.
    pub async fn watch_credentials(&self, clients: &impl SignedInClients) {
        // Separate loops, because recording a use may wait for its turn to write.
        tokio::join!(self.close_ended_clients(clients), self.record_all_uses(clients));
    }

    /// Checks at once whether the credentials of connected clients have ended.
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
                    error.warn("cannot check for ended sessions and tokens; retrying");
                }
            }
        }
    }

    /// The ended credentials of clients on this node. Sessions are found by when they ended, service tokens by
    /// their absence from the live ones.
    async fn ended_since(
        &self,
        clients: &impl SignedInClients,
        since: OffsetDateTime,
    ) -> Result<HashMap<Credential, CredentialEnd>, StorageError> {
        // Collected before the query, so that the query knows all of them that are live.
        let mut tokens = clients.tokens();
        let mut found = HashMap::new();
        if clients.have_sessions() {
            let ended = sessions::list_ended(&self.base.database, since, clock::now()).await?;
            found.extend(ended.into_iter().map(end_of_session));
        }
        if !tokens.is_empty() {
            let live = tokens::list_live(&self.base.database, clock::now()).await?;
            let live: HashSet<_> =
                live.into_iter().map(|hash| Credential { kind: TokenKind::Service, hash }).collect();
            tokens.retain(|token| !live.contains(token));
            found.extend(tokens.into_iter().map(|token| (token, CredentialEnd::Over)));
        }
        Ok(found)
    }

    async fn record_all_uses(&self, clients: &impl SignedInClients) {
        let look_every = LOOK_AT_USES_EVERY.min(self.renewal_step());
        let mut ticks = timers::every(timers::IDLE);
        let mut looked = Instant::now();
        let mut looked_at_desks = Instant::now();
        loop {
            ticks.tick().await;
            if looked_at_desks.elapsed() >= RECORD_DESKS_EVERY {
                looked_at_desks = Instant::now();
                for desk in clients.desks() {
                    self.note_desk_use(desk);
                }
            }
            self.record_desk_uses().await;
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

    /// Takes the credentials whose use the next round of [`Accounts::watch_credentials`] would record.
    #[must_use]
    pub fn take_used(&self) -> HashSet<Credential> {
        std::mem::take(&mut *self.uses.used.lock())
    }

    /// Records the use of credentials, which renews sessions.
    async fn record_uses(&self, used: HashSet<Credential>) {
        // Sorted, so that nodes that record the same credentials do not deadlock.
        let mut used = Vec::from_iter(used);
        used.sort_unstable_by_key(|credential| credential.hash);
        let now = clock::now();
        let AccountPolicy { session_ttl, session_max, .. } = *self.policy;
        let recorded = async {
            let mut tx = self.base.database.begin().await?;
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
            error.warn("cannot record the use of sessions and tokens; retrying at the next use");
        }
    }
}

fn end_of_session(ended: Ended) -> (Credential, CredentialEnd) {
    let end = match (ended.ending, ended.replaced_by) {
        (SessionEnding::Replaced, Some(device)) => CredentialEnd::Replaced { at: ended.at, device },
        _ => CredentialEnd::Over,
    };
    (Credential { kind: TokenKind::Session, hash: ended.hash }, end)
}
