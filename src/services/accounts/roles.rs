//! Granting and revoking roles, and listing operators.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::{Accounts, Credential, authorise};
use crate::cluster::message::ClusterMessage;
use crate::domain::account::{Account, Role};
use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::id::{EventId, UserId};
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::{audit, users};

impl Accounts {
    /// Grants a role to an account or revokes it. Granting creates the account if there is none.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`, `NotFound` (no account to revoke the role from),
    /// `Unavailable`.
    pub async fn set_role(
        self: &Arc<Self>,
        admin: Credential,
        email: EmailAddress,
        role: Role,
        granted: bool,
    ) -> Result<(), ServiceError> {
        let accounts = self.clone();
        let write = async move {
            let now = clock::now();
            let mut tx = accounts.base.database.begin_for(Lane::Scorer).await?;
            let actor = authorise(&mut tx, admin, &[Role::Admin]).await?.id;
            let (user, changed, action) = if granted {
                let id = UserId(Uuid::now_v7());
                let user = users::find_or_add(&mut tx, &email, &email.default_name(), id, now).await?.id;
                (user, users::grant(&mut tx, user, role, now).await?, "role:grant")
            } else {
                let user = users::find_by_email(&mut tx, &email).await?;
                let user = user.ok_or(ServiceError::NotFound("account"))?.id;
                if role == Role::Admin {
                    // Otherwise the next sign-in would grant it again.
                    users::settle_admin(&mut tx, user, now).await?;
                }
                (user, users::revoke(&mut tx, user, role).await?, "role:revoke")
            };
            if changed {
                let detail = Some(json!({ "role": role }));
                audit::add(&mut tx, now, Some(actor), action, user, detail).await?;
            }
            accounts.base.bus.publish_in_tx(&mut tx, &ClusterMessage::Roles(user)).await?;
            tx.commit().await?;
            accounts.desks.rescope(user).await;
            Ok(())
        };
        self.base.writes.run(Lane::Scorer, write).await
    }

    /// Lists operators: the accounts that have a role, or those assigned to an event.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`; database errors.
    pub async fn list_operators(
        &self,
        admin: Credential,
        event: Option<EventId>,
    ) -> Result<Vec<Account>, ServiceError> {
        self.authorise(admin, &[Role::Admin]).await?;
        Ok(users::operators(&self.base.database, event.as_ref()).await?)
    }
}
