//! Who is reached by what they are, and not by an event: a player's own sockets, the desks of reviewers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::member::{Member, MemberId, Sent};
use super::message::Message;
use crate::domain::id::UserId;

/// How often a message is tried again while a queue is full, …
const RETRY_EVERY: Duration = Duration::from_millis(50);
/// … and how many times: then its connection is about to be closed for not reading.
const RETRIES: usize = 400;

/// A socket of an account.
type Recipient = (MemberId, Arc<dyn Member>);

/// Sockets of this node, by their accounts. Cheap to clone.
#[derive(Clone, Default)]
pub struct Recipients(Arc<Mutex<HashMap<UserId, Vec<Recipient>>>>);

impl Recipients {
    /// Adds a socket of an account.
    pub fn add(&self, user: UserId, id: MemberId, member: Arc<dyn Member>) {
        self.0.lock().entry(user).or_default().push((id, member));
    }

    /// Forgets a socket of an account.
    pub fn remove(&self, user: UserId, id: MemberId) {
        let mut recipients = self.0.lock();
        if let Some(sockets) = recipients.get_mut(&user) {
            sockets.retain(|(known, _)| *known != id);
            if sockets.is_empty() {
                recipients.remove(&user);
            }
        }
    }

    /// The accounts that have sockets here.
    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        self.0.lock().keys().copied().collect()
    }

    /// Sends a message to all sockets of an account.
    pub fn send(&self, user: UserId, message: &Arc<Message>) {
        let sockets = self.0.lock().get(&user).cloned().unwrap_or_default();
        for (_, member) in sockets {
            if member.send(message) == Sent::Full {
                tokio::spawn(retry(member, message.clone()));
            }
        }
    }
}

async fn retry(member: Arc<dyn Member>, message: Arc<Message>) {
    for _ in 0..RETRIES {
        tokio::time::sleep(RETRY_EVERY).await;
        if member.send(&message) != Sent::Full {
            return;
        }
    }
}
