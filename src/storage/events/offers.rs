//! The actions that an event offers, without the rest of the event.

use crate::domain::event::{Action, Status};
use crate::domain::id::EventId;
use crate::storage::values::broken;
use crate::storage::{Database, StorageError, Transaction};

/// What an event offers players.
#[derive(Debug)]
pub struct Offer {
    /// The event's status.
    pub status: Status,
    /// Its actions.
    pub actions: Vec<Action>,
    /// The competition in which its points count too.
    pub competition: Option<EventId>,
}

/// Finds what an event offers, and keeps the event from being deleted or moved into another competition until the
/// transaction ends.
pub async fn find_offer(tx: &mut Transaction, id: &EventId) -> Result<Option<Offer>, StorageError> {
    let statement = tx.dialect(
        "select status, actions, competition_id from events where id = $1 and deleted_at is null for key share",
        "select status, actions, competition_id from events where id = $1 and deleted_at is null",
    );
    let row: Option<(String, String, Option<EventId>)> = fetch_optional!(tx, statement, [id.as_str()])?;
    let offer = |(status, actions, competition): (String, String, Option<EventId>)| {
        let status = Status::from_word(&status).ok_or_else(|| broken("status"))?;
        let actions = serde_json::from_str(&actions).map_err(StorageError::corrupt)?;
        Ok(Offer { status, actions, competition })
    };
    row.map(offer).transpose()
}

/// Finds the competition of an event, deleted or not, and keeps the event in it until the transaction ends.
pub async fn hold_in_competition(
    tx: &mut Transaction,
    id: &EventId,
) -> Result<Option<EventId>, StorageError> {
    let statement = tx.dialect(
        "select competition_id from events where id = $1 for key share",
        "select competition_id from events where id = $1",
    );
    let row: Option<(Option<EventId>,)> = fetch_optional!(tx, statement, [id.as_str()])?;
    Ok(row.and_then(|(competition,)| competition))
}

/// Whether a competition has an event.
pub async fn exists_competition(db: &Database, id: &EventId) -> Result<bool, StorageError> {
    let (found,): (bool,) = fetch_one!(
        db,
        "select exists (select 1 from events where competition_id = $1 and deleted_at is null)",
        [id.as_str()]
    )?;
    Ok(found)
}

/// Whether an event exists.
pub async fn exists(db: &Database, id: &EventId) -> Result<bool, StorageError> {
    let (found,): (i64,) =
        fetch_one!(db, "select count(*) from events where id = $1 and deleted_at is null", [id.as_str()])?;
    Ok(found == 1)
}
