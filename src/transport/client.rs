//! One socket in one namespace: who it is, what it is in, and its messages, which are handled one after the
//! other in the order sent.

pub(crate) mod close_reason;
pub mod hello;
mod lifetime;
pub mod limits;
pub mod link;
pub mod read_budget;
pub mod registry;
pub mod reply;
mod rooms;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use smallvec::SmallVec;

use self::close_reason::{ClientName, CloseReason};
use self::lifetime::Lifetime;
use self::link::Link;
use self::reply::Reply;
use crate::domain::account::Account;
use crate::domain::id::{ConnectionId, UserId};
use crate::domain::network::NetworkKey;
use crate::domain::sender::{Sender, Source};
use crate::live::crowd::Viewer;
use crate::live::member::MemberId;
use crate::live::room::Room;
use crate::services::accounts::Credential;
use crate::transport::error::Failure;
use crate::transport::wire::payload::Payload;

/// So many waiting messages slow a client down, …
const BACKLOG_HIGH: usize = 64;
/// … until no more than so many wait.
const BACKLOG_LOW: usize = 8;
/// Marks a client that has sent a message since a use of its credential was last recorded.
const USED: u32 = 1 << 31;

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// Viewers and players.
    Viewer,
    /// Scorers, reviewers and administrators.
    Admin,
}

/// Who stands behind a socket.
#[derive(Debug, Clone)]
pub enum Identity {
    /// Nobody that the server knows.
    Guest,
    /// Somebody with an account.
    Account(Box<Authenticated>),
}

/// An account, and what proved that it is this one.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The account.
    pub account: Account,
    /// Its session or service token.
    pub credential: Credential,
}

impl Identity {
    /// The account; `None` for guests.
    #[must_use]
    pub fn account(&self) -> Option<UserId> {
        match self {
            Self::Account(known) => Some(known.account.id),
            Self::Guest => None,
        }
    }
}

/// One socket in one namespace.
pub struct Client {
    /// Its name in rooms and registries. Random, so that it may be shown, and differs over nodes.
    pub id: MemberId,
    /// Where it has connected to.
    pub namespace: Namespace,
    /// Who it is.
    pub identity: Identity,
    /// The connection that it is on, with others perhaps.
    pub connection: ConnectionId,
    /// How it is reached.
    pub link: Arc<dyn Link>,
    /// Whether its connection is being closed.
    given_up: AtomicBool,
    /// When it was last heard of, in seconds of the registry's clock, plus one; 0: it has never sent `ping`.
    heard: AtomicU32,
    /// When a message was last recorded as a use of its credential, in the same way; the highest bit: it has sent one
    /// since.
    used: AtomicU32,
    /// Whether its session or token has ended.
    lifetime: Lifetime,
    state: Mutex<ClientState>,
}

struct ClientState {
    /// `None` while the client is quiet, for most are most of the time.
    backlog: Option<Box<Backlog>>,
    /// Whether a task is handling messages, or messages are to wait until the client is connected.
    busy: bool,
    /// Whether it has gone.
    gone: bool,
    /// The rooms that it is a member of. Most clients are in one.
    rooms: SmallVec<[Arc<Room>; 1]>,
}

#[derive(Default)]
struct Backlog {
    /// Messages that wait for the one being handled.
    messages: VecDeque<Incoming>,
    /// Whether the client was slowed down.
    slow: bool,
}

/// A message to be handled: what was sent, or what is wrong with it.
pub struct Incoming {
    /// The payload, or the message's name and why it is refused.
    pub payload: Result<Payload, (String, Failure)>,
    /// Present if an answer was asked for.
    pub reply: Option<Box<dyn Reply>>,
}

impl Client {
    /// A client whose messages wait until [`Client::open`].
    #[must_use]
    pub fn new(
        id: MemberId,
        namespace: Namespace,
        identity: Identity,
        connection: ConnectionId,
        link: Arc<dyn Link>,
    ) -> Self {
        let state = ClientState { backlog: None, busy: true, gone: false, rooms: SmallVec::new() };
        Self {
            id,
            namespace,
            identity,
            connection,
            link,
            given_up: AtomicBool::new(false),
            heard: AtomicU32::new(0),
            used: AtomicU32::new(0),
            lifetime: Lifetime::default(),
            state: Mutex::new(state),
        }
    }

    /// Queues a message. True if the caller is to start handling them. Where too many wait, the client is slowed down:
    /// under the lock, so that this and its opposite take effect in the order in which they were decided.
    #[must_use]
    pub fn push(&self, incoming: Incoming) -> bool {
        let mut state = self.state.lock();
        let backlog = state.backlog.get_or_insert_default();
        backlog.messages.push_back(incoming);
        if backlog.messages.len() >= BACKLOG_HIGH && !backlog.slow {
            backlog.slow = true;
            self.link.slow_down(true);
        }
        !std::mem::replace(&mut state.busy, true)
    }

    /// Puts a message before all others. For use before the caller starts handling them.
    pub fn push_first(&self, incoming: Incoming) {
        self.state.lock().backlog.get_or_insert_default().messages.push_front(incoming);
    }

    /// The next message to handle. After `None` nobody handles messages. Where few enough wait again, the client goes
    /// on.
    #[must_use]
    pub fn pop(&self) -> Option<Incoming> {
        let mut state = self.state.lock();
        let Some(backlog) = &mut state.backlog else {
            state.busy = false;
            return None;
        };
        let next = backlog.messages.pop_front();
        if next.is_some() && backlog.slow && backlog.messages.len() <= BACKLOG_LOW {
            backlog.slow = false;
            self.link.slow_down(false);
        }
        if next.is_none() {
            state.busy = false;
            state.backlog = None;
        }
        next
    }

    /// The connection is to be closed. True the first time.
    pub fn give_up(&self) -> bool {
        !self.given_up.swap(true, Ordering::Relaxed)
    }

    /// Takes note that the client was heard of. A `ping` starts the watch over its silence.
    pub fn mark_active(&self, now: u32, is_ping: bool) {
        self.used.fetch_or(USED, Ordering::Relaxed);
        if is_ping || self.heard.load(Ordering::Relaxed) > 0 {
            self.heard.store(now + 1, Ordering::Relaxed);
        }
    }

    /// The client's credential, if it has sent a message, and enough seconds have gone since that was last recorded.
    #[must_use]
    pub fn take_renewal_due(
        &self,
        now: u32,
        step: impl FnOnce(Credential) -> Duration,
    ) -> Option<Credential> {
        let credential = self.credential()?;
        let used = self.used.load(Ordering::Relaxed);
        let recorded = used & !USED;
        let is_due = || Duration::from_secs(now.saturating_sub(recorded - 1).into()) >= step(credential);
        let is_due = used & USED != 0 && (recorded == 0 || is_due());
        is_due.then(|| self.used.store(now + 1, Ordering::Relaxed))?;
        Some(credential)
    }

    /// Closes the connection, whatever it waits for.
    pub fn close(&self, reason: CloseReason) {
        self.link.close(reason, Some(self.name()));
    }

    /// Closes a client that does not take its answers, unless it has gone by itself.
    pub fn close_if_connected(&self) {
        if self.link.is_connected() {
            self.close(CloseReason::Unanswerable);
        }
    }

    /// What the log calls it.
    #[must_use]
    pub fn name(&self) -> ClientName {
        ClientName { id: self.id, account: self.account() }
    }

    /// The account behind it; `None` for guests.
    #[must_use]
    pub fn account(&self) -> Option<UserId> {
        self.identity.account()
    }

    /// What proved who it is; `None` for guests.
    #[must_use]
    pub fn credential(&self) -> Option<Credential> {
        match &self.identity {
            Identity::Account(known) => Some(known.credential),
            Identity::Guest => None,
        }
    }

    /// The client's session or token has ended. False: that was known before.
    #[must_use]
    pub fn end_credential(&self, is_replaced: bool) -> bool {
        self.lifetime.end(is_replaced)
    }

    /// Whether its messages are still handled. Most that write also ask the database in their own transaction; this
    /// holds for all of them, and for what arrived before the connection was closed.
    ///
    /// # Errors
    /// `unauthenticated`, `session_replaced`: its session or token has ended.
    pub fn check_credential(&self) -> Result<(), Failure> {
        self.lifetime.check()
    }

    /// For how many seconds a client that has sent `ping` has been silent.
    #[must_use]
    pub fn silence(&self, now: u32) -> Option<u32> {
        let heard = self.heard.load(Ordering::Relaxed);
        (heard > 0).then(|| now.saturating_sub(heard - 1))
    }

    /// Whose limits apply to it.
    #[must_use]
    pub fn sender(&self) -> Sender {
        match &self.identity {
            Identity::Account(known) => Sender::User(known.account.id),
            Identity::Guest => Sender::Guest(self.connection),
        }
    }

    /// The network that it comes from: the largest that one subscriber may have.
    #[must_use]
    pub fn network(&self) -> NetworkKey {
        self.link.peer().network()
    }

    /// Where its messages come from.
    #[must_use]
    pub fn source(&self) -> Source {
        Source::new(self.network(), self.sender())
    }

    /// Who is counted when this client watches an event. `name` is what a guest calls itself.
    #[must_use]
    pub fn viewer(&self, name: Option<&str>) -> Viewer {
        match (&self.identity, name) {
            (Identity::Account(known), _) => Viewer::User(known.account.id),
            (Identity::Guest, Some(name)) => Viewer::Guest(name.into()),
            (Identity::Guest, None) => Viewer::Nameless(self.connection),
        }
    }
}
