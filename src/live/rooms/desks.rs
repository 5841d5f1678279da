//! Scorers' desks in rooms: a desk joins an event's room when something happens in the event.

use std::sync::Arc;

use super::Rooms;
use crate::domain::event::Position;
use crate::domain::id::{EventId, UserId};
use crate::live::desk::{DeskScope, Desks};
use crate::live::member::{Member, MemberId};
use crate::live::room::JoinRequest;
use crate::storage::StorageError;

impl Rooms {
    /// The desks of this node.
    pub fn desks(&self) -> &Desks {
        &self.0.desks
    }

    /// Closes a desk, and removes it from all rooms.
    pub fn close_desk(&self, id: MemberId) {
        if self.0.desks.close(id) {
            for room in self.all() {
                room.leave(id);
            }
        }
    }

    /// Handles a scorer's assignment to an event, or its removal.
    pub fn assign(&self, scorer: UserId, event_id: &EventId, assigned: bool) {
        let desks = self.0.desks.assign(scorer, event_id, assigned);
        if let (false, Some(room)) = (assigned, self.loaded(event_id)) {
            for desk in desks {
                room.leave(desk);
            }
        }
    }

    /// Changes what an account may score; `None` closes its desks.
    pub fn rescope(&self, user: UserId, scope: Option<&DeskScope>) {
        for id in self.0.desks.of_user(user) {
            let Some(scope) = scope else {
                self.close_desk(id);
                continue;
            };
            self.0.desks.rescope(id, scope.clone());
            for room in self.all() {
                if room.has_member(id) && !self.0.desks.watches(id, &room.event_id) {
                    room.leave(id);
                }
            }
        }
    }

    /// Adds the desks that watch an event to its room, before update `seq` is applied.
    pub(super) async fn join_desks(&self, event_id: &EventId, seq: i64) {
        for (id, member) in self.0.desks.of(event_id) {
            if self.loaded(event_id).is_some_and(|room| room.has_member(id)) {
                continue;
            }
            if let Err(error) = self.join_desk(event_id, seq, id, member).await {
                error.warn(&format!("cannot add a scorer's desk to event {event_id}"));
            }
        }
    }

    /// Adds a desk that gets the updates from `seq` on. Does not query the database if the room is loaded, because
    /// many desks may wait for one update.
    async fn join_desk(
        &self,
        event_id: &EventId,
        seq: i64,
        id: MemberId,
        member: Arc<dyn Member>,
    ) -> Result<(), StorageError> {
        let Some(room) = self.open(event_id).await? else { return Ok(()) };
        let since = Some(Position { seq: seq - 1, ..room.position() });
        let request = JoinRequest { id, member, viewer: None, since, full: false };
        self.enter(&room, request, |_| ()).await?;
        // The desk may have been closed, or its scorer removed from the event, during the await.
        if !self.0.desks.watches(id, event_id) {
            room.leave(id);
        }
        Ok(())
    }
}
