//! One-time codes that were asked for, and the wrong ones that were typed in.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::{At, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::email::EmailAddress;
use crate::domain::otp::{CodeHash, Ending, Standing};

/// How often adding a challenge makes way for itself, where several are added for one address at once.
const ATTEMPTS: usize = 8;

/// A code that was asked for.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Its id.
    pub id: Uuid,
    /// Where the code was mailed: the account's address, or what was typed where there was no account.
    pub email: EmailAddress,
    /// Of a sign-up: what the account is to be called.
    pub name: Option<String>,
    /// The form in which the code is kept.
    pub hash: CodeHash,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// From when on it is too late.
    pub expires_at: OffsetDateTime,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: Option<String>,
    hash: Vec<u8>,
    tries: i32,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    ending: Option<String>,
}

/// How many wrong codes there were, and when the first.
type Failures = (i64, Option<OffsetDateTime>);

macro_rules! find {
    () => {
        "select id, email, name, hash, tries, created_at, expires_at, ending from challenges where id = $1"
    };
}

const FIND: &str = find!();
const FAILURES: &str = "select count(*), min(at) from code_failures where email_key = $1 and at > $2";

impl Row {
    fn address(&self) -> Result<EmailAddress, StorageError> {
        EmailAddress::parse_kept(&self.email).map_err(|_| broken("email address"))
    }

    fn stands(
        self,
        email: EmailAddress,
        (failures, first_failure): Failures,
    ) -> Result<(Challenge, Standing), StorageError> {
        let ending = self
            .ending
            .map(|word| Ending::from_word(&word).ok_or_else(|| broken("ending of a challenge")))
            .transpose()?;
        let standing = Standing {
            expires_at: self.expires_at,
            tries: u32::try_from(self.tries).map_err(|_| broken("number of tries"))?,
            ending,
            failures: u32::try_from(failures).map_err(|_| broken("number of failures"))?,
            first_failure,
        };
        let challenge = Challenge {
            id: self.id,
            email,
            name: self.name,
            hash: self.hash.try_into().map_err(|_| broken("hash of a code"))?,
            created_at: self.created_at,
            expires_at: self.expires_at,
        };
        Ok((challenge, standing))
    }
}

/// Adds a challenge, which ends an older one of its address.
///
/// # Errors
/// [`StorageError`].
pub async fn add(tx: &mut Transaction, new: &Challenge) -> Result<(), StorageError> {
    for _ in 0..ATTEMPTS {
        on!(tx, |tx| sqlx::query(
            "update challenges set ending = 'superseded' where email_key = $1 and ending is null"
        )
        .bind(new.email.key())
        .execute(tx)
        .await
        .map(|_| ()))?;
        // Another transaction may have put one there since, which waits to be ended in its turn.
        let added = on!(tx, |tx| sqlx::query(
            "insert into challenges (id, email, email_key, name, hash, tries, created_at, expires_at)
             values ($1, $2, $3, $4, $5, 0, $6, $7) on conflict (email_key) where ending is null do nothing",
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
        .map(|done| done.rows_affected()))?;
        if added == 1 {
            return Ok(());
        }
    }
    Err(broken("number of codes asked for at once"))
}

/// Finds a challenge and how it stands at this moment. Failures of its address count from `since`.
///
/// # Errors
/// [`StorageError`].
pub async fn find(
    db: &Database,
    id: Uuid,
    since: OffsetDateTime,
) -> Result<Option<(Challenge, Standing)>, StorageError> {
    let row = on!(db, |db| sqlx::query_as::<_, Row>(FIND).bind(id).fetch_optional(db).await)?;
    let Some(row) = row else { return Ok(None) };
    let email = row.address()?;
    let failures = on!(db, |db| sqlx::query_as::<_, Failures>(FAILURES)
        .bind(email.key())
        .bind(At(since))
        .fetch_one(db)
        .await)?;
    row.stands(email, failures).map(Some)
}

/// Finds a challenge and how it stands, and holds it until the transaction ends: codes of one challenge are
/// judged one after the other. Failures of its address count from `since`.
///
/// # Errors
/// [`StorageError`].
pub async fn lock(
    tx: &mut Transaction,
    id: Uuid,
    since: OffsetDateTime,
) -> Result<Option<(Challenge, Standing)>, StorageError> {
    let statement = tx.dialect(concat!(find!(), " for update"), FIND);
    let row = on!(tx, |tx| sqlx::query_as::<_, Row>(statement).bind(id).fetch_optional(tx).await)?;
    let Some(row) = row else { return Ok(None) };
    let email = row.address()?;
    // A statement of its own: what others have counted while this one waited for the row is there now.
    let failures = on!(tx, |tx| sqlx::query_as::<_, Failures>(FAILURES)
        .bind(email.key())
        .bind(At(since))
        .fetch_one(tx)
        .await)?;
    row.stands(email, failures).map(Some)
}

/// Counts a wrong code, against the challenge and against its address.
///
/// # Errors
/// [`StorageError`].
pub async fn count_failure(
    tx: &mut Transaction,
    challenge: &Challenge,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query("update challenges set tries = tries + 1 where id = $1")
        .bind(challenge.id)
        .execute(tx)
        .await
        .map(|_| ()))?;
    on!(tx, |tx| sqlx::query("insert into code_failures (email_key, at) values ($1, $2)")
        .bind(challenge.email.key())
        .bind(At(at))
        .execute(tx)
        .await
        .map(|_| ()))
}

/// Redeems a challenge. `false`: it has ended.
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

/// Forgets challenges that were asked for, and failures that were counted, before these times.
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
