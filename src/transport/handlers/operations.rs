//! Recent operations by the `opId` their client gave them. A client that missed its answer sends the message
//! again, and it takes effect only once.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use uuid::Uuid;

use crate::domain::id::OpId;
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

/// Operations are keyed by the account, or by a guest's connection.
type OperationKey = (Sender, OperationKind, OpId);

/// A known operation.
#[derive(Clone, Copy)]
struct Known {
    begun: Instant,
    /// The message that it made, once it is done, for operations whose answer names it.
    message: Option<Uuid>,
}

/// The operations of the last minute.
#[derive(Default)]
pub struct Operations {
    known: Mutex<HashMap<OperationKey, Known>>,
}

impl Operations {
    /// Begins an operation; `None` if it was already begun. An operation without an `opId` is always new.
    pub fn begin(
        &self,
        who: Sender,
        kind: OperationKind,
        op_id: Option<OpId>,
        now: Instant,
    ) -> Option<Operation<'_>> {
        let Some(op_id) = op_id else { return Some(Operation { operations: self, key: None }) };
        let key = (who, kind, op_id);
        let mut known = self.known.lock();
        if known.get(&key).is_some_and(|known| now.duration_since(known.begun) < REMEMBERED_FOR) {
            return None;
        }
        if known.len() >= MOST {
            return Some(Operation { operations: self, key: None });
        }
        known.insert(key.clone(), Known { begun: now, message: None });
        Some(Operation { operations: self, key: Some(key) })
    }

    /// The message that an operation has made; `None` if it is still in progress.
    pub fn message_of(&self, who: Sender, kind: OperationKind, op_id: OpId) -> Option<Uuid> {
        self.known.lock().get(&(who, kind, op_id))?.message
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
        let begin = |who, kind, id, at| operations.begin(who, kind, id, at);
        drop(begin(one, OperationKind::Message, Some(op("a")), now).expect("it is new"));
        begin(one, OperationKind::Message, Some(op("a")), now).expect("the first one failed").done();
        let later = now + REMEMBERED_FOR;
        for (who, kind, id, at, is_new) in [
            (one, OperationKind::Message, Some(op("a")), now, false),
            (one, OperationKind::Message, Some(op("a")), now + Duration::from_secs(59), false),
            (other, OperationKind::Message, Some(op("a")), now, true),
            (one, OperationKind::Reaction, Some(op("a")), now, true),
            (one, OperationKind::Message, Some(op("b")), now, true),
            (one, OperationKind::Message, None, now, true),
            (one, OperationKind::Message, None, now, true),
            (one, OperationKind::Message, Some(op("a")), later, true),
        ] {
            let operation = begin(who, kind, id.clone(), at);
            assert_eq!(operation.is_some(), is_new, "{who:?} {kind:?} {id:?}");
            if let Some(operation) = operation {
                operation.done();
            }
        }
        operations.evict_old(later + REMEMBERED_FOR);
        assert!(operations.known.lock().is_empty());
    }
}
