//! One-time codes, and the wrong attempts to redeem them.

use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use super::values::{At, Hash, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::email::EmailAddress;
use crate::domain::network::Network;
use crate::domain::otp::{ChallengeEnding, ChallengeState, CodeHash};
use crate::domain::wait;

/// A requested code.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Its id.
    pub id: Uuid,
    /// The address that the code was mailed to: the account's, or the one typed if there is no account.
    pub email: EmailAddress,
    /// The name for the account, in a sign-up.
    pub name: Option<String>,
    /// The code's hash.
    pub hash: CodeHash,
    /// When it was requested.
    pub created_at: OffsetDateTime,
    /// When it expires.
    pub expires_at: OffsetDateTime,
}

type ChallengeRow =
    (Uuid, EmailAddress, Option<String>, Hash, i32, OffsetDateTime, OffsetDateTime, Option<ChallengeEnding>);

macro_rules! find {
    () => {
        "select id, email, name, hash, tries, created_at, expires_at, ending from challenges where id = $1"
    };
}

const FIND: &str = find!();

fn parse(row: ChallengeRow) -> Result<(Challenge, ChallengeState), StorageError> {
    let (id, email, name, Hash(hash), tries, created_at, expires_at, ending) = row;
    let tries = u32::try_from(tries).map_err(|_| broken("number of tries"))?;
    let challenge = Challenge { id, email, name, hash, created_at, expires_at };
    Ok((challenge, ChallengeState { expires_at, tries, ending }))
}

/// Adds a challenge. Other challenges of its address stay open.
pub async fn add(tx: &mut Transaction, new: &Challenge) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into challenges (id, email, email_key, name, hash, tries, created_at, expires_at)
         values ($1, $2, $3, $4, $5, 0, $6, $7)",
        [
            new.id,
            new.email.as_str(),
            new.email.key(),
            new.name.as_deref(),
            &new.hash[..],
            At(new.created_at),
            At(new.expires_at)
        ]
    )
    .map(|_| ())
}

/// Finds a challenge and its current state.
pub async fn find(db: &Database, id: Uuid) -> Result<Option<(Challenge, ChallengeState)>, StorageError> {
    let row = fetch_optional!(db, FIND, [id])?;
    row.map(parse).transpose()
}

/// Finds a challenge and its current state, and locks it until the transaction ends, so that codes for it are
/// checked one at a time.
pub async fn lock(
    tx: &mut Transaction,
    id: Uuid,
) -> Result<Option<(Challenge, ChallengeState)>, StorageError> {
    let statement = tx.dialect(concat!(find!(), " for update"), FIND);
    let row = fetch_optional!(tx, statement, [id])?;
    row.map(parse).transpose()
}

/// Counts a wrong code from a network, against the challenge and against its address.
pub async fn count_failure(
    tx: &mut Transaction,
    challenge: &Challenge,
    network: Network,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    execute!(tx, "update challenges set tries = tries + 1 where id = $1", [challenge.id])?;
    execute!(
        tx,
        "insert into code_failures (email_key, network, at) values ($1, $2, $3)",
        [challenge.email.key(), network.to_string(), At(at)]
    )
    .map(|_| ())
}

/// When the `nth` newest wrong code for an address was sent, counted from 1, in one network or in any. `None` if
/// there were fewer within the window, which ends now.
pub async fn find_failure(
    db: &Database,
    email: &EmailAddress,
    network: Option<Network>,
    window: Duration,
    now: OffsetDateTime,
    nth: u32,
) -> Result<Option<OffsetDateTime>, StorageError> {
    let newer = i64::from(nth.saturating_sub(1));
    let newest = match network {
        Some(network) => fetch_optional!(
            db,
            "select at from code_failures where email_key = $1 and network = $2 and at > $3
             and at <= $5 order by at desc limit 1 offset $4",
            [email.key(), network.to_string(), At(now - window), newer, At(wait::latest(now))]
        ),
        None => fetch_optional!(
            db,
            "select at from code_failures where email_key = $1 and at > $2 and at <= $4
             order by at desc limit 1 offset $3",
            [email.key(), At(now - window), newer, At(wait::latest(now))]
        ),
    };
    Ok(newest?.map(|(at,)| at))
}

/// Redeems a challenge. Returns false if it has ended.
pub async fn redeem(tx: &mut Transaction, id: Uuid) -> Result<bool, StorageError> {
    execute!(tx, "update challenges set ending = 'used' where id = $1 and ending is null", [id])
        .map(|rows| rows == 1)
}

/// Deletes challenges requested, and failures counted, before these times.
pub async fn forget(
    tx: &mut Transaction,
    asked_before: OffsetDateTime,
    failed_before: OffsetDateTime,
) -> Result<(), StorageError> {
    execute!(tx, "delete from challenges where created_at < $1", [At(asked_before)])?;
    execute!(tx, "delete from code_failures where at < $1", [At(failed_before)]).map(|_| ())
}
