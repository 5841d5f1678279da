//! Who is sent scores without having joined: the desks of scorers and administrators.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;

use super::member::{Member, MemberId};
use crate::domain::id::{EventId, UserId};

/// The scores of which events a desk is sent.
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

/// The desks of this node.
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

    /// Forgets a desk. True if it was there.
    pub fn close(&self, id: MemberId) -> bool {
        self.open.lock().remove(&id).is_some()
    }

    /// A scorer was assigned to an event, or taken off it: its desks, which are to leave it then.
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
    #[must_use]
    pub fn of_user(&self, user: UserId) -> Vec<MemberId> {
        let desks = self.open.lock();
        desks.iter().filter(|(_, desk)| desk.user == user).map(|(id, _)| *id).collect()
    }

    /// The accounts that have desks.
    #[must_use]
    pub fn users(&self) -> HashSet<UserId> {
        self.open.lock().values().map(|desk| desk.user).collect()
    }

    /// The right to read what accounts may score and to take it over: what is read last holds.
    pub async fn turn_to_rescope(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.rescoping.lock().await
    }

    /// A desk is sent other events' scores from now on.
    pub fn rescope(&self, id: MemberId, scope: DeskScope) {
        if let Some(desk) = self.open.lock().get_mut(&id) {
            desk.scope = scope;
        }
    }

    /// Whether a desk is sent an event's scores.
    #[must_use]
    pub fn watches(&self, id: MemberId, event_id: &EventId) -> bool {
        self.open.lock().get(&id).is_some_and(|desk| desk.scope.has(event_id))
    }

    /// The desks that are sent an event's scores.
    #[must_use]
    pub fn of(&self, event_id: &EventId) -> Vec<(MemberId, Arc<dyn Member>)> {
        let desks = self.open.lock();
        let watching = desks.iter().filter(|(_, desk)| desk.scope.has(event_id));
        watching.map(|(id, desk)| (*id, desk.member.clone())).collect()
    }
}
