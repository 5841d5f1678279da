//! Sessions of signed-in devices. Only the token's hash is stored. The database allows one live session per user.

use std::time::Duration;

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::users::{AccountRow, account, account_columns};
use super::values::{At, Hash};
use super::{Database, StorageError, Transaction};
use crate::domain::account::Account;
use crate::domain::id::UserId;
use crate::domain::session::{Device, SessionEnding};
use crate::domain::token::TokenHash;

/// A session to add.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// Its id.
    pub id: Uuid,
    /// The user.
    pub user: UserId,
    /// The hash of its token.
    pub hash: &'a TokenHash,
    /// The device.
    pub device: &'a Device,
    /// When it starts.
    pub at: OffsetDateTime,
    /// When it ends if it is not used.
    pub expires_at: OffsetDateTime,
}

/// A session, live or not.
#[derive(Debug, Clone)]
pub struct StoredSession {
    /// Its id.
    pub id: Uuid,
    /// The account, with its current roles.
    pub account: Account,
    /// When it was last renewed.
    pub last_used_at: OffsetDateTime,
    /// When it ends if it is not used.
    pub expires_at: OffsetDateTime,
    /// How it ended, if it did.
    pub ending: Option<SessionEnding>,
}

/// A session with one of its account's roles.
#[derive(FromRow)]
struct SessionRow {
    session_id: Uuid,
    last_used_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    ending: Option<SessionEnding>,
    #[sqlx(flatten)]
    account: AccountRow,
}

/// The statement that finds a session by its hash. A single statement sees a role that is being revoked either as
/// present or as gone.
macro_rules! find_by_hash {
    ($rest:literal) => {
        concat!(
            "select sessions.id as session_id, sessions.last_used_at, sessions.expires_at, sessions.ending, ",
            account_columns!(),
            " from sessions join users on users.id = sessions.user_id
                left join roles on roles.user_id = users.id
              where sessions.hash = $1 order by roles.role",
            $rest
        )
    };
}

fn session(rows: &[SessionRow]) -> Option<StoredSession> {
    let row = rows.first()?;
    Some(StoredSession {
        id: row.session_id,
        account: account(rows.iter().map(|row| &row.account))?,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
        ending: row.ending,
    })
}

/// SQLite only: a number of seconds after the session was created, in the stored format of times.
macro_rules! created_at_plus {
    ($seconds:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+' || ", $seconds, " || ' seconds')")
    };
}

/// Adds a session. Fails if the user has a live one: callers lock the user with [`super::users::lock`] and end the
/// old session first.
pub async fn add(tx: &mut Transaction, new: NewSession<'_>) -> Result<(), StorageError> {
    execute!(
        tx,
        "insert into sessions
            (id, user_id, hash, device_id, device_name, created_at, last_used_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $6, $7)",
        [new.id, new.user.0, &new.hash[..], &new.device.id, &new.device.name, At(new.at), At(new.expires_at)]
    )
    .map(|_| ())
}

/// The live session of an account: its id, its device's id, and when it expires.
pub async fn find_live(
    tx: &mut Transaction,
    user: UserId,
) -> Result<Option<(Uuid, String, OffsetDateTime)>, StorageError> {
    fetch_optional!(
        tx,
        "select id, device_id, expires_at from sessions where user_id = $1 and ending is null",
        [user.0]
    )
}

/// Ends a session. `replaced_by` is the name of the device that replaced it, if one did. Returns false if it has
/// ended already.
pub async fn end(
    tx: &mut Transaction,
    id: Uuid,
    ending: SessionEnding,
    at: OffsetDateTime,
    replaced_by: Option<&str>,
) -> Result<bool, StorageError> {
    execute!(
        tx,
        "update sessions set ending = $2, ended_at = $3, replaced_by = $4 where id = $1 and ending is null",
        [id, ending.as_str(), At(at), replaced_by]
    )
    .map(|rows| rows == 1)
}

/// Finds the session with this token hash, live or not.
pub async fn find(db: &Database, hash: &TokenHash) -> Result<Option<StoredSession>, StorageError> {
    let rows = fetch_all!(db, find_by_hash!(""), [&hash[..]])?;
    Ok(session(&rows))
}

/// Like [`find`], in a write transaction: the session cannot end until the transaction does.
pub async fn find_in(tx: &mut Transaction, hash: &TokenHash) -> Result<Option<StoredSession>, StorageError> {
    let statement = tx.dialect(find_by_hash!(" for share of sessions"), find_by_hash!(""));
    let rows = fetch_all!(tx, statement, [&hash[..]])?;
    Ok(session(&rows))
}

/// Records that a live session was used, and extends it until `expires_at` or its maximum age, whichever is
/// earlier. Returns false if there is no live session with this hash.
pub async fn renew(
    tx: &mut Transaction,
    hash: &TokenHash,
    at: OffsetDateTime,
    expires_at: OffsetDateTime,
    longest: Duration,
) -> Result<bool, StorageError> {
    let statement = tx.dialect(
        "update sessions set last_used_at = $2, expires_at = least($3, created_at + make_interval(secs => $4))
         where hash = $1 and ending is null and expires_at > $2",
        concat!(
            "update sessions set last_used_at = $2, expires_at = min($3, ",
            created_at_plus!("$4"),
            ") where hash = $1 and ending is null and expires_at > $2"
        ),
    );
    execute!(tx, statement, [&hash[..], At(at), At(expires_at), longest.as_secs_f64()]).map(|rows| rows == 1)
}

/// Records that a live session used a desk, unless a later use is recorded already.
pub async fn use_desk(
    tx: &mut Transaction,
    hash: &TokenHash,
    at: OffsetDateTime,
) -> Result<(), StorageError> {
    execute!(
        tx,
        "update sessions set desk_used_at = $2
         where hash = $1 and ending is null and (desk_used_at is null or desk_used_at < $2)",
        [&hash[..], At(at)]
    )
    .map(|_| ())
}

/// The name of a session's device, and when it last used a desk, if it did.
pub async fn desk_of(
    tx: &mut Transaction,
    id: Uuid,
) -> Result<Option<(String, OffsetDateTime)>, StorageError> {
    fetch_optional!(
        tx,
        "select device_name, desk_used_at from sessions where id = $1 and desk_used_at is not null",
        [id]
    )
}

/// Limits live sessions to this age, including those that were given more time before.
pub async fn cap(tx: &mut Transaction, longest: Duration) -> Result<(), StorageError> {
    let statement = tx.dialect(
        "update sessions set expires_at = created_at + make_interval(secs => $1)
         where ending is null and expires_at > created_at + make_interval(secs => $1)",
        concat!(
            "update sessions set expires_at = ",
            created_at_plus!("$1"),
            " where ending is null and expires_at > ",
            created_at_plus!("$1")
        ),
    );
    execute!(tx, statement, [longest.as_secs_f64()]).map(|_| ())
}

/// An ended session.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The hash of its token.
    pub hash: TokenHash,
    /// When it ended.
    pub at: OffsetDateTime,
    /// How it ended.
    pub ending: SessionEnding,
    /// The name of the device that replaced it, if one did.
    pub replaced_by: Option<String>,
}

/// The sessions that ended or expired after `since` and up to `now`.
pub async fn list_ended(
    db: &Database,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<Vec<Ended>, StorageError> {
    let rows = fetch_all!(
        db,
        "select hash, ended_at, ending, replaced_by from sessions where ending is not null and ended_at > $1
         union all
         select hash, expires_at, 'expired', null from sessions
            where ending is null and expires_at > $1 and expires_at <= $2",
        [At(since), At(now)]
    )?;
    let ended = |(Hash(hash), at, ending, replaced_by)| Ended { hash, at, ending, replaced_by };
    Ok(rows.into_iter().map(ended).collect())
}

/// The device of a session, live or not; `None` if the hash belongs to no session.
pub async fn device_of(tx: &mut Transaction, hash: &TokenHash) -> Result<Option<String>, StorageError> {
    let device = fetch_optional!(tx, "select device_id from sessions where hash = $1", [&hash[..]])?;
    Ok(device.map(|(id,)| id))
}
