//! Why something was not done, as clients are told, and what each refusal of the services is on the wire.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::domain::action::ActionError;
use crate::domain::entropy;
use crate::domain::id::UserId;
use crate::domain::name::InvalidName;
use crate::domain::review::Decision;
use crate::domain::score::DataError;
use crate::domain::text::{FieldError, TextError};
use crate::live::audience::PostError;
use crate::live::room::ReactError;
use crate::services::error::ServiceError;

mod code;

pub use code::ErrorCode;

/// Why something was not done: the `error` of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "ErrorBody")]
#[schema(as = ErrorBody)]
pub struct Failure {
    /// What is wrong, for programs.
    pub code: ErrorCode,
    /// What is wrong, for people.
    #[schema(value_type = String)]
    pub message: Cow<'static, str>,
    /// When to try again, in milliseconds from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub retry_after_ms: Option<u64>,
    /// Names the request over HTTP, and else this fault, in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error_id: Option<String>,
    /// Whose token or code was refused: for the log and the audit. Boxed, for few refusals have it.
    #[serde(skip)]
    #[ts(skip)]
    #[schema(ignore)]
    pub account: Option<Box<UserId>>,
    /// With a `conflict` over `baseSeq`: the event's current sequence number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub seq: Option<i64>,
    /// With a `conflict` over a review: what was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub decision: Option<Decision>,
}

impl Failure {
    /// A refusal with a code and a reason.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
            error_id: None,
            account: None,
            seq: None,
            decision: None,
        }
    }

    /// The payload does not parse, or holds what it may not.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// Too much, too fast.
    #[must_use]
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::later(ErrorCode::RateLimited, &ServiceError::RateLimited(retry_after), retry_after)
    }

    /// A refusal that holds for so long.
    fn later(code: ErrorCode, error: &ServiceError, retry_after: Duration) -> Self {
        let millis = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX - 1);
        Self { retry_after_ms: Some(millis + 1), ..Self::new(code, error.to_string()) }
    }

    /// A fault of the server's: logged here, once, under an id that the client gets too.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        let cause = error.source().map(ToString::to_string);
        Self::logged(error, cause.as_deref())
    }

    /// A fault of the server's that is no error of anything else: as [`Self::internal`].
    pub fn fault(what: &'static str) -> Self {
        Self::logged(&what, None)
    }

    fn logged(error: &dyn fmt::Display, cause: Option<&str>) -> Self {
        let error_id = entropy::short_text(&mut entropy::source(), 8);
        tracing::error!(error_id, error = %error, cause, "internal error");
        Self {
            error_id: Some(error_id),
            ..Self::new(ErrorCode::Internal, "something went wrong on the server")
        }
    }

    /// The listener did not say where a request comes from.
    #[must_use]
    pub fn without_peer() -> Self {
        Self::fault("the listener did not say where a request is from")
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let error = match error {
            ServiceError::Of { account, error } => {
                return Self { account: Some(Box::new(account)), ..Self::from(*error) };
            }
            error => error,
        };
        let code = match &error {
            ServiceError::Internal(_) => return Self::internal(&error),
            ServiceError::Behind { seq } => {
                return Self { seq: Some(*seq), ..Self::new(ErrorCode::Conflict, error.to_string()) };
            }
            ServiceError::Decided { decision } => {
                return Self {
                    decision: Some(*decision),
                    ..Self::new(ErrorCode::Conflict, error.to_string())
                };
            }
            ServiceError::Action(ActionError::NotYet { retry_after, .. }) => {
                return Self::later(ErrorCode::RateLimited, &error, *retry_after);
            }
            ServiceError::Action(error) => action_code(error),
            ServiceError::RateLimited(after) => return Self::later(ErrorCode::RateLimited, &error, *after),
            ServiceError::TooManyAttempts(after) => {
                return Self::later(ErrorCode::TooManyAttempts, &error, *after);
            }
            ServiceError::Busy(after) | ServiceError::Crowded(after) => {
                return Self::later(ErrorCode::Unavailable, &error, *after);
            }
            // The first was taken apart above.
            ServiceError::Of { .. } | ServiceError::Unauthenticated => ErrorCode::Unauthenticated,
            ServiceError::SessionReplaced => ErrorCode::SessionReplaced,
            ServiceError::WrongCode => ErrorCode::WrongCode,
            ServiceError::Expired => ErrorCode::Expired,
            ServiceError::AlreadyUsed => ErrorCode::AlreadyUsed,
            ServiceError::Forbidden(_) => ErrorCode::Forbidden,
            ServiceError::NotFound(_) => ErrorCode::NotFound,
            ServiceError::Conflict(_) => ErrorCode::Conflict,
            ServiceError::EventEnded => ErrorCode::EventEnded,
            ServiceError::Data(DataError::NotAnObject)
            | ServiceError::Name(InvalidName::Empty | InvalidName::Control)
            | ServiceError::Invalid(_) => ErrorCode::BadRequest,
            ServiceError::Data(DataError::TooLarge)
            | ServiceError::Name(
                InvalidName::TooLong(_) | InvalidName::TooManyBytes(_) | InvalidName::TooManyMarks,
            ) => ErrorCode::TooLarge,
            ServiceError::Unavailable => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}

/// What each refusal of an action is on the wire.
fn action_code(error: &ActionError) -> ErrorCode {
    match error {
        ActionError::NotJoined => ErrorCode::NotJoined,
        ActionError::EventEnded => ErrorCode::EventEnded,
        ActionError::NotLive => ErrorCode::Conflict,
        ActionError::UnknownAction | ActionError::UnknownTicket => ErrorCode::NotFound,
        ActionError::OtherSession => ErrorCode::Forbidden,
        ActionError::AlreadyUsed => ErrorCode::AlreadyUsed,
        ActionError::Expired => ErrorCode::Expired,
        ActionError::NotYet { .. } => ErrorCode::RateLimited,
    }
}

impl From<InvalidName> for Failure {
    fn from(error: InvalidName) -> Self {
        ServiceError::Name(error).into()
    }
}

impl From<TextError> for Failure {
    fn from(error: TextError) -> Self {
        let code = match error {
            TextError::Nul | TextError::Empty => ErrorCode::BadRequest,
            TextError::TooLong(_) | TextError::TooManyBytes(_) | TextError::TooManyMarks => {
                ErrorCode::TooLarge
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        Self { message: error.to_string().into(), ..error.error.into() }
    }
}

impl From<ReactError> for Failure {
    fn from(error: ReactError) -> Self {
        let code = match error {
            ReactError::NotJoined => ErrorCode::NotJoined,
            ReactError::Ended => ErrorCode::EventEnded,
        };
        Self::new(code, error.to_string())
    }
}

impl From<PostError> for Failure {
    fn from(error: PostError) -> Self {
        let code = match error {
            PostError::TooMany(wait) => return Self::rate_limited(wait),
            PostError::Off => ErrorCode::Forbidden,
            PostError::Unsaved => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}
