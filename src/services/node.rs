//! This node: its readiness, its figures, and regular checks of its database and rooms.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use thiserror::Error;
use time::OffsetDateTime;
use ts_rs::TS;

use super::accounts::{ANY_ROLE, Accounts, Credential};
use super::crowd::Crowd;
use super::error::ServiceError;
use super::{Base, Resources};
use crate::domain::clock;
use crate::domain::crowd::CrowdStats;
use crate::domain::id::EventId;
use crate::live::crowd::Viewers;
use crate::live::rooms::RoomCounts;
use crate::live::timers;
use crate::storage::WriteProblem;
use crate::supervise::{ServerPart, Supervisor};

/// How often the rooms are compared with the database, to find writes whose outcome was unknown and messages that
/// were missed. Also how often the database is checked for accepting writes.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How long the database may take to answer before the node is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Why a node is not ready.
#[derive(Debug, Error)]
pub enum NotReady {
    /// The database refuses writes.
    #[error("{0}")]
    Writes(WriteProblem),
    /// The database is unavailable.
    #[error("database unavailable")]
    NoAnswer,
}

/// Figures of a node, for the metrics.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Counts of its rooms.
    pub occupancy: RoomCounts,
    /// Whether it receives the messages of other nodes.
    pub hears_others: bool,
    /// Nodes heard from recently, including this one.
    pub nodes: usize,
}

/// A node's state, for operators.
#[derive(Debug)]
pub struct NodeReport {
    /// Identifies this run of this node.
    pub id: String,
    /// Other nodes heard from recently.
    pub others: Vec<NodeStats>,
    /// Events that are watched on this node.
    pub events: Vec<EventStats>,
    /// The viewer statistics of the event that was asked for.
    pub crowd: Option<CrowdStats>,
}

/// A node, as last reported.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NodeStats {
    /// The node's id, new with each start.
    pub id: String,
    /// The number of its sockets.
    pub connections: usize,
    /// When it was last heard from, in milliseconds since the Unix epoch. A node is listed for ten seconds
    /// after that.
    #[serde(serialize_with = "clock::as_millis")]
    #[ts(type = "number")]
    pub last_heard: OffsetDateTime,
}

/// An event that has viewers.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EventStats {
    /// The event.
    #[ts(type = "string")]
    pub event_id: EventId,
    /// The viewers.
    pub viewers: Viewers,
    /// Sockets in its room.
    pub members: usize,
    /// Sockets in its room that are behind at the moment.
    pub behind: usize,
}

/// Checks this node and reports its state.
pub struct Node {
    base: Base,
    accounts: Arc<Accounts>,
    crowd: Arc<Crowd>,
    supervisor: Supervisor,
}

impl Node {
    /// The node with these rooms. `supervisor` receives reports of database connections that ended.
    pub fn new(resources: &Resources, accounts: Arc<Accounts>, crowd: Arc<Crowd>) -> Self {
        Self { base: resources.base.clone(), accounts, crowd, supervisor: resources.supervisor.clone() }
    }

    /// Whether the database answers and accepts writes.
    ///
    /// # Errors
    /// [`NotReady`]: it does not.
    pub async fn check_readiness(&self) -> Result<(), NotReady> {
        // Use the last result of the background check: a health request writes nothing.
        if let Some(problem) = self.base.database.write_problem() {
            return Err(NotReady::Writes(problem));
        }
        match tokio::time::timeout(READY_WITHIN, self.base.database.ping()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(NotReady::NoAnswer),
        }
    }

    /// The figures of this node.
    pub fn figures(&self) -> Figures {
        Figures {
            occupancy: self.base.rooms.occupancy(),
            hears_others: self.base.bus.is_connected(),
            nodes: self.base.rooms.remote_nodes().nodes(Instant::now()).len() + 1,
        }
    }

    /// Reports this node's state. With an event, also that event's viewer statistics; without one, all watched
    /// events.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden`, `NotFound` (the event); database errors.
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
        let others = self.base.rooms.remote_nodes().nodes(Instant::now()).into_iter().map(|node| NodeStats {
            id: node.id,
            connections: node.connections,
            last_heard: now - node.silent_for,
        });
        let rooms = self.base.rooms.all();
        let asked = rooms.iter().filter(|room| event_id.is_none_or(|asked| *asked == room.event_id));
        let events = asked.map(|room| {
            let (members, behind) = room.occupancy();
            EventStats { event_id: room.event_id.clone(), viewers: room.viewers(), members, behind }
        });
        Ok(NodeReport {
            id: self.base.rooms.run().to_owned(),
            others: others.collect(),
            events: events.collect(),
            crowd,
        })
    }

    /// Compares the rooms with the database, and reports database connections that ended. Runs until the server
    /// stops.
    pub async fn compare_rooms(&self) {
        let mut ticks = timers::every(CHECK_EVERY);
        let mut seen = self.base.database.replaced();
        loop {
            ticks.tick().await;
            self.base.rooms.sync_all().await;
            let replaced = self.base.database.replaced();
            for _ in seen..replaced {
                self.supervisor.report(ServerPart::Database, "the thread of a connection to SQLite ended");
            }
            seen = replaced;
        }
    }

    /// Checks whether the database accepts writes. Runs until the server stops.
    pub async fn check_writes(&self) {
        let mut ticks = timers::every(CHECK_EVERY);
        loop {
            ticks.tick().await;
            self.base.database.check_writes().await;
        }
    }

    /// Catches up members that are behind. Runs until the server stops.
    pub async fn serve_lagging(&self) {
        self.base.rooms.serve_lagging().await;
    }
}
