//! Recent operations by the `opId` their client gave them. A client that missed its answer sends the message
//! again, and it takes effect only once.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use uuid::Uuid;

use crate::domain::id::{EventId, OpId};
use crate::domain::sender::Sender;

/// How long an operation is remembered. Clients retry within seconds.
const REMEMBERED_FOR: Duration = Duration::from_mins(1);

/// The most operations to remember. Above it, new operations run without being remembered.
const MOST: usize = 100_000;

/// The kinds of messages that take an `opId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// `reaction`.
    Reaction,
    /// `message` of `/`.
    Message,
    /// `message` of `/admin`.
    Official,
}

/// What an operation is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OperationKey {
    /// The account, or a guest's connection.
    pub who: Sender,
    /// The kind of message.
    pub kind: OperationKind,
    /// The event that it is for.
    pub event_id: EventId,
    /// The name that the client gave it.
    pub op_id: OpId,
}

/// A known operation.
#[derive(Clone, Copy)]
struct Known {
    begun: Instant,
    /// The hash of its content.
    content: u64,
    /// The message that it made, once it is done, for operations whose answer names it.
    message: Option<Uuid>,
}

/// An earlier operation with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Whether its content was the same.
    pub is_same: bool,
    /// The message that it made; `None` while it is in progress.
    pub message: Option<Uuid>,
}

/// The operations of the last minute.
#[derive(Default)]
pub struct Operations {
    known: Mutex<HashMap<OperationKey, Known>>,
}

impl Operations {
    /// Begins an operation with this content. An operation without a key is always new.
    ///
    /// # Errors
    /// The earlier one, if it was already begun.
    pub fn begin(
        &self,
        key: Option<OperationKey>,
        content: &str,
        now: Instant,
    ) -> Result<Operation<'_>, Earlier> {
        let Some(key) = key else { return Ok(Operation { operations: self, key: None }) };
        let mut known = self.known.lock();
        let content = known.hasher().hash_one(content);
        if let Some(earlier) = known.get(&key)
            && now.duration_since(earlier.begun) < REMEMBERED_FOR
        {
            return Err(Earlier { is_same: earlier.content == content, message: earlier.message });
        }
        if known.len() >= MOST {
            return Ok(Operation { operations: self, key: None });
        }
        known.insert(key.clone(), Known { begun: now, content, message: None });
        Ok(Operation { operations: self, key: Some(key) })
    }

    /// Forgets operations older than a minute.
    pub fn evict_old(&self, now: Instant) {
        let mut known = self.known.lock();
        known.retain(|_, known| now.duration_since(known.begun) < REMEMBERED_FOR);
        known.shrink_to_fit();
    }
}

/// An operation in progress. If it is dropped before [`Operation::done`], it is forgotten and can be retried.
pub struct Operation<'a> {
    operations: &'a Operations,
    key: Option<OperationKey>,
}

impl Operation<'_> {
    /// Marks the operation as done.
    pub fn done(mut self) {
        self.key = None;
    }

    /// Marks the operation as done by a message.
    pub fn done_with(mut self, message: Uuid) {
        if let Some(key) = self.key.take()
            && let Some(known) = self.operations.known.lock().get_mut(&key)
        {
            known.message = Some(message);
        }
    }
}

impl Drop for Operation<'_> {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.operations.known.lock().remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ConnectionId;

    fn op(id: &str) -> OpId {
        OpId::parse(id).expect("an opId")
    }

    #[test]
    fn an_operation_runs_once_a_minute_unless_it_failed() {
        let (operations, now) = (Operations::default(), Instant::now());
        let (one, other) = (Sender::Guest(ConnectionId(1)), Sender::Guest(ConnectionId(2)));
        let begin = |who, kind, event_id: &str, op_id: Option<&str>, content, at| {
            let event_id = EventId::parse(event_id).expect("an eventId");
            let key = op_id.map(|op_id| OperationKey { who, kind, event_id, op_id: op(op_id) });
            operations.begin(key, content, at)
        };
        let again = |content| begin(one, OperationKind::Message, "final", Some("a"), content, now).err();
        drop(begin(one, OperationKind::Message, "final", Some("a"), "Tea", now).expect("it is new"));
        let first = begin(one, OperationKind::Message, "final", Some("a"), "Tea", now);
        let first = first.expect("the first one failed");
        assert_eq!(again("Tea"), Some(Earlier { is_same: true, message: None }));
        let message_id = Uuid::now_v7();
        first.done_with(message_id);
        let message = Some(message_id);
        assert_eq!(again("Tea"), Some(Earlier { is_same: true, message }));
        assert_eq!(again("Rain"), Some(Earlier { is_same: false, message }));
        let later = now + REMEMBERED_FOR;
        for (who, kind, event_id, op_id, at, is_new) in [
            (one, OperationKind::Message, "final", Some("a"), now, false),
            (one, OperationKind::Message, "final", Some("a"), now + Duration::from_secs(59), false),
            (other, OperationKind::Message, "final", Some("a"), now, true),
            (one, OperationKind::Reaction, "final", Some("a"), now, true),
            (one, OperationKind::Message, "match", Some("a"), now, true),
            (one, OperationKind::Message, "final", Some("b"), now, true),
            (one, OperationKind::Message, "final", None, now, true),
            (one, OperationKind::Message, "final", None, now, true),
            (one, OperationKind::Message, "final", Some("a"), later, true),
        ] {
            let operation = begin(who, kind, event_id, op_id, "Tea", at);
            assert_eq!(operation.is_ok(), is_new, "{who:?} {kind:?} {event_id} {op_id:?}");
            if let Ok(operation) = operation {
                operation.done();
            }
        }
        operations.evict_old(later + REMEMBERED_FOR);
        assert!(operations.known.lock().is_empty());
    }
}
