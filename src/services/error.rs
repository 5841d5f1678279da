//! Errors of the use cases.

use std::time::Duration;

use thiserror::Error;
use time::OffsetDateTime;

use crate::domain::action::ActionError;
use crate::domain::id::UserId;
use crate::domain::name::InvalidName;
use crate::domain::review::Decision;
use crate::domain::score::DataError;
use crate::domain::update_time::InvalidTime;
use crate::storage::StorageError;

/// How soon a client that found no free database slot may retry.
pub const COME_BACK_IN: Duration = Duration::from_secs(2);

/// Why a use case was refused or failed. The transport layer maps each to a code of the protocol.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The token is invalid, expired or revoked.
    #[error("the token is not valid")]
    Unauthenticated,
    /// Refused, with the account that asked.
    #[error("{error}")]
    Of {
        /// The account that the token or code belongs to.
        account: UserId,
        /// Why.
        error: Box<ServiceError>,
    },
    /// An entry of a batch was refused, and so the whole batch.
    #[error("{error}")]
    Entry {
        /// The entry's place in the batch, from 0.
        index: usize,
        /// Why.
        error: Box<ServiceError>,
    },
    /// A login on another device has ended the session.
    #[error("you have signed in on another device")]
    SessionReplaced,
    /// The code does not match.
    #[error("wrong code")]
    WrongCode,
    /// The code is too old, or was mailed to another spelling of the account's address.
    #[error("the code has expired; request a new one")]
    Expired,
    /// The code was redeemed before.
    #[error("the code was already used; request a new one")]
    AlreadyUsed,
    /// Too many wrong codes. A new code may be requested after this time.
    #[error("too many wrong codes")]
    TooManyAttempts(Duration),
    /// Rate limited. Retry after this time.
    #[error("too many requests; slow down")]
    RateLimited(Duration),
    /// The name is not allowed.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The account lacks a permission; the text says which.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The thing named does not exist.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// It already exists, or the operation id was used for something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// The action is not accepted.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// The review was already decided.
    #[error("this review is already decided")]
    Decided {
        /// The decision.
        decision: Decision,
    },
    /// Another device used a desk a moment ago, and the client asked to be told before it is signed out.
    #[error("another device is scoring; to sign it out, verify again without ask")]
    DeskInUse {
        /// The device's name, for its owner.
        device: String,
        /// When it last used the desk.
        last_used_at: OffsetDateTime,
    },
    /// The event has advanced past the sequence number that the scorer sent.
    #[error("the event's current seq is {seq}")]
    Behind {
        /// The event's current sequence number.
        seq: i64,
    },
    /// The event has ended and accepts only corrections.
    #[error("the event has ended; only corrections are accepted")]
    EventEnded,
    /// The update's data is not accepted.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The update's time is not accepted.
    #[error(transparent)]
    Time(#[from] InvalidTime),
    /// A batch has more entries than this.
    #[error("a batch has at most {0} updates")]
    TooManyUpdates(usize),
    /// A field has a value that is not allowed.
    #[error("{0}")]
    Invalid(String),
    /// The database did not answer in time, or is unreachable. Whether the write happened is unknown.
    #[error("database unavailable; retry")]
    Unavailable,
    /// Too many sign-ins at once. Retry after this time.
    #[error("too many clients are signing in at once; retry later")]
    Busy(Duration),
    /// No database slot was free for a client that has not signed in. Nothing was done; retry after this time.
    #[error("too many clients are signing in at once; retry later")]
    Crowded(Duration),
    /// Too many different lists of events are watched. Retry after this time.
    #[error("too many different lists are watched; watch one without a search, or retry later")]
    ManyLists(Duration),
    /// A bug, or a corrupt row.
    #[error("internal error")]
    Internal(#[source] StorageError),
}

impl ServiceError {
    /// Attaches the account that asked.
    #[must_use]
    pub fn of(self, account: UserId) -> Self {
        Self::Of { account, error: Box::new(self) }
    }

    /// Says which entry of a batch was refused. Failures of the database are about the whole batch.
    #[must_use]
    pub fn of_entry(self, index: usize) -> Self {
        match self {
            Self::Unavailable | Self::Busy(_) | Self::Crowded(_) | Self::Internal(_) => self,
            error => Self::Entry { index, error: Box::new(error) },
        }
    }
}

impl From<StorageError> for ServiceError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::Unavailable,
            StorageError::Crowded(_) => Self::Crowded(COME_BACK_IN),
            error @ StorageError::Failed(_) => Self::Internal(error),
        }
    }
}
