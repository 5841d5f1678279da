//! Loads a room from the database when somebody first needs it.

use std::sync::Arc;
use std::time::Instant;

use time::OffsetDateTime;

use super::Rooms;
use crate::domain::id::EventId;
use crate::domain::score::Snapshot;
use crate::live::room::{Loaded, RECOVERY_BYTES, Room};
use crate::storage::updates::LogRange;
use crate::storage::{StorageError, events, messages, reactions, updates};

/// Updates per query.
const PAGE: i64 = 500;
/// Bytes of updates per query.
const PAGE_BYTES: i64 = 1024 * 1024;

impl Rooms {
    /// An event's room, loaded if needed. Returns `None` if the event does not exist.
    pub async fn open(&self, event_id: &EventId) -> Result<Option<Arc<Room>>, StorageError> {
        if let Some(room) = self.loaded(event_id) {
            return Ok(Some(room));
        }
        let started = Instant::now();
        let Some(loaded) = self.load(event_id).await? else { return Ok(None) };
        metrics::histogram!("touchline_load_seconds").record(started.elapsed());
        let room = {
            let mut rooms = self.0.rooms.lock();
            let room = || Arc::new(Room::new(loaded, self.0.settings, self.0.ticker.clone()));
            rooms.entry(event_id.clone()).or_insert_with(room).clone()
        };
        self.recount(&room);
        // Read what was committed after the load and before the room was registered to receive updates.
        let read = async {
            self.sync_room(&room).await?;
            if self.0.database.is_shared() { self.sync_crowd(&room).await } else { Ok(()) }
        };
        read.await?;
        Ok(Some(room))
    }

    async fn load(&self, event_id: &EventId) -> Result<Option<Loaded>, StorageError> {
        let Some(stored) = events::find(&self.0.database, event_id).await? else { return Ok(None) };
        let seq = stored.position.seq;
        let limit = i64::try_from(self.0.settings.recovery_limit).unwrap_or(i64::MAX);
        let after = seq.saturating_sub(limit).max(0);
        let missed = LogRange { event: event_id, after, last: seq, max_bytes: RECOVERY_BYTES };
        let recent = updates::list_last(&self.0.database, missed).await?;
        let snapshot = match &stored.snapshot {
            Some(json) => Snapshot::from_json(json).map_err(StorageError::corrupt)?,
            None => Snapshot::default(),
        };
        let at = stored.snapshot_at.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let totals = reactions::totals(&self.0.database, event_id, &self.0.run).await?;
        let history = self.0.settings.audience.message_history;
        let messages = messages::recent(&self.0.database, event_id, history).await?;
        let (event, position) = (stored.event, stored.position);
        Ok(Some(Loaded { event, position, at, snapshot, recent, totals, messages }))
    }

    /// Replaces a room's state by the one from the database.
    async fn reload(&self, room: &Arc<Room>) -> Result<(), StorageError> {
        if let Some(loaded) = self.load(&room.event_id).await? {
            room.reload(loaded);
            self.wake_for_lagging(room);
        }
        Ok(())
    }

    /// Applies the updates in the log that are newer than the room's last one.
    pub(super) async fn sync_from_log(&self, room: &Arc<Room>) -> Result<(), StorageError> {
        loop {
            let after = room.seq();
            let last = after.saturating_add(PAGE);
            let part = LogRange { event: &room.event_id, after, last, max_bytes: PAGE_BYTES };
            let missed = updates::list_first(&self.0.database, part).await?;
            if self.apply_logged(room, &missed).await {
                return self.reload(room).await;
            }
            if room.seq() == after {
                return Ok(());
            }
        }
    }
}
