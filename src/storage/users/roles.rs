//! The roles of accounts.

use time::OffsetDateTime;

use super::{AccountRow, account, account_columns};
use crate::domain::account::{Account, Role};
use crate::domain::id::{EventId, UserId};
use crate::storage::values::At;
use crate::storage::{Database, StorageError, Transaction};

/// The statement that selects accounts by id, with the rows of an account adjacent.
macro_rules! select_accounts {
    ($ids:literal) => {
        concat!(
            "select ",
            account_columns!(),
            " from users left join roles on roles.user_id = users.id where users.id in (",
            $ids,
            ") order by users.email_key, roles.role"
        )
    };
}

/// The accounts that have a role.
///
/// # Errors
/// [`StorageError`].
pub async fn with_role(db: &Database, role: Role) -> Result<Vec<UserId>, StorageError> {
    let ids = on!(db, |db| sqlx::query_scalar("select user_id from roles where role = $1")
        .bind(role.as_str())
        .fetch_all(db)
        .await)?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// The accounts that have a role, or those assigned to an event, sorted by address.
///
/// # Errors
/// [`StorageError`].
pub async fn operators(db: &Database, event: Option<&EventId>) -> Result<Vec<Account>, StorageError> {
    let rows = match event {
        Some(event) => on!(db, |db| sqlx::query_as::<_, AccountRow>(select_accounts!(
            "select user_id from event_scorers where event_id = $1"
        ))
        .bind(event.as_str())
        .fetch_all(db)
        .await)?,
        None => on!(db, |db| sqlx::query_as::<_, AccountRow>(select_accounts!("select user_id from roles"))
            .fetch_all(db)
            .await)?,
    };
    let by_account = rows.chunk_by(|a, b| a.user_id == b.user_id);
    by_account.filter_map(|rows| account(rows).transpose()).collect()
}

/// Grants a role to an existing account. Returns false if it already had it.
///
/// # Errors
/// [`StorageError`].
pub async fn grant(
    tx: &mut Transaction,
    user: UserId,
    role: Role,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let added = on!(tx, |tx| sqlx::query(
        "insert into roles (user_id, role, granted_at) values ($1, $2, $3)
         on conflict (user_id, role) do nothing",
    )
    .bind(user.0)
    .bind(role.as_str())
    .bind(At(at))
    .execute(tx)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(added == 1)
}

/// Revokes an account's role. Returns false if it did not have it.
///
/// # Errors
/// [`StorageError`].
pub async fn revoke(tx: &mut Transaction, user: UserId, role: Role) -> Result<bool, StorageError> {
    let removed = on!(tx, |tx| sqlx::query("delete from roles where user_id = $1 and role = $2")
        .bind(user.0)
        .bind(role.as_str())
        .execute(tx)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(removed == 1)
}

/// Records that the admin role of an account is decided, so that the settings no longer affect it. Returns false if
/// it was decided before.
///
/// # Errors
/// [`StorageError`].
pub async fn settle_admin(
    tx: &mut Transaction,
    user: UserId,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let settled = on!(tx, |tx| sqlx::query(
        "update users set admin_settled_at = $2 where id = $1 and admin_settled_at is null"
    )
    .bind(user.0)
    .bind(At(at))
    .execute(tx)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(settled == 1)
}

/// Whether any account has a role.
///
/// # Errors
/// [`StorageError`].
pub async fn is_role_held(tx: &mut Transaction, role: Role) -> Result<bool, StorageError> {
    let holders = on!(tx, |tx| sqlx::query_scalar::<_, i64>("select count(*) from roles where role = $1")
        .bind(role.as_str())
        .fetch_one(tx)
        .await)?;
    Ok(holders > 0)
}
