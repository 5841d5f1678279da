//! Synchronizes rooms with the database: after a gap, after a change on another node, and every few seconds.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Rooms;
use crate::domain::id::EventId;
use crate::live::room::Room;
use crate::storage::events::StoredEvent;
use crate::storage::{StorageError, events, messages, reactions};

/// How long a joining client waits for the database before it gets the state in memory.
const SOON: Duration = Duration::from_secs(1);
/// After such a timeout, joining clients do not wait for the database for this long.
const AWAY: Duration = Duration::from_secs(2);

impl Rooms {
    /// Synchronizes a room with the database as of this call. Any number of concurrent calls cause at most two reads:
    /// the one in progress, and one for all later calls.
    pub async fn sync_room(&self, room: &Arc<Room>) -> Result<(), StorageError> {
        let asked = Instant::now();
        let mut read = room.turn_to_read().await;
        if read.is_some_and(|begun| begun >= asked) {
            return Ok(());
        }
        let begun = Instant::now();
        let stored = events::list_of(&self.0.database, std::slice::from_ref(&room.event_id)).await?;
        match stored.into_iter().next() {
            Some(stored) => self.sync_from_row(room, stored).await?,
            None => self.delete(room).await,
        }
        *read = Some(begun);
        Ok(())
    }

    /// Like [`Rooms::sync_room`], but gives up after a deadline. A single node is always up to date.
    pub async fn sync_within_deadline(&self, room: &Arc<Room>) {
        if !self.0.database.is_shared() || self.0.away.lock().is_some_and(|since| since.elapsed() < AWAY) {
            return;
        }
        let read = tokio::time::timeout(SOON, self.sync_room(room)).await;
        *self.0.away.lock() = if matches!(read, Ok(Ok(()))) { None } else { Some(Instant::now()) };
    }

    /// Synchronizes an event that changed, if it is loaded.
    pub async fn sync_event(&self, event_id: &EventId) {
        if let Some(room) = self.loaded(event_id) {
            self.sync_or_log(&room).await;
        }
    }

    /// Compares all rooms with the database in one query, and updates those that differ. This catches writes whose
    /// outcome was unknown, and changes by other nodes whose messages were lost.
    pub async fn sync_all(&self) {
        let rooms = self.all();
        let ids: Vec<_> = rooms.iter().map(|room| room.event_id.clone()).collect();
        if ids.is_empty() {
            return;
        }
        let stored = match events::list_of(&self.0.database, &ids).await {
            Ok(stored) => stored,
            Err(error) => {
                error.warn("cannot compare rooms with the database; retrying");
                return;
            }
        };
        *self.0.away.lock() = None;
        let found: HashSet<_> = stored.iter().map(|stored| &stored.event.event_id).collect();
        for room in rooms.iter().filter(|room| !found.contains(&room.event_id)) {
            self.delete(room).await;
        }
        for stored in stored {
            let Some(room) = self.loaded(&stored.event.event_id) else { continue };
            if room.differs_from(&stored) {
                metrics::counter!("touchline_gap_reads_total").increment(1);
                self.sync_or_log(&room).await;
            }
        }
    }

    /// Reads the crowds' data that other nodes wrote while their messages were not received.
    pub async fn sync_crowds(&self) {
        for room in self.all() {
            if let Err(error) = self.sync_crowd(&room).await {
                error.warn("cannot read reactions and messages from other nodes");
                return;
            }
        }
    }

    /// Like [`Rooms::sync_crowds`], for one room.
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
