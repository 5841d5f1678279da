//! Too many wrong codes, and how long they stop new codes from being mailed.

use std::time::Duration;

use super::Accounts;
use crate::domain::email::EmailAddress;
use crate::domain::network::Network;
use crate::domain::{clock, wait};
use crate::storage::{StorageError, challenges};

impl Accounts {
    /// How long no new code is mailed to an address on behalf of a network, because of too many wrong codes from
    /// that network or in total. `None` if a code may be requested. The result does not depend on whether the
    /// address has an account.
    pub(super) async fn blocked_for(
        &self,
        email: &EmailAddress,
        network: Network,
    ) -> Result<Option<Duration>, StorageError> {
        let (now, limits) = (clock::now(), self.policy.tries);
        let mut longest = None;
        for (network, rate) in [(Some(network), limits.failures), (None, limits.failures_total)] {
            // The limit holds until this failure is older than the limit's window.
            let found =
                challenges::find_failure(&self.base.database, email, network, rate.per, now, rate.count);
            let wait = found.await?.and_then(|at| wait::left(at, rate.per, now));
            longest = longest.max(wait);
        }
        Ok(longest)
    }
}
