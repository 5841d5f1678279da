//! Scorers' and administrators' desks: they get scores without joining a room.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;

use super::member::{Member, MemberId};
use crate::domain::id::{EventId, UserId};

/// The events whose scores a desk gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskScope {
    /// Every event.
    Every,
    /// The events that the scorer is assigned to.
    Assigned(HashSet<EventId>),
}

impl DeskScope {
    fn has(&self, event_id: &EventId) -> bool {
        match self {
            Self::Every => true,
            Self::Assigned(events) => events.contains(event_id),
        }
    }
}

/// The desks on this node.
#[derive(Default)]
pub struct Desks {
    open: Mutex<HashMap<MemberId, Desk>>,
    rescoping: tokio::sync::Mutex<()>,
}

struct Desk {
    user: UserId,
    member: Arc<dyn Member>,
    scope: DeskScope,
}

impl Desks {
    /// Opens a desk of an account.
    pub fn open(&self, id: MemberId, user: UserId, member: Arc<dyn Member>, scope: DeskScope) {
        self.open.lock().insert(id, Desk { user, member, scope });
    }

    /// Closes a desk. Returns whether it was open.
    pub fn close(&self, id: MemberId) -> bool {
        self.open.lock().remove(&id).is_some()
    }

    /// Records a scorer's assignment to an event, or its removal. Returns the scorer's desks, which must leave the
    /// event's room after a removal.
    pub fn assign(&self, scorer: UserId, event_id: &EventId, assigned: bool) -> Vec<MemberId> {
        let mut desks = self.open.lock();
        let mut of_scorer = Vec::new();
        for (id, desk) in desks.iter_mut().filter(|(_, desk)| desk.user == scorer) {
            if let DeskScope::Assigned(events) = &mut desk.scope {
                if assigned {
                    events.insert(event_id.clone());
                } else {
                    events.remove(event_id);
                }
                of_scorer.push(*id);
            }
        }
        of_scorer
    }

    /// The desks of an account.
    pub fn of_user(&self, user: UserId) -> Vec<MemberId> {
        let desks = self.open.lock();
        desks.iter().filter(|(_, desk)| desk.user == user).map(|(id, _)| *id).collect()
    }

    /// The accounts with an open desk.
    pub fn users(&self) -> HashSet<UserId> {
        self.open.lock().values().map(|desk| desk.user).collect()
    }

    /// Acquires the right to read and apply permissions. One reader at a time, so the last read wins.
    pub async fn turn_to_rescope(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.rescoping.lock().await
    }

    /// Changes the events whose scores a desk gets.
    pub fn rescope(&self, id: MemberId, scope: DeskScope) {
        if let Some(desk) = self.open.lock().get_mut(&id) {
            desk.scope = scope;
        }
    }

    /// Whether a desk gets an event's scores.
    pub fn watches(&self, id: MemberId, event_id: &EventId) -> bool {
        self.open.lock().get(&id).is_some_and(|desk| desk.scope.has(event_id))
    }

    /// The desks that get an event's scores.
    pub fn of(&self, event_id: &EventId) -> Vec<(MemberId, Arc<dyn Member>)> {
        let desks = self.open.lock();
        let watching = desks.iter().filter(|(_, desk)| desk.scope.has(event_id));
        watching.map(|(id, desk)| (*id, desk.member.clone())).collect()
    }
}
