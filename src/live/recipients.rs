//! Messages to accounts rather than rooms: a player's sockets, and reviewers' desks.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::member::{Member, MemberId, Sent};
use super::message::Message;
use crate::domain::id::UserId;

/// The delay between retries while a queue is full, …
const RETRY_EVERY: Duration = Duration::from_millis(50);
/// … and the number of retries. After that the connection is about to be closed for not reading.
const RETRIES: usize = 400;
/// The most messages that may wait for one socket; one more closes its connection.
const WAITING_LIMIT: usize = 1024;

/// A socket of an account.
type Recipient = (MemberId, Arc<Outbox>);

/// The ordered messages of one socket.
struct Outbox {
    member: Arc<dyn Member>,
    /// Messages that wait for room in the socket's queue. If there are any, a task is sending them.
    waiting: Mutex<VecDeque<Arc<Message>>>,
}

/// The sockets of this node, by account. Cheap to clone.
#[derive(Clone, Default)]
pub struct Recipients(Arc<Mutex<HashMap<UserId, Vec<Recipient>>>>);

impl Recipients {
    /// Adds a socket of an account.
    pub fn add(&self, user: UserId, id: MemberId, member: Arc<dyn Member>) {
        let outbox = Arc::new(Outbox { member, waiting: Mutex::default() });
        self.0.lock().entry(user).or_default().push((id, outbox));
    }

    /// Removes a socket of an account.
    pub fn remove(&self, user: UserId, id: MemberId) {
        let mut recipients = self.0.lock();
        if let Some(sockets) = recipients.get_mut(&user) {
            sockets.retain(|(known, _)| *known != id);
            if sockets.is_empty() {
                recipients.remove(&user);
            }
        }
    }

    /// The accounts with sockets on this node.
    pub fn users(&self) -> Vec<UserId> {
        self.0.lock().keys().copied().collect()
    }

    /// Sends a message to all sockets of an account, in order.
    pub fn send(&self, user: UserId, message: &Arc<Message>) {
        let sockets = self.0.lock().get(&user).cloned().unwrap_or_default();
        for (_, outbox) in sockets {
            outbox.send(message);
        }
    }
}

impl Outbox {
    fn send(self: Arc<Self>, message: &Arc<Message>) {
        let mut waiting = self.waiting.lock();
        if waiting.is_empty() {
            if self.member.send(message) != Sent::Full {
                return;
            }
            waiting.push_back(message.clone());
            drop(waiting);
            tokio::spawn(self.send_waiting());
        } else if waiting.len() < WAITING_LIMIT {
            waiting.push_back(message.clone());
        } else {
            self.member.close_slow();
        }
    }

    /// Sends the waiting messages as the socket's queue takes them.
    async fn send_waiting(self: Arc<Self>) {
        let mut tries = 0;
        while tries < RETRIES {
            tokio::time::sleep(RETRY_EVERY).await;
            tries += 1;
            let mut waiting = self.waiting.lock();
            while let Some(message) = waiting.front() {
                match self.member.send(message) {
                    Sent::Full => break,
                    Sent::Gone => waiting.clear(),
                    Sent::Taken | Sent::Written => {
                        waiting.pop_front();
                        tries = 0;
                    }
                }
            }
            if waiting.is_empty() {
                return;
            }
        }
        self.waiting.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::domain::id::EventId;
    use crate::domain::leaderboard::Board;

    /// A socket with a bounded queue that records the boards sent to it.
    #[derive(Default)]
    struct Socket {
        room: AtomicUsize,
        sent: Mutex<Vec<String>>,
    }

    impl Member for Socket {
        fn send(&self, message: &Message) -> Sent {
            if self.room.load(Ordering::Relaxed) == 0 {
                return Sent::Full;
            }
            self.room.fetch_sub(1, Ordering::Relaxed);
            self.sent.lock().push(message.args().0.get().to_owned());
            Sent::Taken
        }

        fn show(&self, message: &Message) -> Sent {
            self.send(message)
        }

        fn departures(&self) -> u32 {
            0
        }

        fn is_drained(&self) -> bool {
            true
        }

        fn close_slow(&self) {}
    }

    #[tokio::test(start_paused = true)]
    async fn messages_to_a_full_socket_keep_their_order() {
        let (recipients, socket) = (Recipients::default(), Arc::new(Socket::default()));
        let user = UserId(uuid::Uuid::nil());
        recipients.add(user, 1, socket.clone());
        let message = |version| {
            let event_id = EventId::parse("match").ok();
            Arc::new(Message::leaderboard(&Board { event_id, competition: None, version, top: Vec::new() }))
        };
        let expected: Vec<_> = (0..10).map(|version| message(version).args().0.get().to_owned()).collect();
        for version in 0..10 {
            // The queue also gets room between messages.
            socket.room.store((version % 2).try_into().expect("small"), Ordering::Relaxed);
            recipients.send(user, &message(version));
        }
        while socket.sent.lock().len() < expected.len() {
            socket.room.store(1, Ordering::Relaxed);
            tokio::time::sleep(RETRY_EVERY).await;
        }
        assert_eq!(*socket.sent.lock(), expected);
    }
}
