//! Operators whose credentials this node has accepted lately. Their next calls over HTTP are checked ahead of what
//! anonymous clients read.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use super::{ANY_ROLE, Accounts, Credential};
use crate::domain::account::{Account, Role};
use crate::services::error::ServiceError;
use crate::storage::Reader;

/// How long an accepted credential is remembered.
const REMEMBERED_FOR: Duration = Duration::from_hours(24);
/// The most credentials to remember. When they are reached, all are forgotten.
const MOST: usize = 4096;

/// Credentials of scorers and administrators, with the time of the last call that was accepted.
#[derive(Default)]
pub(super) struct KnownOperators {
    accepted: Mutex<HashMap<Credential, Instant>>,
}

impl KnownOperators {
    fn has(&self, credential: Credential) -> bool {
        let accepted = self.accepted.lock();
        accepted.get(&credential).is_some_and(|accepted| accepted.elapsed() < REMEMBERED_FOR)
    }

    fn add(&self, credential: Credential) {
        let mut accepted = self.accepted.lock();
        if accepted.len() >= MOST && !accepted.contains_key(&credential) {
            accepted.clear();
        }
        accepted.insert(credential, Instant::now());
    }

    fn remove(&self, credential: Credential) {
        self.accepted.lock().remove(&credential);
    }
}

impl Accounts {
    /// The same service for operators: their reads go ahead of all others.
    #[must_use]
    pub fn for_operators(&self) -> Self {
        let mut accounts = self.clone();
        accounts.base.database = self.base.database.read_by(Reader::Scorer);
        accounts
    }

    /// Whether [`Accounts::authorise_operator`] has accepted this credential of a scorer or an administrator lately. It
    /// may have ended since.
    pub fn is_known_operator(&self, credential: Credential) -> bool {
        self.uses.operators.has(credential)
    }

    /// The operator that a call comes from. Counts as a use of the session, and remembers the credential while it is
    /// accepted.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`; database errors.
    pub async fn authorise_operator(&self, credential: Credential) -> Result<Account, ServiceError> {
        let authorised = self.authorise_call(credential, ANY_ROLE).await;
        let operators = &self.uses.operators;
        if authorised.is_ok() {
            self.note_desk_use(credential);
        }
        match &authorised {
            Ok(account) if account.has(Role::Scorer) || account.has(Role::Admin) => operators.add(credential),
            // The database did not say.
            Err(ServiceError::Unavailable | ServiceError::Crowded(_) | ServiceError::Internal(_)) => {}
            Ok(_) | Err(_) => operators.remove(credential),
        }
        authorised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn as_many_credentials_as_fit_are_remembered_for_a_day() {
        let operators = KnownOperators::default();
        let credential = |number: usize| Credential::from_token(&format!("tl_{number}"));
        for number in 0..MOST {
            operators.add(credential(number));
        }
        operators.add(credential(0));
        assert!((0..MOST).all(|number| operators.has(credential(number))));
        operators.remove(credential(1));
        assert!(!operators.has(credential(1)));
        tokio::time::advance(REMEMBERED_FOR).await;
        assert!(!operators.has(credential(0)));
        for number in MOST..=2 * MOST {
            operators.add(credential(number));
        }
        assert!(operators.accepted.lock().len() <= MOST);
        assert!(operators.has(credential(2 * MOST)));
    }
}
