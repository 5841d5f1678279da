//! Whether a client's session or token has ended, as far as is known here.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::services::error::ServiceError;
use crate::transport::error::Failure;

/// A client's session or token lives, as far as is known here; …
const LIVES: u8 = 0;
/// … it has ended; …
const OVER: u8 = 1;
/// … it has ended by a login on another device.
const REPLACED: u8 = 2;

/// How a session or token has ended, as far as is known here.
#[derive(Default)]
pub(super) struct Lifetime(AtomicU8);

impl Lifetime {
    /// It has ended. False: that was known before.
    pub(super) fn end(&self, is_replaced: bool) -> bool {
        let ending = if is_replaced { REPLACED } else { OVER };
        self.0.compare_exchange(LIVES, ending, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    pub(super) fn check(&self) -> Result<(), Failure> {
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
            lifetime.check().expect("it lives");
            assert!(lifetime.end(is_replaced));
            assert!(!lifetime.end(!is_replaced), "it has ended once");
            assert_eq!(lifetime.check().expect_err("it has ended").code, code);
        }
    }
}
