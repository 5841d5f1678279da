//! Service tokens: what scoring programs and operators use. Only a token's hash is kept.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::users::{AccountRow, account, account_columns};
use super::values::{At, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::account::Account;
use crate::domain::id::UserId;
use crate::domain::token::TokenHash;

/// A service token, without what would let anybody use it.
#[derive(Debug, Clone)]
pub struct ServiceToken {
    /// Its id, by which it is revoked.
    pub id: Uuid,
    /// Whose it is, with the roles that the account has now.
    pub account: Account,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last used, as far as [`touch`] was told.
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
}

/// A token with one of its account's roles.
#[derive(FromRow)]
struct Row {
    token_id: Uuid,
    token_name: String,
    created_at: OffsetDateTime,
    last_used_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
    #[sqlx(flatten)]
    account: AccountRow,
}

/// The statement that finds tokens' rows.
macro_rules! select_tokens {
    ($rest:literal) => {
        concat!(
            "select tokens.id as token_id, tokens.name as token_name, tokens.created_at, tokens.last_used_at,
                tokens.revoked_at, ",
            account_columns!(),
            " from service_tokens as tokens join users on users.id = tokens.user_id
                left join roles on roles.user_id = users.id ",
            $rest
        )
    };
}

/// The statement that finds a live token by its hash. One statement: a role taken away at the same time is
/// either there or not.
const FIND_LIVE: &str =
    select_tokens!("where tokens.hash = $1 and tokens.revoked_at is null order by roles.role");

/// Puts tokens together from their rows, of which those of one token are neighbours.
fn tokens(rows: &[Row]) -> Result<Vec<ServiceToken>, StorageError> {
    let token = |rows: &[Row]| {
        let account =
            account(rows.iter().map(|row| &row.account))?.ok_or_else(|| broken("owner of a token"))?;
        Ok(ServiceToken {
            id: rows[0].token_id,
            account,
            name: rows[0].token_name.clone(),
            created_at: rows[0].created_at,
            last_used_at: rows[0].last_used_at,
            revoked_at: rows[0].revoked_at,
        })
    };
    rows.chunk_by(|a, b| a.token_id == b.token_id).map(token).collect()
}

/// Adds a token for an existing account.
///
/// # Errors
/// [`StorageError`].
pub async fn add(
    tx: &mut Transaction,
    id: Uuid,
    user: UserId,
    name: &str,
    hash: &TokenHash,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query(
        "insert into service_tokens (id, user_id, name, hash, created_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(user.0)
    .bind(name)
    .bind(&hash[..])
    .bind(At(at))
    .execute(tx)
    .await
    .map(|_| ()))
}

/// Lists all tokens, revoked ones too, the oldest first.
///
/// # Errors
/// [`StorageError`].
pub async fn list(db: &Database) -> Result<Vec<ServiceToken>, StorageError> {
    let rows = on!(db, |db| sqlx::query_as::<_, Row>(select_tokens!(
        "order by tokens.created_at, tokens.id, roles.role"
    ))
    .fetch_all(db)
    .await)?;
    tokens(&rows)
}

/// Revokes a token, for good. `false`: there is no live one with this id.
///
/// # Errors
/// [`StorageError`].
pub async fn revoke(tx: &mut Transaction, id: Uuid, at: OffsetDateTime) -> Result<bool, StorageError> {
    let revoked = on!(tx, |tx| sqlx::query(
        "update service_tokens set revoked_at = $2 where id = $1 and revoked_at is null"
    )
    .bind(id)
    .bind(At(at))
    .execute(tx)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(revoked == 1)
}

/// Notes that a token was used.
///
/// # Errors
/// [`StorageError`].
pub async fn touch(tx: &mut Transaction, id: Uuid, at: OffsetDateTime) -> Result<(), StorageError> {
    on!(tx, |tx| sqlx::query("update service_tokens set last_used_at = $2 where id = $1")
        .bind(id)
        .bind(At(at))
        .execute(tx)
        .await
        .map(|_| ()))
}

/// Finds the live token with this hash, with its account's roles of now.
///
/// # Errors
/// [`StorageError`].
pub async fn authenticate(db: &Database, hash: &TokenHash) -> Result<Option<ServiceToken>, StorageError> {
    let rows = on!(db, |db| sqlx::query_as::<_, Row>(FIND_LIVE).bind(&hash[..]).fetch_all(db).await)?;
    Ok(tokens(&rows)?.pop())
}

/// The same as [`authenticate`], inside the transaction of a write.
///
/// # Errors
/// [`StorageError`].
pub async fn authenticate_in(
    tx: &mut Transaction,
    hash: &TokenHash,
) -> Result<Option<ServiceToken>, StorageError> {
    let rows = on!(tx, |tx| sqlx::query_as::<_, Row>(FIND_LIVE).bind(&hash[..]).fetch_all(tx).await)?;
    Ok(tokens(&rows)?.pop())
}
