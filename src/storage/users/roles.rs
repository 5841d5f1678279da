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
pub async fn with_role(db: &Database, role: Role) -> Result<Vec<UserId>, StorageError> {
    let ids = fetch_all!(db, "select user_id from roles where role = $1", [role.as_str()])?;
    Ok(ids.into_iter().map(|(user,)| user).collect())
}

/// The accounts that have a role, or those assigned to an event, sorted by address.
pub async fn operators(db: &Database, event: Option<&EventId>) -> Result<Vec<Account>, StorageError> {
    let rows: Vec<AccountRow> = match event {
        Some(event) => fetch_all!(
            db,
            select_accounts!("select user_id from event_scorers where event_id = $1"),
            [event.as_str()]
        )?,
        None => fetch_all!(db, select_accounts!("select user_id from roles"))?,
    };
    Ok(rows.chunk_by(|a, b| a.user_id == b.user_id).filter_map(account).collect())
}

/// Grants a role to an existing account. Returns false if it already had it.
pub async fn grant(
    tx: &mut Transaction,
    user: UserId,
    role: Role,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "insert into roles (user_id, role, granted_at) values ($1, $2, $3)
         on conflict (user_id, role) do nothing",
        [user.0, role.as_str(), At(at)]
    )
    .map(|rows| rows == 1)
}

/// Revokes an account's role. Returns false if it did not have it.
pub async fn revoke(tx: &mut Transaction, user: UserId, role: Role) -> Result<bool, StorageError> {
    execute!(tx, "delete from roles where user_id = $1 and role = $2", [user.0, role.as_str()])
        .map(|rows| rows == 1)
}

/// Records that the admin role of an account is decided, so that the settings no longer affect it. Returns false if
/// it was decided before.
pub async fn settle_admin(
    tx: &mut Transaction,
    user: UserId,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "update users set admin_settled_at = $2 where id = $1 and admin_settled_at is null",
        [user.0, At(at)]
    )
    .map(|rows| rows == 1)
}

/// Whether any account has a role.
pub async fn is_role_held(tx: &mut Transaction, role: Role) -> Result<bool, StorageError> {
    let (holders,): (i64,) = fetch_one!(tx, "select count(*) from roles where role = $1", [role.as_str()])?;
    Ok(holders > 0)
}
