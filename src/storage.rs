//! SQL, and only SQL: takes and returns domain types. Each statement is written once for SQLite and Postgres. The
//! database itself enforces the invariants (conditional updates, unique and check constraints). Domain rules and
//! permissions do not belong here.

#[macro_use]
mod backend;
pub mod audit;
pub mod backup;
pub mod challenges;
mod connect;
pub mod crowd;
pub mod database;
pub mod error;
pub mod event_changes;
pub mod event_creations;
pub mod events;
mod gate;
mod lane;
pub mod leaderboard;
mod lock;
pub mod messages;
pub mod notifications;
pub mod outage;
pub mod points;
pub mod probe;
pub mod reactions;
pub mod reviews;
pub mod sessions;
mod sqlite;
pub mod tickets;
pub mod tokens;
mod transaction;
pub mod updates;
pub mod users;
mod values;
mod write_check;
mod write_state;

pub use backend::DatabaseOptions;
pub use connect::{ConnectError, embedded_file};
pub use database::Database;
pub use error::StorageError;
pub use lane::{Lane, Reader};
pub use lock::FileLock;
pub use transaction::Transaction;
pub use write_state::WriteProblem;
