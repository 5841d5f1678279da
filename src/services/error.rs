//! What a use case answers when it does not do what it was asked.

use std::time::Duration;

use thiserror::Error;

use crate::domain::action::ActionError;
use crate::domain::id::UserId;
use crate::domain::name::InvalidName;
use crate::domain::review::Decision;
use crate::domain::score::DataError;
use crate::storage::StorageError;

/// When a client that found no place at the database may come back.
pub const COME_BACK_IN: Duration = Duration::from_secs(2);

/// Why a use case refused or failed. The edge turns each into a code of the contract.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The token is not valid, or not any more.
    #[error("the token is not valid")]
    Unauthenticated,
    /// Refused, and for this account.
    #[error("{error}")]
    Of {
        /// Whose token or code it was.
        account: UserId,
        /// Why.
        error: Box<ServiceError>,
    },
    /// A login on another device has ended the session.
    #[error("you have signed in on another device")]
    SessionReplaced,
    /// The code is not the one that was mailed.
    #[error("that is not the code")]
    WrongCode,
    /// The code came too late, or went to another spelling of the account's address.
    #[error("the code has run out; ask for a new one")]
    Expired,
    /// The code was redeemed before.
    #[error("the code has been used; ask for a new one")]
    AlreadyUsed,
    /// Too many wrong codes; after so long a new code may be asked for.
    #[error("too many wrong codes")]
    TooManyAttempts(Duration),
    /// Too much, too fast; after so long it is taken.
    #[error("too many, too fast")]
    RateLimited(Duration),
    /// A name is not taken.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The account may not do that; the text says what it would need.
    #[error("{0}")]
    Forbidden(&'static str),
    /// There is no such thing; the text says what.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It is there already, or the operation id was used for something else.
    #[error("{0}")]
    Conflict(&'static str),
    /// An action is not taken.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// Somebody has decided on the review.
    #[error("there is a decision already")]
    Decided {
        /// What was decided.
        decision: Decision,
    },
    /// The event has moved on from the sequence number that the scorer knew.
    #[error("the event's current seq is {seq}")]
    Behind {
        /// The event's current sequence number.
        seq: i64,
    },
    /// The event is over, and takes corrections alone.
    #[error("the event has ended; it takes corrections alone")]
    EventEnded,
    /// The update's data is not taken.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A field holds what it may not.
    #[error("{0}")]
    Invalid(String),
    /// The database did not answer in time, or cannot be reached: whether it was done is not known.
    #[error("database unavailable; retry")]
    Unavailable,
    /// Too many clients that have not signed in ask for this at once; after so long there may be a place.
    #[error("too many clients are signing in at once; retry later")]
    Busy(Duration),
    /// There was no place at the database for a client that has not signed in; after so long there may be one. Nothing
    /// was done.
    #[error("too many clients are signing in at once; retry later")]
    Crowded(Duration),
    /// A bug, or a broken row.
    #[error("something went wrong here")]
    Internal(#[source] StorageError),
}

impl ServiceError {
    /// The same, for an account that is known.
    #[must_use]
    pub fn of(self, account: UserId) -> Self {
        Self::Of { account, error: Box::new(self) }
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
