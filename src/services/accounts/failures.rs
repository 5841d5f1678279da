//! Wrong codes: beyond how many of them no new code is mailed.

use std::time::Duration;

use super::Accounts;
use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::network::Network;
use crate::domain::wait;
use crate::storage::{StorageError, challenges};

impl Accounts {
    /// For how long no new code is mailed to an address on behalf of a network, because too many wrong ones were typed:
    /// from there, or from everywhere. `None`: a code may be asked for. It is the same whether or not the address has
    /// an account.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(super) async fn blocked_for(
        &self,
        email: &EmailAddress,
        network: Network,
    ) -> Result<Option<Duration>, StorageError> {
        let (now, limits) = (clock::now(), self.policy.tries);
        let mut longest = None;
        for (network, rate) in [(Some(network), limits.failures), (None, limits.failures_total)] {
            // The limit holds until this one is as old as the limit's time.
            let found = challenges::find_failure(&self.database, email, network, rate.per, now, rate.count);
            let wait = found.await?.and_then(|at| wait::left(at, rate.per, now));
            longest = longest.max(wait);
        }
        Ok(longest)
    }
}
