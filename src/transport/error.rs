//! The error that clients get, and the mapping of every service error to it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::domain::action::ActionError;
use crate::domain::clock;
use crate::domain::entropy;
use crate::domain::id::UserId;
use crate::domain::name::InvalidName;
use crate::domain::review::Decision;
use crate::domain::score::DataError;
use crate::domain::text::{FieldError, TextError};
use crate::domain::update_time::InvalidTime;
use crate::live::audience::PostError;
use crate::live::room::ReactError;
use crate::services::error::ServiceError;

mod code;

pub use code::ErrorCode;

/// The `error` of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "ErrorBody")]
#[schema(as = ErrorBody)]
pub struct Failure {
    /// The error, for programs.
    pub code: ErrorCode,
    /// The error, for people.
    #[schema(value_type = String)]
    pub message: Cow<'static, str>,
    /// When to retry, in milliseconds from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_ms: Option<u64>,
    /// The id in the server's log: of the request over HTTP, or else of this error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<String>")]
    #[schema(value_type = Option<String>)]
    pub error_id: Option<Box<str>>,
    /// The account whose token or code was refused, for the log and the audit. Boxed like the numbers below, because
    /// few errors have them.
    #[serde(skip)]
    #[ts(skip)]
    #[schema(ignore)]
    pub account: Option<Box<UserId>>,
    /// With a `conflict` on `baseSeq`: the event's current sequence number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub seq: Option<Box<i64>>,
    /// With a `conflict` on `at`: the time of the event's last update, in milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<Box<i64>>,
    /// With a refused batch: the place of the refused update, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub index: Option<u16>,
    /// With a `conflict` on a review: the decision that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub decision: Option<Decision>,
    /// With a `conflict` on a sign-in with `ask`: the device that used a desk within two minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub device: Option<Box<DeskDevice>>,
}

/// A device that used a desk.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeskDevice {
    /// The device's name, for its owner.
    #[schema(example = "Ann's phone")]
    pub name: String,
    /// When it last used the desk, in milliseconds since the Unix epoch. Up to 20 s late.
    #[schema(example = 1_796_002_878_000_i64)]
    pub last_used_at: i64,
}

impl Failure {
    /// An error with a code and a message.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
            error_id: None,
            account: None,
            seq: None,
            at: None,
            index: None,
            decision: None,
            device: None,
        }
    }

    /// The payload does not parse, or a value is not allowed.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// The requested thing does not exist.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// Too many requests.
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::later(ErrorCode::RateLimited, &ServiceError::RateLimited(retry_after), retry_after)
    }

    /// An error with a time to wait.
    fn later(code: ErrorCode, error: &ServiceError, retry_after: Duration) -> Self {
        let millis = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX - 1);
        Self { retry_after_ms: Some(millis + 1), ..Self::new(code, error.to_string()) }
    }

    /// An error of the server: logged here, once, with an id that the client gets too.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        let cause = error.source().map(ToString::to_string);
        Self::logged(error, cause.as_deref())
    }

    /// Like [`Self::internal`], for a fault without an underlying error.
    pub fn fault(what: &'static str) -> Self {
        Self::logged(&what, None)
    }

    fn logged(error: &dyn fmt::Display, cause: Option<&str>) -> Self {
        let error_id = entropy::short_text(&mut entropy::source(), 8);
        tracing::error!(error_id, error = %error, cause, "internal error");
        Self {
            error_id: Some(error_id.into()),
            ..Self::new(ErrorCode::Internal, "something went wrong on the server")
        }
    }

    /// The request carries no peer address.
    pub fn without_peer() -> Self {
        Self::fault("the request carries no peer address")
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let error = match error {
            ServiceError::Of { account, error } => {
                return Self { account: Some(Box::new(account)), ..Self::from(*error) };
            }
            ServiceError::Entry { index, error } => {
                return Self { index: u16::try_from(index).ok(), ..Self::from(*error) };
            }
            error => error,
        };
        let code = match &error {
            ServiceError::Internal(_) => return Self::internal(&error),
            ServiceError::Behind { seq } => {
                return Self {
                    seq: Some(Box::new(*seq)),
                    ..Self::new(ErrorCode::Conflict, error.to_string())
                };
            }
            ServiceError::Time(InvalidTime::BeforeLast { last }) => {
                let at = Some(Box::new(clock::to_millis(*last)));
                return Self { at, ..Self::new(ErrorCode::Conflict, error.to_string()) };
            }
            ServiceError::Decided { decision } => {
                return Self {
                    decision: Some(*decision),
                    ..Self::new(ErrorCode::Conflict, error.to_string())
                };
            }
            ServiceError::DeskInUse { device, last_used_at } => {
                let device =
                    DeskDevice { name: device.clone(), last_used_at: clock::to_millis(*last_used_at) };
                return Self {
                    device: Some(Box::new(device)),
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
            ServiceError::Busy(after) | ServiceError::Crowded(after) | ServiceError::ManyLists(after) => {
                return Self::later(ErrorCode::Unavailable, &error, *after);
            }
            // `Of` and `Entry` were unwrapped above.
            ServiceError::Of { .. } | ServiceError::Entry { .. } | ServiceError::Unauthenticated => {
                ErrorCode::Unauthenticated
            }
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
            | ServiceError::Time(InvalidTime::Future)
            | ServiceError::Invalid(_) => ErrorCode::BadRequest,
            ServiceError::Data(DataError::TooLarge)
            | ServiceError::TooManyUpdates(_)
            | ServiceError::Name(
                InvalidName::TooLong(_) | InvalidName::TooManyBytes(_) | InvalidName::TooManyMarks,
            ) => ErrorCode::TooLarge,
            ServiceError::Unavailable => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}

/// The code of each action error.
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
            PostError::NotJoined => ErrorCode::NotJoined,
            PostError::Off => ErrorCode::Forbidden,
            PostError::Unsaved => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}
