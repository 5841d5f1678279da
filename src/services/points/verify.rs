//! `touchline verify`: checks that every total is the sum of its counted entries.

use crate::storage::leaderboard::{self, Difference};
use crate::storage::{Database, StorageError};

/// Recomputes every total and every leaderboard count from the ledger. Returns the number of totals, and the
/// differences.
pub async fn verify(database: &Database) -> Result<(i64, Vec<Difference>), StorageError> {
    leaderboard::verify(database).await
}
