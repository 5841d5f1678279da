//! The use cases. Only here are transactions opened.

pub mod accounts;
pub mod cluster;
pub mod crowd;
pub mod error;
pub mod events;
pub mod leaderboard;
pub mod points;
pub mod refusals;
pub mod reviews;
pub mod scoring;
pub mod writes;

use std::sync::Arc;

use accounts::Accounts;

use crate::cluster::bus::Bus;
use crate::live::rooms::Rooms;
use crate::storage::{Database, Reader};
use points::Points;
use refusals::Refusals;
use writes::Writes;

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub database: Database,
    /// What signing in goes by.
    pub accounts: Arc<Accounts>,
    /// What earning points goes by.
    pub points: Arc<Points>,
    /// The rooms of this node.
    pub rooms: Rooms,
    /// The way to other nodes.
    pub bus: Bus,
    /// The way into the database for everything that writes.
    pub writes: Writes,
    /// What was refused lately.
    pub refusals: Arc<Refusals>,
}

impl Services {
    /// The same use cases for callers that have not proved who they are when they begin to read: HTTP calls. Their
    /// reads wait behind all others.
    #[must_use]
    pub fn for_strangers(&self) -> Self {
        Self { database: self.database.read_by(Reader::Anonymous), ..self.clone() }
    }
}
