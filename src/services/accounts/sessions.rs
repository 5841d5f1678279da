//! Sessions after the login: used, ended, and looked after.

use std::time::Duration;

use time::OffsetDateTime;

use super::verify::record;
use super::{Credential, live};
use crate::cluster::note::Note;
use crate::domain::account::Account;
use crate::domain::clock;
use crate::domain::session::{self, Ending};
use crate::domain::token::Kind;
use crate::services::Services;
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::StorageError;
use crate::storage::sessions::{self, Ended};

/// A session that is being renewed for a call.
struct Renewal {
    services: Services,
    credential: Credential,
}

impl Drop for Renewal {
    fn drop(&mut self) {
        self.services.accounts.renewing.lock().remove(&self.credential);
    }
}

impl Services {
    /// Who a call comes from. It counts as a use of the session.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`; those of the database.
    pub async fn authenticate_call(&self, credential: Credential) -> Result<Account, ServiceError> {
        if credential.kind == Kind::Service {
            return self.authenticate(credential).await;
        }
        let session = live(sessions::find(&self.database, &credential.hash).await?)?;
        let is_due = clock::now() - session.last_used_at >= self.renewal_step();
        if is_due && self.accounts.renewing.lock().insert(credential) {
            let renewal = Renewal { services: self.clone(), credential };
            // Nobody waits for it: if it fails, the next call tries again.
            tokio::spawn(async move { renewal.services.renew_sessions(&[renewal.credential]).await });
        }
        Ok(session.account)
    }

    /// Takes note that sessions were used.
    pub async fn renew_sessions(&self, used: &[Credential]) {
        let now = clock::now();
        let renewed = async {
            let mut tx = self.database.begin().await?;
            for credential in used.iter().filter(|credential| credential.is_session()) {
                sessions::renew(&mut tx, &credential.hash, now, now + self.accounts.session_ttl).await?;
            }
            tx.commit().await
        };
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "sessions cannot be renewed; the next use tries again");
        }
    }

    /// How long after one renewal of a session a use brings the next.
    #[must_use]
    pub fn renewal_step(&self) -> Duration {
        session::renewal_step(self.accounts.session_ttl)
    }

    /// Ends the session of a credential.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden` (a service token), `Unavailable`.
    pub async fn log_out(&self, credential: Credential) -> Result<(), ServiceError> {
        if credential.kind == Kind::Service {
            self.authenticate(credential).await?;
            return Err(ServiceError::Forbidden(
                "a service token is no session; end it by: touchline token revoke",
            ));
        }
        // Only the holder of a live session gets as far as a write, and once.
        let session = live(sessions::find(&self.database, &credential.hash).await?)?;
        let services = self.clone();
        self.writes
            .run(Lane::Player, async move {
                let now = clock::now();
                let mut tx = services.database.begin_for(Lane::Player).await?;
                if !sessions::end(&mut tx, session.id, Ending::Logout, now, None).await? {
                    return Err(ServiceError::Unauthenticated);
                }
                let user = session.account.id;
                let detail = serde_json::json!({ "session": session.id });
                record(&mut tx, now, Some(user), "session:logout", user, detail).await?;
                services.bus.tell_in(&mut tx, &Note::Session).await?;
                tx.commit().await?;
                services.accounts.session_ended.notify_one();
                Ok(())
            })
            .await
    }

    /// The sessions that ended after `since`, on whatever node.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn ended_sessions(&self, since: OffsetDateTime) -> Result<Vec<Ended>, StorageError> {
        sessions::list_ended(&self.database, since, clock::now()).await
    }
}
