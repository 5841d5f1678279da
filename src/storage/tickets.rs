//! Tickets: the right to complete an action once. Only the ticket's hash is stored.

use std::time::Duration;

use time::OffsetDateTime;

use super::values::{At, Hash};
use super::{Database, StorageError, Transaction};
use crate::domain::action::{Issued, Origin};
use crate::domain::id::{EventId, UserId};
use crate::domain::token::TokenHash;
use crate::domain::wait;

/// Adds a ticket that has not been redeemed.
pub async fn add(
    tx: &mut Transaction,
    hash: &TokenHash,
    ticket: &Issued,
    origin: &Origin,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into tickets
            (hash, user_id, session, event_id, action, device, address, issued_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            &hash[..],
            ticket.user.0,
            &ticket.session[..],
            ticket.event_id.as_str(),
            &ticket.action,
            origin.device.as_deref(),
            origin.address.as_deref(),
            At(ticket.issued_at),
            At(ticket.expires_at)
        ]
    )
    .map(|_| ())
}

/// Finds a ticket.
pub async fn find(tx: &mut Transaction, hash: &TokenHash) -> Result<Option<Issued>, StorageError> {
    let row = fetch_optional!(
        tx,
        "select user_id, session, event_id, action, issued_at, expires_at, redeemed_at is not null
         from tickets where hash = $1",
        [&hash[..]]
    )?;
    let issued = |(user, Hash(session), event_id, action, issued_at, expires_at, redeemed)| Issued {
        user,
        session,
        event_id,
        action,
        issued_at,
        expires_at,
        redeemed,
    };
    Ok(row.map(issued))
}

/// Redeems a ticket, and stores where it was redeemed. Returns false if it was redeemed before.
pub async fn redeem(
    tx: &mut Transaction,
    hash: &TokenHash,
    origin: &Origin,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "update tickets set redeemed_at = $2, device = $3, address = $4
         where hash = $1 and redeemed_at is null",
        [&hash[..], At(at), origin.device.as_deref(), origin.address.as_deref()]
    )
    .map(|rows| rows == 1)
}

/// Counts the other accounts that redeemed tickets of an event on a device, in a window that ends now.
pub async fn accounts_on_device(
    tx: &mut Transaction,
    event_id: &EventId,
    device: &str,
    except: UserId,
    window: Duration,
    now: OffsetDateTime,
) -> Result<i64, StorageError> {
    let (accounts,) = fetch_one!(
        tx,
        "select count(distinct user_id) from tickets
         where event_id = $1 and device = $2 and redeemed_at between $3 and $5 and user_id <> $4",
        [event_id.as_str(), device, At(now - window), except.0, At(wait::latest(now))]
    )?;
    Ok(accounts)
}

/// The number of time spans that [`partners_at_address`] looks at.
pub const SPANS: usize = 8;

/// Counts the other accounts that redeemed tickets of an event from an address in at least `at_least` of these time
/// spans, both ends included.
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
pub async fn remove_ended(db: &Database, before: OffsetDateTime) -> Result<u64, StorageError> {
    let mut tx = db.begin().await?;
    let removed = execute!(tx, "delete from tickets where expires_at < $1", [At(before)])?;
    tx.commit().await?;
    Ok(removed)
}
