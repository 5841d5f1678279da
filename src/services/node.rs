//! This node: whether it can serve, what it holds, and the regular checks of its database and rooms.

use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::Resources;
use super::accounts::{ANY_ROLE, Accounts, Credential};
use super::crowd::Crowd;
use super::error::ServiceError;
use crate::cluster::bus::Bus;
use crate::domain::clock;
use crate::domain::crowd::CrowdStats;
use crate::domain::id::EventId;
use crate::live::crowd::Viewers;
use crate::live::rooms::{RoomCounts, Rooms};
use crate::live::timers;
use crate::storage::{Database, WriteProblem};
use crate::supervise::{ServerPart, Supervisor};

/// How often the rooms are compared with the database, for writes whose outcome was not known, and for what was
/// not heard; and how often it is checked whether the database takes writes.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How long the database may take to answer before the node counts as not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Why a node cannot serve.
#[derive(Debug, Error)]
pub enum NotReady {
    /// The database does not take writes.
    #[error("{0}")]
    Writes(WriteProblem),
    /// The database does not answer.
    #[error("the database does not answer")]
    NoAnswer,
}

/// What a node counts, for the metrics.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// What its rooms hold.
    pub occupancy: RoomCounts,
    /// Whether it hears the other nodes.
    pub hears_others: bool,
    /// Nodes that were heard of lately, this one included.
    pub nodes: usize,
}

/// A node, as an operator sees it.
#[derive(Debug)]
pub struct NodeReport {
    /// Names this run of this node.
    pub id: String,
    /// The other nodes that were heard of lately.
    pub others: Vec<OtherNode>,
    /// The events that somebody watches here.
    pub events: Vec<WatchedEvent>,
    /// Who watched the event that was asked for.
    pub crowd: Option<CrowdStats>,
}

/// Another node.
#[derive(Debug)]
pub struct OtherNode {
    /// Names its run.
    pub id: String,
    /// Its sockets.
    pub connections: usize,
    /// When it was last heard.
    pub last_heard: time::OffsetDateTime,
}

/// An event that somebody watches.
#[derive(Debug)]
pub struct WatchedEvent {
    /// Which.
    pub event_id: EventId,
    /// Who watches, on all nodes.
    pub viewers: Viewers,
    /// Members of its room on this node.
    pub members: usize,
    /// Of these, those that are not up to date.
    pub behind: usize,
}

/// Checks this node, and reports on it.
pub struct Node {
    database: Database,
    rooms: Rooms,
    bus: Bus,
    accounts: Arc<Accounts>,
    crowd: Arc<Crowd>,
    supervisor: Supervisor,
}

impl Node {
    /// The node with these rooms. `supervisor` is told of connections to the database that end.
    #[must_use]
    pub fn new(resources: &Resources, accounts: Arc<Accounts>, crowd: Arc<Crowd>) -> Self {
        Self {
            database: resources.database.clone(),
            rooms: resources.rooms.clone(),
            bus: resources.bus.clone(),
            accounts,
            crowd,
            supervisor: resources.supervisor.clone(),
        }
    }

    /// Whether the database answers and takes writes.
    ///
    /// # Errors
    /// [`NotReady`]: it does not.
    pub async fn check_readiness(&self) -> Result<(), NotReady> {
        // The last result of the check that runs by itself: asking for health writes nothing.
        if let Some(problem) = self.database.write_problem() {
            return Err(NotReady::Writes(problem));
        }
        match tokio::time::timeout(READY_WITHIN, self.database.ping()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(NotReady::NoAnswer),
        }
    }

    /// What the node counts.
    #[must_use]
    pub fn figures(&self) -> Figures {
        Figures {
            occupancy: self.rooms.occupancy(),
            hears_others: self.bus.is_connected(),
            nodes: self.rooms.remote_nodes().nodes(Instant::now()).len() + 1,
        }
    }

    /// How the node stands, and who watched an event, for an operator; `None`: all events that somebody watches.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the event); those of the database.
    pub async fn report(
        &self,
        operator: Credential,
        event_id: Option<&EventId>,
    ) -> Result<NodeReport, ServiceError> {
        let crowd = match event_id {
            Some(event_id) => Some(self.crowd.stats(operator, event_id).await?),
            None => self.accounts.authorise(operator, ANY_ROLE).await.map(|_| None)?,
        };
        let now = clock::now();
        let others = self.rooms.remote_nodes().nodes(Instant::now()).into_iter().map(|node| OtherNode {
            id: node.id,
            connections: node.connections,
            last_heard: now - node.silent_for,
        });
        let rooms = self.rooms.all();
        let asked = rooms.iter().filter(|room| event_id.is_none_or(|asked| *asked == room.event_id));
        let events = asked.map(|room| {
            let (members, behind) = room.occupancy();
            WatchedEvent { event_id: room.event_id.clone(), viewers: room.viewers(), members, behind }
        });
        Ok(NodeReport {
            id: self.rooms.run().to_owned(),
            others: others.collect(),
            events: events.collect(),
            crowd,
        })
    }

    /// Compares the rooms with the database, and reports connections to it that have ended. Runs for as long as the
    /// server.
    pub async fn compare_rooms(&self) {
        let mut ticks = timers::every(CHECK_EVERY);
        let mut seen = self.database.replaced();
        loop {
            ticks.tick().await;
            self.rooms.sync_all().await;
            let replaced = self.database.replaced();
            for _ in seen..replaced {
                self.supervisor.report(ServerPart::Database, "the thread of a connection to SQLite ended");
            }
            seen = replaced;
        }
    }

    /// Checks whether the database takes writes. Runs for as long as the server.
    pub async fn check_writes(&self) {
        let mut ticks = timers::every(CHECK_EVERY);
        loop {
            ticks.tick().await;
            self.database.check_writes().await;
        }
    }

    /// Brings members that are behind up to date. Runs for as long as the server.
    pub async fn serve_lagging(&self) {
        self.rooms.serve_lagging().await;
    }
}
