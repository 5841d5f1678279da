//! Service tokens, used by scoring programs and operators. Only the token's hash is stored.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::users::{AccountRow, account, account_columns};
use super::values::{At, Hash};
use super::{Database, StorageError, Transaction};
use crate::domain::account::Account;
use crate::domain::id::UserId;
use crate::domain::token::TokenHash;

/// A service token, without its secret.
#[derive(Debug, Clone)]
pub struct ServiceToken {
    /// Its id, used to revoke it.
    pub id: Uuid,
    /// The account, with its current roles.
    pub account: Account,
    /// What it is for.
    pub name: String,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it was last used, as recorded by [`touch`].
    pub last_used_at: Option<OffsetDateTime>,
    /// When it expires; `None` if only revoking ends it.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
}

impl ServiceToken {
    /// Whether it is accepted at this time.
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        self.revoked_at.is_none() && !self.has_expired(now)
    }

    /// Whether it has expired.
    pub fn has_expired(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}

/// A token to add.
#[derive(Debug)]
pub struct NewServiceToken<'a> {
    /// Its id.
    pub id: Uuid,
    /// The account, which must exist.
    pub user: UserId,
    /// What it is for.
    pub name: &'a str,
    /// The hash of its text.
    pub hash: &'a TokenHash,
    /// When it is created.
    pub at: OffsetDateTime,
    /// When it expires.
    pub expires_at: Option<OffsetDateTime>,
}

/// A token with one of its account's roles.
#[derive(FromRow)]
struct TokenRow {
    token_id: Uuid,
    token_name: String,
    created_at: OffsetDateTime,
    last_used_at: Option<OffsetDateTime>,
    expires_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
    #[sqlx(flatten)]
    account: AccountRow,
}

/// The statement that selects tokens.
macro_rules! select_tokens {
    ($rest:literal) => {
        concat!(
            "select tokens.id as token_id, tokens.name as token_name, tokens.created_at, tokens.last_used_at,
                tokens.expires_at, tokens.revoked_at, ",
            account_columns!(),
            " from service_tokens as tokens join users on users.id = tokens.user_id
                left join roles on roles.user_id = users.id ",
            $rest
        )
    };
}

/// The statement that finds a token by its hash. A single statement sees a role that is being revoked either as
/// present or as gone.
const FIND: &str = select_tokens!("where tokens.hash = $1 order by roles.role");

/// Assembles tokens from their rows, in which the rows of a token are adjacent.
fn tokens(rows: &[TokenRow]) -> Vec<ServiceToken> {
    let token = |rows: &[TokenRow]| {
        Some(ServiceToken {
            id: rows[0].token_id,
            account: account(rows.iter().map(|row| &row.account))?,
            name: rows[0].token_name.clone(),
            created_at: rows[0].created_at,
            last_used_at: rows[0].last_used_at,
            expires_at: rows[0].expires_at,
            revoked_at: rows[0].revoked_at,
        })
    };
    rows.chunk_by(|a, b| a.token_id == b.token_id).filter_map(token).collect()
}

/// Adds a token.
pub async fn add(tx: &mut Transaction, new: NewServiceToken<'_>) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into service_tokens (id, user_id, name, hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        [new.id, new.user.0, new.name, &new.hash[..], At(new.at), new.expires_at.map(At)]
    )
    .map(|_| ())
}

/// Lists all tokens, including revoked ones, oldest first.
pub async fn list(db: &Database) -> Result<Vec<ServiceToken>, StorageError> {
    let rows = fetch_all!(db, select_tokens!("order by tokens.created_at, tokens.id, roles.role"))?;
    Ok(tokens(&rows))
}

/// Revokes a token for good. Returns false if there is no unrevoked token with this id.
pub async fn revoke(tx: &mut Transaction, id: Uuid, at: OffsetDateTime) -> Result<bool, StorageError> {
    execute!(
        tx,
        "update service_tokens set revoked_at = $2 where id = $1 and revoked_at is null",
        [id, At(at)]
    )
    .map(|rows| rows == 1)
}

/// Records that a token was used.
pub async fn touch(tx: &mut Transaction, hash: &TokenHash, at: OffsetDateTime) -> Result<(), StorageError> {
    execute!(tx, "update service_tokens set last_used_at = $2 where hash = $1", [&hash[..], At(at)])
        .map(|_| ())
}

/// The hashes of all tokens that are accepted at this time. Tokens are created by hand, so there are few.
pub async fn list_live(db: &Database, now: OffsetDateTime) -> Result<Vec<TokenHash>, StorageError> {
    let hashes = fetch_all!(
        db,
        "select hash from service_tokens
         where revoked_at is null and (expires_at is null or expires_at > $1)",
        [At(now)]
    )?;
    Ok(hashes.into_iter().map(|(Hash(hash),)| hash).collect())
}

/// Finds the token with this hash, live or not, with its account's current roles.
pub async fn find(db: &Database, hash: &TokenHash) -> Result<Option<ServiceToken>, StorageError> {
    let rows = fetch_all!(db, FIND, [&hash[..]])?;
    Ok(tokens(&rows).pop())
}

/// Like [`find`], in a write transaction.
pub async fn find_in(tx: &mut Transaction, hash: &TokenHash) -> Result<Option<ServiceToken>, StorageError> {
    let rows = fetch_all!(tx, FIND, [&hash[..]])?;
    Ok(tokens(&rows).pop())
}
