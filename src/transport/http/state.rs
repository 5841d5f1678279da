//! The API's state: each handler extracts the services it uses.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::services::Services;
use crate::services::accounts::Accounts;
use crate::services::crowd::Crowd;
use crate::services::events::Events;
use crate::services::leaderboard::Leaderboards;

/// The services of the API. A request reads before its caller is authenticated, so its reads wait behind all
/// others. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    accounts: Arc<Accounts>,
    crowd: Arc<Crowd>,
    events: Arc<Events>,
    leaderboards: Arc<Leaderboards>,
}

impl Api {
    /// Wraps these services for the API.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        Self {
            accounts: Arc::new(services.accounts.for_anonymous()),
            crowd: Arc::new(services.crowd.for_anonymous()),
            events: Arc::new(services.events.for_anonymous()),
            leaderboards: Arc::new(services.leaderboards.for_anonymous()),
        }
    }
}

impl FromRef<Api> for Arc<Accounts> {
    fn from_ref(api: &Api) -> Self {
        api.accounts.clone()
    }
}

impl FromRef<Api> for Arc<Crowd> {
    fn from_ref(api: &Api) -> Self {
        api.crowd.clone()
    }
}

impl FromRef<Api> for Arc<Events> {
    fn from_ref(api: &Api) -> Self {
        api.events.clone()
    }
}

impl FromRef<Api> for Arc<Leaderboards> {
    fn from_ref(api: &Api) -> Self {
        api.leaderboards.clone()
    }
}
