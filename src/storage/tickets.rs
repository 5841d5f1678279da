//! Tickets: the right to complete an action once. Only the ticket's hash is stored.

use std::time::Duration;

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::{At, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::action::{Issued, Origin};
use crate::domain::id::{EventId, UserId};
use crate::domain::token::TokenHash;
use crate::domain::wait;

#[derive(FromRow)]
struct TicketRow {
    user_id: Uuid,
    session: Vec<u8>,
    event_id: String,
    action: String,
    issued_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    redeemed_at: Option<OffsetDateTime>,
}

impl TicketRow {
    fn issued(self) -> Result<Issued, StorageError> {
        Ok(Issued {
            user: UserId(self.user_id),
            session: self.session.try_into().map_err(|_| broken("session of a ticket"))?,
            event_id: EventId::parse(&self.event_id).map_err(|_| broken("event id"))?,
            action: self.action,
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            redeemed: self.redeemed_at.is_some(),
        })
    }
}

/// Adds a ticket that has not been redeemed.
///
/// # Errors
/// [`StorageError`].
pub async fn add(
    tx: &mut Transaction,
    hash: &TokenHash,
    ticket: &Issued,
    origin: &Origin,
) -> Result<(), StorageError> {
    on!(tx, |tx| {
        sqlx::query(
        "insert into tickets (hash, user_id, session, event_id, action, device, address, issued_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&hash[..])
    .bind(ticket.user.0)
    .bind(&ticket.session[..])
    .bind(ticket.event_id.as_str())
    .bind(&ticket.action)
    .bind(origin.device.as_deref())
    .bind(origin.address.as_deref())
    .bind(At(ticket.issued_at))
    .bind(At(ticket.expires_at))
    .execute(tx)
    .await
    .map(|_| ())
    })
}

/// Finds a ticket.
///
/// # Errors
/// [`StorageError`].
pub async fn find(tx: &mut Transaction, hash: &TokenHash) -> Result<Option<Issued>, StorageError> {
    let row = on!(tx, |tx| sqlx::query_as::<_, TicketRow>(
        "select user_id, session, event_id, action, issued_at, expires_at, redeemed_at from tickets
         where hash = $1"
    )
    .bind(&hash[..])
    .fetch_optional(tx)
    .await)?;
    row.map(TicketRow::issued).transpose()
}

/// Redeems a ticket, and stores where it was redeemed. Returns false if it was redeemed before.
///
/// # Errors
/// [`StorageError`].
pub async fn redeem(
    tx: &mut Transaction,
    hash: &TokenHash,
    origin: &Origin,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let redeemed = on!(tx, |tx| sqlx::query(
        "update tickets set redeemed_at = $2, device = $3, address = $4
         where hash = $1 and redeemed_at is null",
    )
    .bind(&hash[..])
    .bind(At(at))
    .bind(origin.device.as_deref())
    .bind(origin.address.as_deref())
    .execute(tx)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(redeemed == 1)
}

/// Counts the other accounts that redeemed tickets of an event on a device, in a window that ends now.
///
/// # Errors
/// [`StorageError`].
pub async fn accounts_on_device(
    tx: &mut Transaction,
    event_id: &EventId,
    device: &str,
    except: UserId,
    window: Duration,
    now: OffsetDateTime,
) -> Result<i64, StorageError> {
    on!(tx, |tx| sqlx::query_scalar(
        "select count(distinct user_id) from tickets
         where event_id = $1 and device = $2 and redeemed_at between $3 and $5 and user_id <> $4"
    )
    .bind(event_id.as_str())
    .bind(device)
    .bind(At(now - window))
    .bind(except.0)
    .bind(At(wait::latest(now)))
    .fetch_one(tx)
    .await)
}

/// The number of time spans that [`partners_at_address`] looks at.
pub const SPANS: usize = 8;

/// Counts the other accounts that redeemed tickets of an event from an address in at least `at_least` of these time
/// spans, both ends included.
///
/// # Errors
/// [`StorageError`].
pub async fn partners_at_address(
    tx: &mut Transaction,
    event_id: &EventId,
    address: &str,
    except: UserId,
    spans: &[(OffsetDateTime, OffsetDateTime); SPANS],
    at_least: i64,
) -> Result<i64, StorageError> {
    on!(tx, |tx| {
        let mut query = sqlx::query_scalar(
            "with spans (low, high) as (values ($5, $6), ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16),
                ($17, $18), ($19, $20))
             select count(*) from (
                select tickets.user_id from spans join tickets
                    on tickets.event_id = $1 and tickets.address = $2 and tickets.user_id <> $3
                        and tickets.redeemed_at between spans.low and spans.high
                group by tickets.user_id having count(distinct spans.low) >= $4
             ) as partners",
        )
        .bind(event_id.as_str())
        .bind(address)
        .bind(except.0)
        .bind(at_least);
        for (low, high) in spans {
            query = query.bind(At(*low)).bind(At(*high));
        }
        query.fetch_one(tx).await
    })
}

/// Removes tickets that expired before a time, and returns how many. Their points stay in the ledger.
///
/// # Errors
/// [`StorageError`].
pub async fn remove_ended(db: &Database, before: OffsetDateTime) -> Result<u64, StorageError> {
    let mut tx = db.begin().await?;
    let removed = on!(tx, |tx| sqlx::query("delete from tickets where expires_at < $1")
        .bind(At(before))
        .execute(tx)
        .await
        .map(|done| done.rows_affected()))?;
    tx.commit().await?;
    Ok(removed)
}
