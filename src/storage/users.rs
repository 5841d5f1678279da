//! Accounts.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::values::{At, broken};
use super::{Database, StorageError, Transaction};
use crate::domain::account::{Account, Role};
use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;

mod roles;

pub use roles::{grant, is_role_held, operators, revoke, settle_admin, with_role};

/// An account with one of its roles. An account is read as one row per role, or as one row without a role.
#[derive(FromRow)]
pub(super) struct AccountRow {
    user_id: Uuid,
    email: String,
    user_name: String,
    role: Option<String>,
}

/// The columns of an [`AccountRow`].
macro_rules! account_columns {
    () => {
        "users.id as user_id, users.email, users.name as user_name, roles.role"
    };
}
pub(super) use account_columns;

/// Assembles an account from all of its rows; `None` if there are none.
pub(super) fn account<'a>(
    rows: impl IntoIterator<Item = &'a AccountRow>,
) -> Result<Option<Account>, StorageError> {
    let mut account: Option<Account> = None;
    for row in rows {
        let account = match &mut account {
            Some(account) => account,
            None => account.insert(Account {
                id: UserId(row.user_id),
                email: EmailAddress::parse_kept(&row.email).map_err(|_| broken("email address"))?,
                name: row.user_name.clone(),
                roles: Vec::new(),
            }),
        };
        if let Some(word) = &row.role {
            account.roles.push(Role::from_word(word).ok_or_else(|| broken("role"))?);
        }
    }
    Ok(account)
}

/// The statement that selects accounts.
macro_rules! select_account {
    ($condition:literal) => {
        concat!(
            "select ",
            account_columns!(),
            " from users left join roles on roles.user_id = users.id where ",
            $condition,
            " order by roles.role"
        )
    };
}

/// Finds the account of an address, or adds one without roles. Of several concurrent calls, one adds it. The
/// address keeps its first spelling, and the account its first name.
///
/// # Errors
/// [`StorageError`].
pub async fn find_or_add(
    tx: &mut Transaction,
    email: &EmailAddress,
    name: &str,
    id: UserId,
    at: OffsetDateTime,
) -> Result<Account, StorageError> {
    on!(tx, |tx| sqlx::query(
        "insert into users (id, email, email_key, name, created_at) values ($1, $2, $3, $4, $5)
         on conflict (email_key) do nothing",
    )
    .bind(id.0)
    .bind(email.as_str())
    .bind(email.key())
    .bind(name)
    .bind(At(at))
    .execute(tx)
    .await
    .map(|_| ()))?;
    find_by_email(tx, email).await?.ok_or_else(|| broken("email key"))
}

/// Finds the account of an address, ignoring case.
///
/// # Errors
/// [`StorageError`].
pub async fn find_by_email(
    tx: &mut Transaction,
    email: &EmailAddress,
) -> Result<Option<Account>, StorageError> {
    let rows = on!(tx, |tx| sqlx::query_as::<_, AccountRow>(select_account!("users.email_key = $1"))
        .bind(email.key())
        .fetch_all(tx)
        .await)?;
    account(&rows)
}

/// Finds the address of an account as it is stored. The work is the same whether or not there is one.
///
/// # Errors
/// [`StorageError`].
pub async fn find_address(
    tx: &mut Transaction,
    email: &EmailAddress,
) -> Result<Option<EmailAddress>, StorageError> {
    let stored = on!(tx, |tx| sqlx::query_scalar::<_, Option<String>>(
        "select max(email) from users where email_key = $1"
    )
    .bind(email.key())
    .fetch_one(tx)
    .await)?;
    stored.map(|text| EmailAddress::parse_kept(&text).map_err(|_| broken("email address"))).transpose()
}

/// Finds an account by its id.
///
/// # Errors
/// [`StorageError`].
pub async fn find(db: &Database, id: UserId) -> Result<Option<Account>, StorageError> {
    let rows = on!(db, |db| sqlx::query_as::<_, AccountRow>(select_account!("users.id = $1"))
        .bind(id.0)
        .fetch_all(db)
        .await)?;
    account(&rows)
}

/// The account of an address. The work is the same whether or not there is one.
///
/// # Errors
/// [`StorageError`].
pub async fn id_of(db: &Database, email: &EmailAddress) -> Result<Option<UserId>, StorageError> {
    let id = on!(db, |db| sqlx::query_scalar("select id from users where email_key = $1")
        .bind(email.key())
        .fetch_optional(db)
        .await)?;
    Ok(id.map(UserId))
}

/// When an account was created.
///
/// # Errors
/// [`StorageError`].
pub async fn created_at(tx: &mut Transaction, user: UserId) -> Result<OffsetDateTime, StorageError> {
    on!(tx, |tx| sqlx::query_scalar("select created_at from users where id = $1")
        .bind(user.0)
        .fetch_one(tx)
        .await)
}

/// Locks an account until the transaction ends, so that concurrent logins run one at a time.
///
/// # Errors
/// [`StorageError`].
pub async fn lock(tx: &mut Transaction, user: UserId) -> Result<(), StorageError> {
    let statement = tx
        .dialect("select 1 from users where id = $1 for no key update", "select 1 from users where id = $1");
    on!(tx, |tx| sqlx::query(statement).bind(user.0).execute(tx).await.map(|_| ()))
}

/// Records that an account's owner has proved the address. Only the first time changes the name: the account may
/// have been created by an administrator who did not know it. Returns false if it was proved before.
///
/// # Errors
/// [`StorageError`].
pub async fn verify(
    tx: &mut Transaction,
    user: UserId,
    name: Option<&str>,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    let verified = on!(tx, |tx| {
        sqlx::query(
        "update users set verified_at = $2, name = coalesce($3, name) where id = $1 and verified_at is null"
    )
    .bind(user.0)
    .bind(At(at))
    .bind(name)
    .execute(tx)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(verified == 1)
}
