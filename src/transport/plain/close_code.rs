//! Close codes of plain connections: those of a [`CloseReason`], and those that only a plain WebSocket has
//! (RFC 6455 section 7.4.1, and the private range listed in docs/protocol.md).

use std::borrow::Cow;

use crate::transport::client::close_reason::{CloseReason, PROTOCOL_ERROR};
use crate::transport::error::{ErrorCode, Failure};

/// The longest reason, in bytes: a control frame holds 125, of which the code takes two (RFC 6455 section
/// 5.5).
const REASON_BYTES: usize = 123;

/// The code and reason of the close frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseStatus {
    /// The close code.
    pub code: u16,
    /// The reason, for people: at most 123 bytes.
    pub reason: Cow<'static, str>,
}

impl CloseStatus {
    /// The server is shutting down.
    pub const SHUTDOWN: Self = Self::of(CloseReason::Draining);
    /// A binary message; messages are text.
    pub const BINARY: Self = Self::new(1003, "binary messages are not supported");
    /// A text message that is not UTF-8.
    pub const NOT_UTF8: Self = Self::new(1007, "a text message is not UTF-8");
    /// A message over the size limit.
    pub const TOO_LARGE: Self = Self::of(CloseReason::TooLarge);
    /// The peer did not answer a ping.
    pub const NO_PONG: Self = Self::new(4408, "a ping was not answered");

    /// The client's last event was deleted.
    pub const EVENT_DELETED: Self = Self::new(4404, "not_found: the event was deleted");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    const fn of(reason: CloseReason) -> Self {
        let form = reason.form();
        Self::new(form.websocket, form.text)
    }

    /// The peer violated the WebSocket protocol.
    pub fn protocol_error(what: &str) -> Self {
        Self { code: PROTOCOL_ERROR, reason: shortened(what.to_owned()).into() }
    }

    /// The client was refused.
    pub fn refused(failure: &Failure) -> Self {
        let code = match failure.code {
            ErrorCode::BadRequest
            | ErrorCode::UnknownMessage
            | ErrorCode::WrongCode
            | ErrorCode::TooLarge
            | ErrorCode::Conflict
            | ErrorCode::EventEnded
            | ErrorCode::NotJoined
            | ErrorCode::AlreadyUsed
            | ErrorCode::Expired => 4400,
            ErrorCode::Unauthenticated | ErrorCode::Forbidden => 4401,
            ErrorCode::NotFound => 4404,
            ErrorCode::SessionReplaced => 4409,
            ErrorCode::RateLimited | ErrorCode::TooManyAttempts => 4429,
            ErrorCode::Internal => 1011,
            ErrorCode::Unavailable => 1013,
        };
        let reason = format!("{}: {}", failure.code.as_str(), failure.message);
        Self { code, reason: shortened(reason).into() }
    }

    /// Whether the connection closes without sending the queued messages first.
    pub fn is_abrupt(&self) -> bool {
        matches!(self.code, 4408 | 4429)
    }
}

impl From<CloseReason> for CloseStatus {
    fn from(reason: CloseReason) -> Self {
        Self::of(reason)
    }
}

fn shortened(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(REASON_BYTES));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_fits_a_close_frame_and_is_whole_characters() {
        let long = Failure::bad_request("é".repeat(200));
        let CloseStatus { code, reason } = CloseStatus::refused(&long);
        assert_eq!((code, reason.len()), (4400, 123));
        assert!(reason.starts_with("bad_request: éé") && reason.ends_with('é'));
    }
}
