//! Giving roles, taking them, and who has them.

use std::sync::Arc;

use uuid::Uuid;

use super::verify::record;
use super::{Accounts, Credential, authorise};
use crate::cluster::message::ClusterMessage;
use crate::domain::account::{Account, Role};
use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::id::{EventId, UserId};
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::users;

impl Accounts {
    /// Gives an account a role, or takes it. Giving makes an account for an address without one.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`, `NotFound` (no account to take a role from),
    /// `Unavailable`.
    pub async fn set_role(
        self: &Arc<Self>,
        admin: Credential,
        email: EmailAddress,
        role: Role,
        granted: bool,
    ) -> Result<(), ServiceError> {
        let accounts = self.clone();
        self.writes
            .run(Lane::Scorer, async move {
                let now = clock::now();
                let mut tx = accounts.database.begin_for(Lane::Scorer).await?;
                let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
                let (user, changed, action) = if granted {
                    let id = UserId(Uuid::now_v7());
                    let user = users::find_or_add(&mut tx, &email, &email.default_name(), id, now).await?.id;
                    (user, users::grant(&mut tx, user, role, now).await?, "role:grant")
                } else {
                    let user = users::find_by_email(&mut tx, &email).await?;
                    let user = user.ok_or(ServiceError::NotFound("account"))?.id;
                    if role == Role::Admin {
                        // The next sign-in must not give it back.
                        users::settle_admin(&mut tx, user, now).await?;
                    }
                    (user, users::revoke(&mut tx, user, role).await?, "role:revoke")
                };
                if changed {
                    record(&mut tx, now, Some(actor), action, user, serde_json::json!({ "role": role }))
                        .await?;
                }
                accounts.bus.publish_in_tx(&mut tx, &ClusterMessage::Roles(user)).await?;
                tx.commit().await?;
                accounts.desks.rescope(user).await;
                Ok(())
            })
            .await
    }

    /// Who operates: the accounts that have a role, or those that are assigned to an event.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`; those of the database.
    pub async fn list_operators(
        &self,
        admin: Credential,
        event: Option<EventId>,
    ) -> Result<Vec<Account>, ServiceError> {
        self.authorise(admin, &[Role::Admin]).await?;
        Ok(users::operators(&self.database, event.as_ref()).await?)
    }
}
