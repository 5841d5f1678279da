//! The rooms of a client.

use std::sync::Arc;

use super::{Client, ClientState};
use crate::domain::id::EventId;
use crate::live::room::Room;
use crate::transport::error::{ErrorCode, Failure};

impl Client {
    /// Checks whether the client may join one more event.
    ///
    /// # Errors
    /// `conflict` if the client is at the limit.
    pub fn may_join(&self, event_id: &EventId, limit: usize) -> Result<(), Failure> {
        let mut state = self.state.lock();
        let rooms = state.rooms();
        if rooms.len() < limit || rooms.iter().any(|room| room.event_id == *event_id) {
            Ok(())
        } else {
            Err(Failure::new(
                ErrorCode::Conflict,
                format!("a socket may join at most {limit} events; leave one first"),
            ))
        }
    }

    /// Adds a room that the client has joined. Returns false if the client has disconnected; it must then
    /// leave the room.
    #[must_use]
    pub fn joined(&self, room: &Arc<Room>) -> bool {
        let mut state = self.state.lock();
        if state.gone {
            return false;
        }
        state.rooms.retain(|known| known.event_id != room.event_id);
        state.rooms.push(room.clone());
        true
    }

    /// Removes a room and returns it.
    #[must_use]
    pub fn left(&self, event_id: &EventId) -> Option<Arc<Room>> {
        let rooms = &mut self.state.lock().rooms;
        let place = rooms.iter().position(|room| room.event_id == *event_id)?;
        Some(rooms.swap_remove(place))
    }

    /// Marks the client as disconnected and returns the rooms it was in.
    #[must_use]
    pub fn gone(&self) -> Vec<Arc<Room>> {
        let mut state = self.state.lock();
        state.gone = true;
        std::mem::take(&mut state.rooms).into_vec()
    }

    /// Whether the client is disconnected.
    pub fn has_gone(&self) -> bool {
        self.state.lock().gone
    }

    /// The events the client has joined.
    pub fn joined_events(&self) -> Vec<EventId> {
        self.state.lock().rooms().iter().map(|room| room.event_id.clone()).collect()
    }

    /// The room a message refers to: the one it names, or the client's only room.
    ///
    /// # Errors
    /// `not_joined`, or `bad_request` if the client is in several rooms and names none.
    pub fn room(&self, named: Option<&EventId>) -> Result<Arc<Room>, Failure> {
        let mut state = self.state.lock();
        match (named, state.rooms()) {
            (Some(event_id), rooms) => {
                let room = rooms.iter().find(|room| room.event_id == *event_id);
                room.cloned().ok_or_else(|| Failure::new(ErrorCode::NotJoined, "join the event first"))
            }
            (None, [room]) => Ok(room.clone()),
            (None, []) => Err(Failure::new(ErrorCode::NotJoined, "join an event first")),
            (None, _) => Err(Failure::bad_request("you joined several events: set eventId")),
        }
    }
}

impl ClientState {
    /// The client's rooms, without those of deleted events, which it has left.
    fn rooms(&mut self) -> &[Arc<Room>] {
        self.rooms.retain(|room| !room.is_deleted());
        &self.rooms
    }
}
