//! `touchline verify`: whether every total is the sum of its counted entries.

use crate::storage::leaderboard::{self, Difference};
use crate::storage::{Database, StorageError};

/// Recomputes every total and every count of the board from the ledger: how many totals there are, and what
/// differs.
///
/// # Errors
/// Those of the database.
pub async fn verify(database: &Database) -> Result<(i64, Vec<Difference>), StorageError> {
    leaderboard::verify(database).await
}
