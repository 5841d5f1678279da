//! Sessions after login: using them and logging out.

use std::sync::Arc;

use serde_json::json;

use super::{Accounts, Credential, live, with_role};
use crate::cluster::message::ClusterMessage;
use crate::domain::account::{Account, Role};
use crate::domain::clock;
use crate::domain::session::SessionEnding;
use crate::domain::token::TokenKind;
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::{StorageError, audit, sessions};

impl Accounts {
    /// The account that a call comes from. Counts as a use of the session.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`; database errors.
    pub async fn authenticate_call(&self, credential: Credential) -> Result<Account, ServiceError> {
        if credential.kind == TokenKind::Service {
            return self.authenticate(credential).await;
        }
        let session = live(sessions::find(&self.base.database, &credential.hash).await?)?;
        self.note_use(credential, Some(session.last_used_at));
        Ok(session.account)
    }

    /// The account that a call comes from, which must have one of these roles. Counts as a use of the session.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`; database errors.
    pub async fn authorise_call(
        &self,
        credential: Credential,
        roles: &[Role],
    ) -> Result<Account, ServiceError> {
        with_role(self.authenticate_call(credential).await?, roles)
    }

    /// Shortens sessions that were created with a longer `SESSION_MAX` than today's.
    pub async fn cap_sessions(&self) -> Result<(), StorageError> {
        let mut tx = self.base.database.begin().await?;
        sessions::cap(&mut tx, self.policy.session_max).await?;
        tx.commit().await
    }

    /// Ends the session of a credential.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden` (a service token), `Unavailable`.
    pub async fn log_out(self: &Arc<Self>, credential: Credential) -> Result<(), ServiceError> {
        if credential.kind == TokenKind::Service {
            self.authenticate(credential).await?;
            return Err(ServiceError::Forbidden(
                "a service token has no session to log out; revoke it with: touchline token revoke",
            ));
        }
        // Checked before queueing a write, so that only the holder of a live session gets that far, and only once.
        let session = live(sessions::find(&self.base.database, &credential.hash).await?)?;
        let accounts = self.clone();
        let write = async move {
            let now = clock::now();
            let mut tx = accounts.base.database.begin_for(Lane::Player).await?;
            if !sessions::end(&mut tx, session.id, SessionEnding::Logout, now, None).await? {
                return Err(ServiceError::Unauthenticated);
            }
            let user = session.account.id;
            let detail = Some(json!({ "session": session.id }));
            audit::add(&mut tx, now, Some(user), "session:logout", user, detail).await?;
            accounts.base.bus.publish_in_tx(&mut tx, &ClusterMessage::Session).await?;
            tx.commit().await?;
            accounts.uses.ended.notify_one();
            Ok(())
        };
        self.base.writes.run(Lane::Player, write).await
    }
}
