//! The API's state: each handler extracts the services it uses.

use std::sync::Arc;

use axum::extract::FromRef;

use crate::services::Services;
use crate::services::accounts::Accounts;
use crate::services::crowd::Crowd;
use crate::services::events::Events;
use crate::services::leaderboard::Leaderboards;
use crate::services::scoring::Scoring;

/// The services of the API. A request reads before its caller is authenticated, so its reads wait behind all
/// others. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    accounts: Arc<Accounts>,
    crowd: Arc<Crowd>,
    events: Arc<Events>,
    leaderboards: Arc<Leaderboards>,
    scoring: Arc<Scoring>,
}

impl Api {
    /// Wraps these services for the API.
    pub fn new(services: &Services) -> Self {
        let accounts = Arc::new(services.accounts.for_anonymous());
        Self {
            crowd: Arc::new(services.crowd.for_anonymous(accounts.clone())),
            events: Arc::new(services.events.for_anonymous(accounts.clone())),
            leaderboards: Arc::new(services.leaderboards.for_anonymous()),
            scoring: services.scoring.clone(),
            accounts,
        }
    }
}

/// Lets handlers extract a service of the [`Api`].
macro_rules! extract {
    ($($field:ident: $service:ty),*) => {
        $(impl FromRef<Api> for Arc<$service> {
            fn from_ref(api: &Api) -> Self {
                api.$field.clone()
            }
        })*
    };
}

extract!(accounts: Accounts, crowd: Crowd, events: Events, leaderboards: Leaderboards, scoring: Scoring);
