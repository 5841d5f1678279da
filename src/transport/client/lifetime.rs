//! Whether a client's session or token has ended, as far as this node knows.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::services::error::ServiceError;
use crate::transport::error::Failure;

/// The session or token is valid; …
const LIVES: u8 = 0;
/// … it has ended; …
const OVER: u8 = 1;
/// … a login on another device replaced it.
const REPLACED: u8 = 2;

/// Whether and how a session or token has ended, as far as this node knows.
#[derive(Default)]
pub struct Lifetime(AtomicU8);

impl Lifetime {
    /// Records that it has ended. Returns false if that was already known.
    pub fn end(&self, is_replaced: bool) -> bool {
        let ending = if is_replaced { REPLACED } else { OVER };
        self.0.compare_exchange(LIVES, ending, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Checks that it has not ended. Most messages that write check again in their own transaction; this check covers
    /// all messages, also those that arrived before the connection was closed.
    ///
    /// # Errors
    /// `unauthenticated`, `session_replaced`.
    pub fn check(&self) -> Result<(), Failure> {
        match self.0.load(Ordering::Relaxed) {
            LIVES => Ok(()),
            REPLACED => Err(ServiceError::SessionReplaced.into()),
            _ => Err(ServiceError::Unauthenticated.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::error::ErrorCode;

    #[test]
    fn messages_of_a_client_whose_credential_has_ended_are_refused() {
        for (is_replaced, code) in [(false, ErrorCode::Unauthenticated), (true, ErrorCode::SessionReplaced)] {
            let lifetime = Lifetime::default();
            lifetime.check().expect("it is valid");
            assert!(lifetime.end(is_replaced));
            assert!(!lifetime.end(!is_replaced), "it has already ended");
            assert_eq!(lifetime.check().expect_err("it has ended").code, code);
        }
    }
}
