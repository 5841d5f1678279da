//! The rooms of this node: looked up, loaded when somebody first joins, unloaded when nobody is left.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use time::OffsetDateTime;

use super::crowd::Viewer;
use super::desk::{Desks, Scope};
use super::elsewhere::Elsewhere;
use super::member::{Member, MemberId};
use super::message::Message;
use super::room::{Applied, Joined, Loaded, Room, RoomSettings};
use crate::domain::event::Position;
use crate::domain::id::{EventId, UserId};
use crate::domain::score::{Snapshot, Update};
use crate::storage::{Database, StorageError, events, messages, reactions, updates};

mod deliver;
mod fresh;
mod pulse;
mod shared;

/// How often members that are not up to date are looked after.
const TEND_EVERY: Duration = Duration::from_millis(10);
/// How many updates are read at a time.
const PAGE: i64 = 500;

/// The rooms of this node. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    database: Database,
    settings: RoomSettings,
    /// Names this run of the server where several write to the database.
    run: String,
    rooms: Mutex<HashMap<EventId, Arc<Room>>>,
    desks: Desks,
    /// What other nodes say.
    elsewhere: Elsewhere,
    /// The events of which other nodes know that somebody watches them here.
    told: Mutex<HashSet<EventId>>,
    /// When the database last failed to say how an event stands.
    away: Mutex<Option<Instant>>,
    /// Wakes the task that looks after lagging members.
    tend: tokio::sync::Notify,
}

/// Who joins a room, and from where it goes on.
pub struct Entrant {
    /// Its name in the room.
    pub id: MemberId,
    /// How it is reached.
    pub member: Arc<dyn Member>,
    /// Who is counted; nobody for a scorer's desk.
    pub viewer: Option<Viewer>,
    /// Up to where it has seen the event.
    pub since: Option<Position>,
}

/// What the rooms hold, for the metrics.
#[derive(Debug, Default, Clone, Copy)]
pub struct Occupancy {
    /// Loaded rooms.
    pub rooms: usize,
    /// Members of all rooms.
    pub members: usize,
    /// Members that are not up to date.
    pub lagging: usize,
    /// Viewers of all rooms; who watches two events counts twice.
    pub viewers: u32,
}

impl Rooms {
    /// No rooms yet, and what they are loaded from. `run` names this run of the server.
    #[must_use]
    pub fn new(database: Database, settings: RoomSettings, run: String) -> Self {
        Self(Arc::new(Inner {
            database,
            settings,
            run,
            rooms: Mutex::default(),
            desks: Desks::default(),
            elsewhere: Elsewhere::default(),
            told: Mutex::default(),
            away: Mutex::default(),
            tend: tokio::sync::Notify::new(),
        }))
    }

    /// Adds a member to an event's room, which is loaded if need be. `answer` is called before the member is
    /// sent its state; not at all if there is no such event (`None`).
    ///
    /// # Errors
    /// The database could not be read.
    pub async fn join(
        &self,
        event_id: &EventId,
        entrant: Entrant,
        answer: impl FnOnce(&Joined),
    ) -> Result<Option<Arc<Room>>, StorageError> {
        let Some(room) = self.open(event_id).await? else { return Ok(None) };
        // What another node has answered to this client, or to one that it knows, is there.
        self.freshen_soon(&room).await;
        self.enter(&room, entrant, answer).await?;
        Ok(Some(room))
    }

    /// Takes an update that was committed. An event that nobody watches here needs nothing.
    pub async fn apply(&self, event_id: &EventId, update: &Update, committed: Instant) {
        self.seat_desks(event_id, update.seq).await;
        let Some(room) = self.loaded(event_id) else { return };
        match room.apply(update) {
            Applied::Taken => self.show_update(&room, committed),
            Applied::Known => {}
            Applied::Gap => self.freshen_or_log(&room).await,
        }
    }

    /// The desks of this node.
    #[must_use]
    pub fn desks(&self) -> &Desks {
        &self.0.desks
    }

    /// Closes a desk, and takes it out of the rooms that it is in.
    pub fn close_desk(&self, id: MemberId) {
        if self.0.desks.close(id) {
            for room in self.all() {
                room.leave(id);
            }
        }
    }

    /// A scorer was assigned to an event, or taken off it.
    pub fn assign(&self, scorer: UserId, event_id: &EventId, assigned: bool) {
        let desks = self.0.desks.assign(scorer, event_id, assigned);
        if let (false, Some(room)) = (assigned, self.loaded(event_id)) {
            for desk in desks {
                room.leave(desk);
            }
        }
    }

    /// What an account may score has changed; `None`: it may score nothing any more.
    pub fn rescope(&self, user: UserId, scope: Option<&Scope>) {
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

    /// Sends an event's board to those who watch it.
    pub fn show_board(&self, event_id: &EventId, board: &Arc<Message>) {
        if let Some(room) = self.loaded(event_id) {
            room.show_board(board);
            drop(self.deliver(&room));
        }
    }

    /// Sends a member the state again.
    pub fn resend(&self, room: &Room, id: MemberId, answer: impl FnOnce(&Position)) -> bool {
        let resent = room.resend(id, answer);
        self.tend_if_needed(room);
        resent
    }

    /// An event's room, if it is loaded.
    #[must_use]
    pub fn loaded(&self, event_id: &EventId) -> Option<Arc<Room>> {
        self.0.rooms.lock().get(event_id).cloned()
    }

    /// What the rooms hold.
    #[must_use]
    pub fn occupancy(&self) -> Occupancy {
        self.all().iter().fold(Occupancy::default(), |sum, room| {
            let (members, lagging) = room.occupancy();
            Occupancy {
                rooms: sum.rooms + 1,
                members: sum.members + members,
                lagging: sum.lagging + lagging,
                viewers: sum.viewers + room.own_viewers().total,
            }
        })
    }

    /// Looks after the members that are not up to date, for ever.
    pub async fn tend(&self) {
        loop {
            self.0.tend.notified().await;
            loop {
                tokio::time::sleep(TEND_EVERY).await;
                let now = Instant::now();
                // `tend` of every room, not only up to the first that lags.
                if self.all().iter().filter(|room| room.tend(now)).count() == 0 {
                    break;
                }
            }
        }
    }

    /// The name of this run of the server.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.0.run
    }

    /// The rooms.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Room>> {
        self.0.rooms.lock().values().cloned().collect()
    }

    /// Desks join the room of an event when something first happens in it: an update of this sequence number.
    async fn seat_desks(&self, event_id: &EventId, seq: i64) {
        for (id, member) in self.0.desks.of(event_id) {
            if self.loaded(event_id).is_some_and(|room| room.has_member(id)) {
                continue;
            }
            if let Err(error) = self.seat(event_id, seq, id, member).await {
                tracing::warn!(event = %event_id, %error, "a scorer's desk cannot join");
            }
        }
    }

    /// Seats a desk that is to see what comes from this sequence number on. Where the room is loaded, the database
    /// is not asked: many desks wait for one update.
    async fn seat(
        &self,
        event_id: &EventId,
        seq: i64,
        id: MemberId,
        member: Arc<dyn Member>,
    ) -> Result<(), StorageError> {
        let Some(room) = self.open(event_id).await? else { return Ok(()) };
        let since = Some(Position { seq: seq - 1, ..room.position() });
        self.enter(&room, Entrant { id, member, viewer: None, since }, |_| ()).await?;
        // It was closed, or taken off the event, while something was waited for.
        if !self.0.desks.watches(id, event_id) {
            room.leave(id);
        }
        Ok(())
    }

    /// Adds a member to a loaded room.
    async fn enter(
        &self,
        room: &Arc<Room>,
        entrant: Entrant,
        answer: impl FnOnce(&Joined),
    ) -> Result<(), StorageError> {
        let Entrant { id, member, viewer, since } = entrant;
        if since.as_ref().is_some_and(|since| since.seq > room.seq()) {
            // It may have that from another node, which heard of it earlier.
            self.read_on(room).await?;
        }
        room.join(id, member, viewer, since.as_ref(), answer);
        self.tend_if_needed(room);
        Ok(())
    }

    fn tend_if_needed(&self, room: &Room) {
        if room.has_lagging() {
            self.0.tend.notify_one();
        }
    }

    /// An event's room, loaded if need be. `None`: there is no such event.
    async fn open(&self, event_id: &EventId) -> Result<Option<Arc<Room>>, StorageError> {
        if let Some(room) = self.loaded(event_id) {
            return Ok(Some(room));
        }
        let started = Instant::now();
        let Some(loaded) = self.load(event_id).await? else { return Ok(None) };
        metrics::histogram!("touchline_load_seconds").record(started.elapsed());
        let room = {
            let mut rooms = self.0.rooms.lock();
            let room = || Arc::new(Room::new(loaded, self.0.settings));
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
    async fn read_on(&self, room: &Arc<Room>) -> Result<(), StorageError> {
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
