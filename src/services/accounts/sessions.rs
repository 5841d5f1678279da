//! Credentials after the login: used, ended, and looked after.

use std::collections::HashSet;

use time::OffsetDateTime;

use super::verify::record;
use super::{Accounts, Credential, live};
use crate::cluster::note::Note;
use crate::domain::account::Account;
use crate::domain::clock;
use crate::domain::session::Ending;
use crate::domain::token::Kind;
use crate::services::Services;
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::sessions::{self, Ended};
use crate::storage::{StorageError, tokens};

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
        self.accounts.note_use(credential, Some(session.last_used_at));
        Ok(session.account)
    }

    /// The credentials whose use is to be recorded, by [`Services::record_uses`].
    #[must_use]
    pub fn take_used(&self) -> HashSet<Credential> {
        std::mem::take(&mut *self.accounts.used.lock())
    }

    /// Records that credentials were used, which renews sessions.
    pub async fn record_uses(&self, used: HashSet<Credential>) {
        // In one order, so that nodes that record the same at once do not lock each other out.
        let mut used = Vec::from_iter(used);
        used.sort_unstable_by_key(|credential| credential.hash);
        let now = clock::now();
        let Accounts { session_ttl, session_max, .. } = *self.accounts;
        let recorded = async {
            let mut tx = self.database.begin().await?;
            for Credential { kind, hash } in &used {
                match kind {
                    Kind::Session => {
                        sessions::renew(&mut tx, hash, now, now + session_ttl, session_max).await?;
                    }
                    Kind::Service => tokens::touch(&mut tx, hash, now).await?,
                }
            }
            tx.commit().await
        };
        if let Err(error) = recorded.await {
            error.warn("cannot record the use of sessions and tokens; the next use tries again");
        }
    }

    /// Has sessions that were given more time before end when they are as old as they may be.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn cap_sessions(&self) -> Result<(), StorageError> {
        let mut tx = self.database.begin().await?;
        sessions::cap(&mut tx, self.accounts.session_max).await?;
        tx.commit().await
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
                services.accounts.credential_ended.notify_one();
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

    /// The service tokens that are live now.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn live_tokens(&self) -> Result<HashSet<Credential>, StorageError> {
        let live = tokens::list_live(&self.database, clock::now()).await?;
        Ok(live.into_iter().map(Credential::of_service).collect())
    }
}
