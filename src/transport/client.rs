//! One socket in one namespace: who it is, what it is in, and its messages, which are handled one after the
//! other in the order sent.

pub(crate) mod close_reason;
pub mod hello;
pub mod limits;
pub mod link;
pub mod read_budget;
pub mod registry;
pub mod reply;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use self::close_reason::CloseReason;
use self::link::Link;
use self::reply::Reply;
use crate::domain::account::Account;
use crate::domain::id::{ConnectionId, EventId, UserId};
use crate::domain::network::NetworkKey;
use crate::domain::sender::{Sender, Source};
use crate::live::crowd::Viewer;
use crate::live::member::MemberId;
use crate::live::room::Room;
use crate::services::accounts::Credential;
use crate::services::error::ServiceError;
use crate::transport::error::{Code, Failure};
use crate::transport::wire::payload::Payload;

/// So many waiting messages slow a client down, …
const BACKLOG_HIGH: usize = 64;
/// … until no more than so many wait.
const BACKLOG_LOW: usize = 8;
/// A client's session or token lives, as far as is known here; …
const LIVES: u8 = 0;
/// … it has ended; …
const OVER: u8 = 1;
/// … it has ended by a login on another device.
const REPLACED: u8 = 2;
/// Marks a client that has sent a message since a use of its credential was last recorded.
const USED: u32 = 1 << 31;

/// Who stands behind a socket.
#[derive(Debug, Clone)]
pub enum Identity {
    /// Nobody that the server knows.
    Guest,
    /// An account, and what proved it.
    Account(Box<Account>, Credential),
}

impl Identity {
    /// The account; `None` for guests.
    #[must_use]
    pub fn account(&self) -> Option<UserId> {
        match self {
            Self::Account(account, _) => Some(account.id),
            Self::Guest => None,
        }
    }
}

/// One socket in one namespace.
pub struct Client {
    /// Its name in rooms and registries. Random, so that it may be shown, and differs over nodes.
    pub id: MemberId,
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
    state: Mutex<State>,
}

struct State {
    /// Messages that wait for the one being handled.
    inbox: VecDeque<Incoming>,
    /// Whether a task is handling messages, or messages are to wait until the client is connected.
    busy: bool,
    /// Whether the client was slowed down.
    slow: bool,
    /// The rooms that it is a member of; `None` once it has gone.
    rooms: Option<Vec<Arc<Room>>>,
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
    pub fn new(id: MemberId, identity: Identity, connection: ConnectionId, link: Arc<dyn Link>) -> Self {
        let state = State { inbox: VecDeque::new(), busy: true, slow: false, rooms: Some(Vec::new()) };
        Self {
            id,
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
        state.inbox.push_back(incoming);
        if state.inbox.len() >= BACKLOG_HIGH && !state.slow {
            state.slow = true;
            self.link.slow_down(true);
        }
        !std::mem::replace(&mut state.busy, true)
    }

    /// Puts a message before all others. For use before the caller starts handling them.
    pub fn push_first(&self, incoming: Incoming) {
        self.state.lock().inbox.push_front(incoming);
    }

    /// The next message to handle. After `None` nobody handles messages. Where few enough wait again, the client goes
    /// on.
    #[must_use]
    pub fn pop(&self) -> Option<Incoming> {
        let mut state = self.state.lock();
        let next = state.inbox.pop_front();
        if next.is_some() && state.slow && state.inbox.len() <= BACKLOG_LOW {
            state.slow = false;
            self.link.slow_down(false);
        }
        if next.is_none() {
            state.busy = false;
            // A quiet client keeps no buffer.
            state.inbox.shrink_to_fit();
        }
        next
    }

    /// The connection is to be closed. True the first time.
    pub fn give_up(&self) -> bool {
        !self.given_up.swap(true, Ordering::Relaxed)
    }

    /// Takes note that the client was heard of. A `ping` starts the watch over its silence.
    pub fn hear(&self, now: u32, is_ping: bool) {
        self.used.fetch_or(USED, Ordering::Relaxed);
        if is_ping || self.heard.load(Ordering::Relaxed) > 0 {
            self.heard.store(now + 1, Ordering::Relaxed);
        }
    }

    /// The client's credential, if it has sent a message, and enough seconds have gone since that was last recorded.
    #[must_use]
    pub fn take_use(&self, now: u32, step: impl FnOnce(Credential) -> Duration) -> Option<Credential> {
        let credential = self.credential()?;
        let used = self.used.load(Ordering::Relaxed);
        let recorded = used & !USED;
        let is_due = || Duration::from_secs(now.saturating_sub(recorded - 1).into()) >= step(credential);
        let is_due = used & USED != 0 && (recorded == 0 || is_due());
        is_due.then(|| self.used.store(now + 1, Ordering::Relaxed))?;
        Some(credential)
    }

    /// Closes a client that does not take its answers, unless it has gone by itself.
    pub fn close_if_connected(&self) {
        if self.link.is_connected() {
            self.link.close(CloseReason::Unanswerable);
        }
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
            Identity::Account(_, credential) => Some(*credential),
            Identity::Guest => None,
        }
    }

    /// The client's session or token has ended. False: that was known before.
    #[must_use]
    pub fn dismiss(&self, is_replaced: bool) -> bool {
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
            Identity::Account(account, _) => Sender::User(account.id),
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
            (Identity::Account(account, _), _) => Viewer::User(account.id),
            (Identity::Guest, Some(name)) => Viewer::Guest(name.into()),
            (Identity::Guest, None) => Viewer::Nameless(self.connection),
        }
    }

    /// Whether the client may join one more event.
    ///
    /// # Errors
    /// `conflict` beyond the limit.
    pub fn may_join(&self, event_id: &EventId, limit: usize) -> Result<(), Failure> {
        let state = self.state.lock();
        let rooms = state.rooms.as_deref().unwrap_or_default();
        if rooms.len() < limit || rooms.iter().any(|room| room.event_id == *event_id) {
            Ok(())
        } else {
            Err(Failure::new(Code::Conflict, format!("a socket may be in {limit} events; leave one first")))
        }
    }

    /// Takes note of a room that the client has joined. False if the client has gone: it must leave again.
    #[must_use]
    pub fn joined(&self, room: &Arc<Room>) -> bool {
        let mut state = self.state.lock();
        let Some(rooms) = &mut state.rooms else { return false };
        rooms.retain(|known| known.event_id != room.event_id);
        rooms.push(room.clone());
        true
    }

    /// Forgets a room, which is returned.
    #[must_use]
    pub fn left(&self, event_id: &EventId) -> Option<Arc<Room>> {
        let mut state = self.state.lock();
        let rooms = state.rooms.as_mut()?;
        let place = rooms.iter().position(|room| room.event_id == *event_id)?;
        Some(rooms.swap_remove(place))
    }

    /// The client is disconnected: the rooms that it was in, for the last time.
    #[must_use]
    pub fn gone(&self) -> Vec<Arc<Room>> {
        self.state.lock().rooms.take().unwrap_or_default()
    }

    /// Whether the client is disconnected.
    #[must_use]
    pub fn has_gone(&self) -> bool {
        self.state.lock().rooms.is_none()
    }

    /// The events that the client is in.
    #[must_use]
    pub fn joined_events(&self) -> Vec<EventId> {
        let state = self.state.lock();
        let rooms = state.rooms.as_deref().unwrap_or_default();
        rooms.iter().map(|room| room.event_id.clone()).collect()
    }

    /// The room that a message is about: the one named, or the only one that the client is in.
    ///
    /// # Errors
    /// `not_joined`, or `bad_request` where it could be several.
    pub fn room(&self, named: Option<&EventId>) -> Result<Arc<Room>, Failure> {
        let state = self.state.lock();
        let rooms = state.rooms.as_deref().unwrap_or_default();
        match (named, rooms) {
            (Some(event_id), rooms) => {
                let room = rooms.iter().find(|room| room.event_id == *event_id);
                room.cloned().ok_or_else(|| Failure::new(Code::NotJoined, "join the event first"))
            }
            (None, [room]) => Ok(room.clone()),
            (None, []) => Err(Failure::new(Code::NotJoined, "join an event first")),
            (None, _) => Err(Failure::bad_request("you are in several events: name one by its eventId")),
        }
    }
}

/// How a session or token has ended, as far as is known here.
#[derive(Default)]
struct Lifetime(AtomicU8);

impl Lifetime {
    /// It has ended. False: that was known before.
    fn end(&self, is_replaced: bool) -> bool {
        let ending = if is_replaced { REPLACED } else { OVER };
        self.0.compare_exchange(LIVES, ending, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn check(&self) -> Result<(), Failure> {
        match self.0.load(Ordering::Relaxed) {
            LIVES => Ok(()),
            REPLACED => Err(ServiceError::SessionReplaced.into()),
            _ => Err(ServiceError::Unauthenticated.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_a_client_whose_credential_has_ended_are_refused() {
        for (is_replaced, code) in [(false, Code::Unauthenticated), (true, Code::SessionReplaced)] {
            let lifetime = Lifetime::default();
            lifetime.check().expect("it lives");
            assert!(lifetime.end(is_replaced));
            assert!(!lifetime.end(!is_replaced), "it has ended once");
            assert_eq!(lifetime.check().expect_err("it has ended").code, code);
        }
    }
}
