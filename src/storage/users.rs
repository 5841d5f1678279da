//! Accounts.

use sqlx::FromRow;
use time::OffsetDateTime;

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
    user_id: UserId,
    email: EmailAddress,
    user_name: String,
    role: Option<Role>,
}

/// The columns of an [`AccountRow`].
macro_rules! account_columns {
    () => {
        "users.id as user_id, users.email, users.name as user_name, roles.role"
    };
}
pub(super) use account_columns;

/// Assembles an account from all of its rows; `None` if there are none.
pub(super) fn account<'a>(rows: impl IntoIterator<Item = &'a AccountRow>) -> Option<Account> {
    let mut account: Option<Account> = None;
    for row in rows {
        let account = match &mut account {
            Some(account) => account,
            None => account.insert(Account {
                id: row.user_id,
                email: row.email.clone(),
                name: row.user_name.clone(),
                roles: Vec::new(),
            }),
        };
        account.roles.extend(row.role);
    }
    account
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
pub async fn find_or_add(
    tx: &mut Transaction,
    email: &EmailAddress,
    name: &str,
    id: UserId,
    at: OffsetDateTime,
) -> Result<Account, StorageError> {
    execute!(
        tx,
        "insert into users (id, email, email_key, name, created_at) values ($1, $2, $3, $4, $5)
         on conflict (email_key) do nothing",
        [id.0, email.as_str(), email.key(), name, At(at)]
    )?;
    find_by_email(tx, email).await?.ok_or_else(|| broken("email key"))
}

/// Finds the account of an address, ignoring case.
pub async fn find_by_email(
    tx: &mut Transaction,
    email: &EmailAddress,
) -> Result<Option<Account>, StorageError> {
    let rows = fetch_all!(tx, select_account!("users.email_key = $1"), [email.key()])?;
    Ok(account(&rows))
}

/// Finds the address of an account as it is stored. The work is the same whether or not there is one.
pub async fn find_address(
    tx: &mut Transaction,
    email: &EmailAddress,
) -> Result<Option<EmailAddress>, StorageError> {
    let (stored,) = fetch_one!(tx, "select max(email) from users where email_key = $1", [email.key()])?;
    Ok(stored)
}

/// Finds an account by its id.
pub async fn find(db: &Database, id: UserId) -> Result<Option<Account>, StorageError> {
    let rows = fetch_all!(db, select_account!("users.id = $1"), [id.0])?;
    Ok(account(&rows))
}

/// The account of an address. The work is the same whether or not there is one.
pub async fn id_of(db: &Database, email: &EmailAddress) -> Result<Option<UserId>, StorageError> {
    let id = fetch_optional!(db, "select id from users where email_key = $1", [email.key()])?;
    Ok(id.map(|(user,)| user))
}

/// When an account was created.
pub async fn created_at(tx: &mut Transaction, user: UserId) -> Result<OffsetDateTime, StorageError> {
    let (created_at,) = fetch_one!(tx, "select created_at from users where id = $1", [user.0])?;
    Ok(created_at)
}

/// Locks an account until the transaction ends, so that concurrent logins run one at a time.
pub async fn lock(tx: &mut Transaction, user: UserId) -> Result<(), StorageError> {
    let statement = tx
        .dialect("select 1 from users where id = $1 for no key update", "select 1 from users where id = $1");
    execute!(tx, statement, [user.0]).map(|_| ())
}

/// Records that an account's owner has proved the address. Only the first time changes the name: the account may
/// have been created by an administrator who did not know it. Returns false if it was proved before.
pub async fn verify(
    tx: &mut Transaction,
    user: UserId,
    name: Option<&str>,
    at: OffsetDateTime,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "update users set verified_at = $2, name = coalesce($3, name) where id = $1 and verified_at is null",
        [user.0, At(at), name]
    )
    .map(|rows| rows == 1)
}
