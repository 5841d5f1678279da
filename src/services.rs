//! The use cases. Only here are transactions opened.

pub mod accounts;
pub mod crowd;
pub mod error;
pub mod events;
pub mod scoring;
pub mod writes;

use crate::live::rooms::Rooms;
use crate::storage::Database;
use writes::Writes;

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub database: Database,
    /// The rooms of this node.
    pub rooms: Rooms,
    /// The way into the database for everything that writes.
    pub writes: Writes,
}
