//! The rooms of this node: loaded when somebody first joins, unloaded when nobody is left.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::desk::Desks;
use super::member::MemberId;
use super::message::Message;
use super::pulse::Ticker;
use super::remote_nodes::RemoteNodes;
use super::room::{JoinRequest, Joined, Room, RoomSettings};
use crate::domain::event::Position;
use crate::domain::id::EventId;
use crate::storage::{Database, StorageError};

mod apply;
mod deliver;
mod desks;
mod load;
mod pulse;
mod shared;
mod sync;

/// How often lagging members are served.
const SERVE_LAGGING_EVERY: Duration = Duration::from_millis(10);

/// The rooms of this node. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<RoomsInner>);

struct RoomsInner {
    database: Database,
    settings: RoomSettings,
    /// Identifies this run of the server, because several write to the database.
    run: String,
    rooms: Mutex<HashMap<EventId, Arc<Room>>>,
    desks: Desks,
    /// State received from other nodes.
    remote_nodes: RemoteNodes,
    /// The events that other nodes know to be watched here.
    published: Mutex<HashSet<EventId>>,
    /// When the database last failed to answer a joining client in time.
    away: Mutex<Option<Instant>>,
    /// Wakes the task that serves lagging members.
    lagging: Notify,
    /// Wakes the task that shows the crowds' activity.
    ticker: Arc<Ticker>,
}

/// Totals over all rooms, for the metrics.
#[derive(Debug, Default, Clone, Copy)]
pub struct RoomCounts {
    /// Loaded rooms.
    pub rooms: usize,
    /// Members of all rooms.
    pub members: usize,
    /// Lagging members.
    pub lagging: usize,
    /// Viewers of all rooms; a viewer of two events counts twice.
    pub viewers: u32,
}

impl Rooms {
    /// Creates an empty set of rooms. `run` identifies this run of the server.
    pub fn new(database: Database, settings: RoomSettings, run: String) -> Self {
        Self(Arc::new(RoomsInner {
            database,
            settings,
            run,
            rooms: Mutex::default(),
            desks: Desks::default(),
            remote_nodes: RemoteNodes::default(),
            published: Mutex::default(),
            away: Mutex::default(),
            lagging: Notify::new(),
            ticker: Arc::default(),
        }))
    }

    /// Adds a member to an event's room, and loads the room if needed. Calls `answer` before the member is sent its
    /// state. Returns `None`, without calling `answer`, if the event does not exist, or no longer.
    pub async fn join(
        &self,
        event_id: &EventId,
        request: JoinRequest,
        answer: impl FnOnce(&Joined),
    ) -> Result<Option<Arc<Room>>, StorageError> {
        let Some(room) = self.open(event_id).await? else { return Ok(None) };
        // The client may know answers from another node; make sure that this room includes them.
        self.sync_within_deadline(&room).await;
        let mut is_answered = false;
        let answer = |joined: &Joined| {
            is_answered = true;
            answer(joined);
        };
        self.enter(&room, request, answer).await?;
        Ok(is_answered.then_some(room))
    }

    /// Tells the members of a deleted event, and removes them. The room itself is unloaded once they have left.
    pub(super) async fn delete(&self, room: &Arc<Room>) {
        if !room.delete() {
            return;
        }
        if let Some(rest) = self.deliver(room) {
            // Fails only at shutdown.
            rest.await.ok();
        }
        room.dismiss_served();
        self.wake_for_lagging(room);
    }

    /// Sends an event's board to its viewers.
    pub fn show_board(&self, event_id: &EventId, board: &Arc<Message>) {
        if let Some(room) = self.loaded(event_id) {
            room.show_board(board);
            self.deliver(&room);
        }
    }

    /// Sends a member the state again.
    pub fn resend(&self, room: &Room, id: MemberId, answer: impl FnOnce(&Position)) -> bool {
        let resent = room.resend(id, answer);
        self.wake_for_lagging(room);
        resent
    }

    /// An event's room, if it is loaded.
    pub fn loaded(&self, event_id: &EventId) -> Option<Arc<Room>> {
        self.0.rooms.lock().get(event_id).cloned()
    }

    /// The totals over all rooms.
    pub fn occupancy(&self) -> RoomCounts {
        self.all().iter().fold(RoomCounts::default(), |sum, room| {
            let (members, lagging) = room.occupancy();
            RoomCounts {
                rooms: sum.rooms + 1,
                members: sum.members + members,
                lagging: sum.lagging + lagging,
                viewers: sum.viewers + room.own_viewers().total,
            }
        })
    }

    /// Serves lagging members. Runs until cancelled.
    pub async fn serve_lagging(&self) {
        loop {
            // Members may already lag from an earlier run of this loop.
            if !self.all().iter().any(|room| room.has_lagging()) {
                self.0.lagging.notified().await;
            }
            loop {
                tokio::time::sleep(SERVE_LAGGING_EVERY).await;
                let now = Instant::now();
                // `count`, unlike `any`, serves every room.
                if self.all().iter().filter(|room| room.serve_lagging(now)).count() == 0 {
                    break;
                }
            }
        }
    }

    /// How long a member may lag before its connection is closed.
    pub fn behind_timeout(&self) -> Duration {
        self.0.settings.behind_timeout
    }

    /// The name of this run of the server.
    pub fn run(&self) -> &str {
        &self.0.run
    }

    /// The rooms.
    pub fn all(&self) -> Vec<Arc<Room>> {
        self.0.rooms.lock().values().cloned().collect()
    }

    /// Adds a member to a loaded room.
    async fn enter(
        &self,
        room: &Arc<Room>,
        request: JoinRequest,
        answer: impl FnOnce(&Joined),
    ) -> Result<(), StorageError> {
        if request.since.as_ref().is_some_and(|since| since.seq > room.seq()) {
            // Another node, which is ahead of this one, may have sent it.
            self.sync_from_log(room).await?;
        }
        room.join(request, answer);
        self.wake_for_lagging(room);
        Ok(())
    }

    fn wake_for_lagging(&self, room: &Room) {
        if room.has_lagging() {
            self.0.lagging.notify_one();
        }
    }
}
