//! One-time codes, and the wrong attempts to redeem them.

use std::time::Duration;

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::{At, broken};
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

#[derive(FromRow)]
struct ChallengeRow {
    id: Uuid,
    email: String,
    name: Option<String>,
    hash: Vec<u8>,
    tries: i32,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    ending: Option<String>,
}

macro_rules! find {
    () => {
        "select id, email, name, hash, tries, created_at, expires_at, ending from challenges where id = $1"
    };
}

const FIND: &str = find!();

impl ChallengeRow {
    fn parse(self) -> Result<(Challenge, ChallengeState), StorageError> {
        let ending = self
            .ending
            .map(|word| ChallengeEnding::from_word(&word).ok_or_else(|| broken("ending of a challenge")))
            .transpose()?;
        let state = ChallengeState {
            expires_at: self.expires_at,
            tries: u32::try_from(self.tries).map_err(|_| broken("number of tries"))?,
            ending,
        };
        let challenge = Challenge {
            id: self.id,
            email: EmailAddress::parse_kept(&self.email).map_err(|_| broken("email address"))?,
            name: self.name,
            hash: self.hash.try_into().map_err(|_| broken("hash of a code"))?,
            created_at: self.created_at,
            expires_at: self.expires_at,
        };
        Ok((challenge, state))
    }
}

/// Adds a challenge. Other challenges of its address stay open.
///
/// # Errors
/// [`StorageError`].
pub async fn add(tx: &mut Transaction, new: &Challenge) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query(
        "insert into challenges (id, email, email_key, name, hash, tries, created_at, expires_at)
         values ($1, $2, $3, $4, $5, 0, $6, $7)",
    )
    .bind(new.id)
    .bind(new.email.as_str())
    .bind(new.email.key())
    .bind(new.name.as_deref())
    .bind(&new.hash[..])
    .bind(At(new.created_at))
    .bind(At(new.expires_at))
    .execute(tx)
    .await
    .map(|_| ()))
}

/// Finds a challenge and its current state.
///
/// # Errors
/// [`StorageError`].
pub async fn find(db: &Database, id: Uuid) -> Result<Option<(Challenge, ChallengeState)>, StorageError> {
    let row = on!(db, |db| sqlx::query_as::<_, ChallengeRow>(FIND).bind(id).fetch_optional(db).await)?;
    row.map(ChallengeRow::parse).transpose()
}

/// Finds a challenge and its current state, and locks it until the transaction ends, so that codes for it are
/// checked one at a time.
///
/// # Errors
/// [`StorageError`].
pub async fn lock(
    tx: &mut Transaction,
    id: Uuid,
) -> Result<Option<(Challenge, ChallengeState)>, StorageError> {
    let statement = tx.dialect(concat!(find!(), " for update"), FIND);
    let row = on!(tx, |tx| sqlx::query_as::<_, ChallengeRow>(statement).bind(id).fetch_optional(tx).await)?;
    row.map(ChallengeRow::parse).transpose()
}

/// Counts a wrong code from a network, against the challenge and against its address.
///
/// # Errors
/// [`StorageError`].
pub async fn count_failure(
    tx: &mut Transaction,
    challenge: &Challenge,
    network: Network,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query("update challenges set tries = tries + 1 where id = $1")
        .bind(challenge.id)
        .execute(tx)
        .await
        .map(|_| ()))?;
    on!(tx, |tx| sqlx::query("insert into code_failures (email_key, network, at) values ($1, $2, $3)")
        .bind(challenge.email.key())
        .bind(network.to_string())
        .bind(At(at))
        .execute(tx)
        .await
        .map(|_| ()))
}

/// When the `nth` newest wrong code for an address was sent, counted from 1, in one network or in any. `None` if
/// there were fewer within the window, which ends now.
///
/// # Errors
/// [`StorageError`].
pub async fn find_failure(
    db: &Database,
    email: &EmailAddress,
    network: Option<Network>,
    window: Duration,
    now: OffsetDateTime,
    nth: u32,
) -> Result<Option<OffsetDateTime>, StorageError> {
    let newer = i64::from(nth.saturating_sub(1));
    match network {
        Some(network) => on!(db, |db| sqlx::query_scalar(
            "select at from code_failures where email_key = $1 and network = $2 and at > $3
             and at <= $5 order by at desc limit 1 offset $4"
        )
        .bind(email.key())
        .bind(network.to_string())
        .bind(At(now - window))
        .bind(newer)
        .bind(At(wait::latest(now)))
        .fetch_optional(db)
        .await),
        None => {
            on!(db, |db| {
                sqlx::query_scalar(
                    "select at from code_failures where email_key = $1 and at > $2 and at <= $4
             order by at desc limit 1 offset $3",
                )
                .bind(email.key())
                .bind(At(now - window))
                .bind(newer)
                .bind(At(wait::latest(now)))
                .fetch_optional(db)
                .await
            })
        }
    }
}

/// Redeems a challenge. Returns false if it has ended.
///
/// # Errors
/// [`StorageError`].
pub async fn redeem(tx: &mut Transaction, id: Uuid) -> Result<bool, StorageError> {
    let redeemed =
        on!(tx, |tx| sqlx::query("update challenges set ending = 'used' where id = $1 and ending is null")
            .bind(id)
            .execute(tx)
            .await
            .map(|done| done.rows_affected()))?;
    Ok(redeemed == 1)
}

/// Deletes challenges requested, and failures counted, before these times.
///
/// # Errors
/// [`StorageError`].
pub async fn forget(
    tx: &mut Transaction,
    asked_before: OffsetDateTime,
    failed_before: OffsetDateTime,
) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query("delete from challenges where created_at < $1")
        .bind(At(asked_before))
        .execute(tx)
        .await
        .map(|_| ()))?;
    on!(tx, |tx| sqlx::query("delete from code_failures where at < $1")
        .bind(At(failed_before))
        .execute(tx)
        .await
        .map(|_| ()))
}
