//! Rooms as the database has them now: after a gap, after what another node has done, and every few seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Rooms;
use crate::domain::id::EventId;
use crate::live::room::Room;
use crate::storage::events::StoredEvent;
use crate::storage::{StorageError, events, messages, reactions};

/// So long somebody who joins waits for the database to say how the event stands; then it gets what is here.
const SOON: Duration = Duration::from_secs(1);
/// For so long after that the database is not waited for.
const AWAY: Duration = Duration::from_secs(2);

impl Rooms {
    /// Brings a room up to what the database has when this is called. However many ask at once, it reads at most
    /// twice: for the first, and for all who asked while that read was under way.
    ///
    /// # Errors
    /// The database could not be read.
    pub async fn sync_room(&self, room: &Arc<Room>) -> Result<(), StorageError> {
        let asked = Instant::now();
        let mut read = room.turn_to_read().await;
        if read.is_some_and(|begun| begun >= asked) {
            return Ok(());
        }
        let begun = Instant::now();
        let stored = events::list_of(&self.0.database, std::slice::from_ref(&room.event_id)).await?;
        for stored in stored {
            self.sync_from_row(room, stored).await?;
        }
        *read = Some(begun);
        Ok(())
    }

    /// The same for who would rather have what is here than wait. A node without others has it all.
    pub async fn sync_within_deadline(&self, room: &Arc<Room>) {
        if !self.0.database.is_shared() || self.0.away.lock().is_some_and(|since| since.elapsed() < AWAY) {
            return;
        }
        let read = tokio::time::timeout(SOON, self.sync_room(room)).await;
        *self.0.away.lock() = if matches!(read, Ok(Ok(()))) { None } else { Some(Instant::now()) };
    }

    /// Takes note that an event is not what it was.
    pub async fn sync_event(&self, event_id: &EventId) {
        if let Some(room) = self.loaded(event_id) {
            self.sync_or_log(&room).await;
        }
    }

    /// Compares all rooms with the database, in one statement, and mends those that differ: what a write whose
    /// outcome was not known has put there, or what another node has and was not heard to say.
    pub async fn sync_all(&self) {
        let rooms = self.all();
        let ids: Vec<_> = rooms.iter().map(|room| room.event_id.clone()).collect();
        if ids.is_empty() {
            return;
        }
        let stored = match events::list_of(&self.0.database, &ids).await {
            Ok(stored) => stored,
            Err(error) => {
                error.warn("cannot compare the rooms with the database; retrying");
                return;
            }
        };
        *self.0.away.lock() = None;
        for stored in stored {
            let Some(room) = self.loaded(&stored.event.event_id) else { continue };
            if room.differs_from(&stored) {
                metrics::counter!("touchline_gap_reads_total").increment(1);
                self.sync_or_log(&room).await;
            }
        }
    }

    /// Reads what the crowds of all rooms did while other nodes were not heard.
    pub async fn sync_crowds(&self) {
        for room in self.all() {
            if let Err(error) = self.sync_crowd(&room).await {
                error.warn("cannot read what the crowds of other nodes did");
                return;
            }
        }
    }

    /// The same for one room.
    ///
    /// # Errors
    /// The database could not be read.
    pub async fn sync_crowd(&self, room: &Room) -> Result<(), StorageError> {
        let database = &self.0.database;
        let totals = reactions::totals(database, &room.event_id, self.run()).await?;
        let history = self.0.settings.audience.message_history;
        let mut recent = messages::recent(database, &room.event_id, history).await?;
        let mut shown = room.shown_messages();
        shown.extend(recent.iter().map(|message| message.message_id));
        let deleted = messages::list_deleted(database, &shown).await?;
        recent.retain(|message| !deleted.contains(&message.message_id));
        let shown = room.shown_messages();
        let deleted: Vec<_> = deleted.into_iter().filter(|message| shown.contains(message)).collect();
        room.merge_crowd(totals, &recent, &deleted);
        Ok(())
    }

    pub(super) async fn sync_or_log(&self, room: &Arc<Room>) {
        if let Err(error) = self.sync_room(room).await {
            error.warn(&format!("cannot read event {}; retrying", room.event_id));
        }
    }

    async fn sync_from_row(&self, room: &Arc<Room>, stored: StoredEvent) -> Result<(), StorageError> {
        room.change(stored.event);
        self.deliver(room);
        if stored.position.seq > room.seq() { self.sync_from_log(room).await } else { Ok(()) }
    }
}
