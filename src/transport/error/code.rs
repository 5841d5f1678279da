//! The closed set of error codes, and the HTTP status of each.

use http::StatusCode;
use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

/// The kind of error, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export, rename = "Code")]
#[schema(as = Code)]
pub enum ErrorCode {
    /// The payload does not parse, or a value is not allowed.
    BadRequest,
    /// There is no message with this name.
    UnknownMessage,
    /// The token is missing, or not valid.
    Unauthenticated,
    /// The account lacks the permission.
    Forbidden,
    /// There is no such event, update, review or ticket.
    NotFound,
    /// The current state does not allow it.
    Conflict,
    /// Over a rate limit; retry after `retryAfterMs`.
    RateLimited,
    /// Over a size limit.
    TooLarge,
    /// The event has ended.
    EventEnded,
    /// The client has not joined the event.
    NotJoined,
    /// The code or ticket has already been used.
    AlreadyUsed,
    /// The code or ticket has expired.
    Expired,
    /// The code is not the one that was mailed.
    WrongCode,
    /// Too many wrong codes.
    TooManyAttempts,
    /// A login on another device has ended the session.
    SessionReplaced,
    /// The server cannot do it now. If the database is unavailable, the request may or may not have taken
    /// effect.
    Unavailable,
    /// An error of the server; `errorId` is in its log.
    Internal,
}

impl ErrorCode {
    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::UnknownMessage => "unknown_message",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::TooLarge => "too_large",
            Self::EventEnded => "event_ended",
            Self::NotJoined => "not_joined",
            Self::AlreadyUsed => "already_used",
            Self::Expired => "expired",
            Self::WrongCode => "wrong_code",
            Self::TooManyAttempts => "too_many_attempts",
            Self::SessionReplaced => "session_replaced",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status of the code.
    pub fn status(self) -> StatusCode {
        match self {
            Self::BadRequest | Self::WrongCode | Self::UnknownMessage => StatusCode::BAD_REQUEST,
            Self::Unauthenticated | Self::SessionReplaced => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict | Self::AlreadyUsed | Self::EventEnded | Self::NotJoined => StatusCode::CONFLICT,
            Self::Expired => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited | Self::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
