//! Scorers' desks: clients of `/admin` receive the scores of the events that their account may score.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::{Base, Resources};
use crate::domain::account::{Account, Role};
use crate::domain::id::UserId;
use crate::live::desk::DeskScope;
use crate::live::member::{Member, MemberId};
use crate::storage::{StorageError, events, users};

/// How long to wait before reading an account's roles again after an error.
const RESCOPE_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Opens and closes desks, and updates them when their accounts' permissions change.
pub struct ScorerDesks {
    base: Base,
}

impl ScorerDesks {
    /// The desks of these rooms.
    pub fn new(resources: &Resources) -> Self {
        Self { base: resources.base.clone() }
    }

    /// Starts sending a client the scores of the events that its account may score.
    pub async fn open(&self, account: &Account, id: MemberId, client: Arc<dyn Member>) {
        match self.scope_of(account).await {
            Ok(Some(scope)) => self.base.rooms.desks().open(id, account.id, client, scope),
            Ok(None) => {}
            Err(error) => {
                error.warn("cannot read the events that a scorer may score");
            }
        }
    }

    /// Closes the client's desk, if it has one.
    pub fn close(&self, id: MemberId) {
        self.base.rooms.close_desk(id);
    }

    /// Updates every desk on this node.
    pub(super) async fn rescope_all(self: &Arc<Self>) {
        for user in self.base.rooms.desks().users() {
            self.rescope(user).await;
        }
    }

    /// The events whose scores an account's desk receives; `None` if it gets no desk.
    async fn scope_of(&self, account: &Account) -> Result<Option<DeskScope>, StorageError> {
        Ok(if account.has(Role::Admin) {
            Some(DeskScope::Every)
        } else if account.has(Role::Scorer) {
            let events = events::assigned_to(&self.base.database, account.id).await?;
            Some(DeskScope::Assigned(events.into_iter().collect()))
        } else {
            None
        })
    }

    /// Updates an account's desks after its permissions changed. If the database is unavailable, retries in the
    /// background until it succeeds.
    pub(super) async fn rescope(self: &Arc<Self>, user: UserId) {
        let Err(error) = self.try_rescope(user).await else { return };
        error.warn("cannot read the events that an account may score; retrying");
        let desks = self.clone();
        tokio::spawn(async move {
            loop {
                sleep(RESCOPE_AGAIN_AFTER).await;
                if desks.try_rescope(user).await.is_ok() {
                    return;
                }
            }
        });
    }

    async fn try_rescope(&self, user: UserId) -> Result<(), StorageError> {
        if self.base.rooms.desks().of_user(user).is_empty() {
            return Ok(());
        }
        let _turn = self.base.rooms.desks().turn_to_rescope().await;
        let scope = match users::find(&self.base.database, user).await? {
            Some(account) => self.scope_of(&account).await?,
            None => None,
        };
        self.base.rooms.rescope(user, scope.as_ref());
        Ok(())
    }
}
