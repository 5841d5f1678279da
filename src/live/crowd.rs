//! Who is watching an event: people, not sockets.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::member::MemberId;
use crate::domain::id::UserId;

/// Who a socket belongs to. Sockets with the same one are one viewer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// A signed-in account.
    User(UserId),
    /// A guest, by the name that it gives itself.
    Guest(Arc<str>),
    /// A guest that gives itself no name: each socket is one.
    Socket(MemberId),
}

/// How many people watch an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct Viewers {
    /// All of them.
    pub total: u32,
    /// Those with an account.
    pub users: u32,
    /// Those without.
    pub guests: u32,
}

/// The people in a room, each with the number of its sockets.
#[derive(Debug, Default)]
pub struct Crowd {
    sockets: HashMap<Viewer, u32>,
    viewers: Viewers,
}

impl Crowd {
    /// Counts one more socket of a viewer.
    pub fn enter(&mut self, viewer: Viewer) {
        let side = if matches!(viewer, Viewer::User(_)) {
            &mut self.viewers.users
        } else {
            &mut self.viewers.guests
        };
        let sockets = self.sockets.entry(viewer).or_insert(0);
        *sockets += 1;
        if *sockets == 1 {
            *side += 1;
            self.viewers.total += 1;
        }
    }

    /// Counts one socket of a viewer less.
    pub fn exit(&mut self, viewer: &Viewer) {
        let Some(sockets) = self.sockets.get_mut(viewer) else { return };
        *sockets -= 1;
        if *sockets == 0 {
            self.sockets.remove(viewer);
            let side = if matches!(viewer, Viewer::User(_)) {
                &mut self.viewers.users
            } else {
                &mut self.viewers.guests
            };
            *side -= 1;
            self.viewers.total -= 1;
        }
    }

    /// How many people there are.
    #[must_use]
    pub fn viewers(&self) -> Viewers {
        self.viewers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_sockets_of_one_person_are_one_viewer() {
        let (ann, bob) = (Viewer::User(UserId(uuid::Uuid::nil())), Viewer::Guest("bob".into()));
        let mut crowd = Crowd::default();
        for viewer in [&ann, &ann, &bob] {
            crowd.enter(viewer.clone());
        }
        crowd.enter(Viewer::Socket(1));
        assert_eq!(crowd.viewers(), Viewers { total: 3, users: 1, guests: 2 });
        crowd.exit(&ann);
        assert_eq!(crowd.viewers().users, 1);
        for viewer in [&ann, &ann, &bob, &Viewer::Socket(1)] {
            crowd.exit(viewer);
        }
        assert_eq!(crowd.viewers(), Viewers::default());
    }
}
