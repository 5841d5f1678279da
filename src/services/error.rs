//! What a use case answers when it does not do what it was asked.

use thiserror::Error;

use crate::domain::score::DataError;
use crate::storage::StorageError;

/// Why a use case refused or failed. The edge turns each into a code of the contract.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The token is not valid, or not any more.
    #[error("the token is not valid")]
    Unauthenticated,
    /// The account may not do that; the text says what it would need.
    #[error("{0}")]
    Forbidden(&'static str),
    /// There is no such thing; the text says what.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It is there already, or the operation id was used for something else.
    #[error("{0}")]
    Conflict(&'static str),
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
    #[error("the database does not answer; try again with the same opId")]
    Unavailable,
    /// A bug, or a broken row.
    #[error("something went wrong here")]
    Internal(#[source] StorageError),
}

impl From<StorageError> for ServiceError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(error) => {
                tracing::warn!(%error, "the database cannot be reached");
                Self::Unavailable
            }
            error @ StorageError::Failed(_) => Self::Internal(error),
        }
    }
}
