//! A room from the database, when somebody first needs it.

use std::sync::Arc;
use std::time::Instant;

use time::OffsetDateTime;

use super::Rooms;
use crate::domain::id::EventId;
use crate::domain::score::Snapshot;
use crate::live::room::{Loaded, Room};
use crate::storage::{StorageError, events, messages, reactions, updates};

/// How many updates are read at a time.
const PAGE: i64 = 500;

impl Rooms {
    /// An event's room, loaded if need be. `None`: there is no such event.
    pub(super) async fn open(&self, event_id: &EventId) -> Result<Option<Arc<Room>>, StorageError> {
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
        // What was committed after the read, and before the room stood here to take it.
        let read = async {
            self.freshen(&room).await?;
            if self.0.database.is_shared() { self.read_crowd(&room).await } else { Ok(()) }
        };
        read.await?;
        Ok(Some(room))
    }

    async fn load(&self, event_id: &EventId) -> Result<Option<Loaded>, StorageError> {
        let Some(stored) = events::find(&self.0.database, event_id).await? else { return Ok(None) };
        let seq = stored.position.seq;
        let limit = i64::try_from(self.0.settings.recovery_limit).unwrap_or(i64::MAX);
        let after = seq.saturating_sub(limit).max(0);
        let mut recent = updates::list_after(&self.0.database, event_id, after, seq - after).await?;
        recent.retain(|update| update.seq <= seq);
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

    /// Applies what the log has beyond a room's last update.
    pub(super) async fn read_on(&self, room: &Arc<Room>) -> Result<(), StorageError> {
        loop {
            let page = updates::list_after(&self.0.database, &room.event_id, room.seq(), PAGE).await?;
            for update in &page {
                room.apply(update);
            }
            self.deliver(room).await;
            if i64::try_from(page.len()).unwrap_or(PAGE) < PAGE {
                return Ok(());
            }
        }
    }
}
