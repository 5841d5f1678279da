//! A connected client (one socket in one namespace): its identity, its rooms, and its messages, which are
//! handled one at a time in the order sent.

pub(crate) mod close_reason;
pub mod hello;
mod identity;
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
pub use self::identity::{Authenticated, Identity};
use self::lifetime::Lifetime;
use self::link::Link;
use self::reply::Reply;
use crate::domain::id::{ConnectionId, UserId};
use crate::domain::network::NetworkKey;
use crate::domain::sender::{Sender, Source};
use crate::live::crowd::Viewer;
use crate::live::member::MemberId;
use crate::live::room::Room;
use crate::services::accounts::Credential;
use crate::transport::error::Failure;
use crate::transport::wire::payload::Payload;

/// A client with this many waiting messages is slowed down, …
const BACKLOG_HIGH: usize = 64;
/// … until at most this many wait.
const BACKLOG_LOW: usize = 8;
/// Set once the client has sent a message since its credential's use was last recorded.
const USED: u32 = 1 << 31;

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// Viewers and players.
    Viewer,
    /// Scorers, reviewers and administrators.
    Admin,
}

/// One socket in one namespace.
pub struct Client {
    /// Its id in rooms and registries. Random, so it may be shown and is unique across nodes.
    pub id: MemberId,
    /// The namespace it is connected to.
    pub namespace: Namespace,
    /// Its account, or guest.
    pub identity: Identity,
    /// Its connection, which it may share with clients of other namespaces.
    pub connection: ConnectionId,
    /// The way to reach it.
    pub link: Arc<dyn Link>,
    /// Whether its connection is being closed.
    given_up: AtomicBool,
    /// When it last sent something, in seconds of the registry's clock, plus one. 0: it has never sent
    /// `ping`.
    heard: AtomicU32,
    /// When the use of its credential was last recorded, in the same unit. The highest bit ([`USED`]) is set
    /// if it has sent a message since.
    used: AtomicU32,
    /// Whether its session or token has ended.
    pub lifetime: Lifetime,
    state: Mutex<ClientState>,
}

struct ClientState {
    /// `None` while the client is idle, as most are most of the time.
    backlog: Option<Box<Backlog>>,
    /// Whether a task is handling messages, or messages must wait until the client is connected.
    busy: bool,
    /// Whether it has disconnected.
    gone: bool,
    /// The rooms it is a member of. Most clients are in one.
    rooms: SmallVec<[Arc<Room>; 1]>,
}

#[derive(Default)]
struct Backlog {
    /// Messages waiting for the current one to finish.
    messages: VecDeque<Incoming>,
    /// Whether the client is being slowed down.
    slow: bool,
}

/// A message to handle: its payload, or why it was rejected.
pub struct Incoming {
    /// The payload, or the message's name and why it was rejected.
    pub payload: Result<Payload, (String, Failure)>,
    /// Present if the client asked for an answer.
    pub reply: Option<Box<dyn Reply>>,
}

impl Client {
    /// A client that queues its messages until the caller starts handling them.
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

    /// Queues a message. Returns true if the caller must start handling them. If too many wait, slows the
    /// client down, under the lock, so that slowing down and resuming take effect in the order they were
    /// decided.
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

    /// Queues a message ahead of all others. Call it before handling starts.
    pub fn push_first(&self, incoming: Incoming) {
        self.state.lock().backlog.get_or_insert_default().messages.push_front(incoming);
    }

    /// The next message to handle. `None` ends the handling task. Once few enough wait, the client is no
    /// longer slowed down.
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

    /// Marks the connection for closing. Returns true the first time.
    pub fn give_up(&self) -> bool {
        !self.given_up.swap(true, Ordering::Relaxed)
    }

    /// Records that the client sent something. The first `ping` starts its idle timeout.
    pub fn mark_active(&self, now: u32, is_ping: bool) {
        self.used.fetch_or(USED, Ordering::Relaxed);
        if is_ping || self.heard.load(Ordering::Relaxed) > 0 {
            self.heard.store(now + 1, Ordering::Relaxed);
        }
    }

    /// The client's credential, if the client has sent a message and `step` has passed since its use was last
    /// recorded.
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

    /// Closes the connection, whatever it is waiting for.
    pub fn close(&self, reason: CloseReason) {
        self.link.close(reason, Some(self.name()));
    }

    /// Closes a client that cannot be answered, unless it has already disconnected.
    pub fn close_if_connected(&self) {
        if self.link.is_connected() {
            self.close(CloseReason::Unanswerable);
        }
    }

    /// Its ids in the log.
    pub fn name(&self) -> ClientName {
        ClientName { id: self.id, account: self.account() }
    }

    /// The client's account; `None` for guests.
    pub fn account(&self) -> Option<UserId> {
        self.identity.account()
    }

    /// The client's credential; `None` for guests.
    pub fn credential(&self) -> Option<Credential> {
        match &self.identity {
            Identity::Account(known) => Some(known.credential),
            Identity::Guest => None,
        }
    }

    /// How many seconds ago the client last sent something; `None` if it has never sent `ping`.
    pub fn silence(&self, now: u32) -> Option<u32> {
        let heard = self.heard.load(Ordering::Relaxed);
        (heard > 0).then(|| now.saturating_sub(heard - 1))
    }

    /// The key of its rate limits.
    pub fn sender(&self) -> Sender {
        match &self.identity {
            Identity::Account(known) => Sender::User(known.account.id),
            Identity::Guest => Sender::Guest(self.connection),
        }
    }

    /// Its network: the largest prefix that one subscriber may have.
    pub fn network(&self) -> NetworkKey {
        self.link.peer().network()
    }

    /// The source of its messages: its network and its sender.
    pub fn source(&self) -> Source {
        Source::new(self.network(), self.sender())
    }

    /// The viewer counted when this client watches an event. `name` is the name a guest chose.
    pub fn viewer(&self, name: Option<&str>) -> Viewer {
        match (&self.identity, name) {
            (Identity::Account(known), _) => Viewer::User(known.account.id),
            (Identity::Guest, Some(name)) => Viewer::Guest(name.into()),
            (Identity::Guest, None) => Viewer::Nameless(self.connection),
        }
    }
}
