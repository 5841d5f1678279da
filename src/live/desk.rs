//! Who is sent scores without having joined: the desks of scorers and administrators.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;

use super::member::{Member, MemberId};
use crate::domain::id::{EventId, UserId};

/// The scores of which events a desk is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every event.
    Every,
    /// The events that this scorer is assigned to.
    Assigned(UserId, HashSet<EventId>),
}

/// The desks of this node.
#[derive(Default)]
pub struct Desks(Mutex<HashMap<MemberId, Desk>>);

struct Desk {
    member: Arc<dyn Member>,
    scope: Scope,
}

impl Desks {
    /// Opens a desk.
    pub fn open(&self, id: MemberId, member: Arc<dyn Member>, scope: Scope) {
        self.0.lock().insert(id, Desk { member, scope });
    }

    /// Forgets a desk. True if it was there.
    pub fn close(&self, id: MemberId) -> bool {
        self.0.lock().remove(&id).is_some()
    }

    /// Whether a desk is open.
    #[must_use]
    pub fn is_open(&self, id: MemberId) -> bool {
        self.0.lock().contains_key(&id)
    }

    /// A scorer was assigned to an event, or taken off it: its desks, which are to leave it then.
    pub fn assign(&self, scorer: UserId, event_id: &EventId, assigned: bool) -> Vec<MemberId> {
        let mut desks = self.0.lock();
        let mut of_scorer = Vec::new();
        for (id, desk) in &mut *desks {
            if let Scope::Assigned(user, events) = &mut desk.scope
                && *user == scorer
            {
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

    /// The desks that are sent an event's scores.
    #[must_use]
    pub fn of(&self, event_id: &EventId) -> Vec<(MemberId, Arc<dyn Member>)> {
        let watches = |scope: &Scope| match scope {
            Scope::Every => true,
            Scope::Assigned(_, events) => events.contains(event_id),
        };
        let desks = self.0.lock();
        desks.iter().filter(|(_, d)| watches(&d.scope)).map(|(id, d)| (*id, d.member.clone())).collect()
    }
}
