//! The use cases, one service for each subject. Only here are transactions opened, and only here does a loop read or
//! write the database.

pub mod accounts;
pub mod cluster;
pub mod crowd;
pub mod desks;
pub mod error;
pub mod events;
pub mod leaderboard;
pub mod node;
pub mod points;
pub mod refusals;
pub mod reviews;
pub mod scoring;
pub mod writes;

use std::sync::Arc;
use std::time::Duration;

use crate::cluster::bus::Bus;
use crate::domain::integrity::Thresholds;
use crate::live::rooms::Rooms;
use crate::mail::mailer::Mailer;
use crate::storage::Database;
use crate::supervise::Supervisor;
use accounts::{AccountPolicy, Accounts};
use cluster::Cluster;
use crowd::Crowd;
use desks::ScorerDesks;
use events::Events;
use leaderboard::Leaderboards;
use node::Node;
use points::Points;
use refusals::Refusals;
use reviews::Reviews;
use scoring::Scoring;
use writes::Writes;

/// What the services work with.
pub struct Resources {
    /// The database.
    pub database: Database,
    /// The way into the database for everything that writes.
    pub writes: Writes,
    /// The rooms of this node.
    pub rooms: Rooms,
    /// The way to other nodes.
    pub bus: Bus,
    /// How codes leave.
    pub mailer: Mailer,
    /// Who watches the parts of this node.
    pub supervisor: Supervisor,
}

/// The settings of the services.
pub struct Settings {
    /// Of signing in.
    pub accounts: AccountPolicy,
    /// How long after its start an action can be completed.
    pub ticket_ttl: Duration,
    /// From where on points are held.
    pub thresholds: Thresholds,
}

/// The services of a node. Whoever builds them gives each caller the ones that it uses.
#[derive(Clone)]
pub struct Services {
    /// Signing in and out, and roles.
    pub accounts: Arc<Accounts>,
    /// This node among others.
    pub cluster: Arc<Cluster>,
    /// The people who watch.
    pub crowd: Arc<Crowd>,
    /// The desks of scorers.
    pub desks: Arc<ScorerDesks>,
    /// The events.
    pub events: Arc<Events>,
    /// The boards.
    pub leaderboards: Arc<Leaderboards>,
    /// Checks and reports.
    pub node: Arc<Node>,
    /// Earning points.
    pub points: Arc<Points>,
    /// What was refused.
    pub refusals: Arc<Refusals>,
    /// Held points.
    pub reviews: Arc<Reviews>,
    /// Publishing updates.
    pub scoring: Arc<Scoring>,
}

impl Services {
    /// Builds them, each from what it uses.
    #[must_use]
    pub fn new(resources: &Resources, settings: Settings) -> Self {
        let Settings { accounts: policy, ticket_ttl, thresholds } = settings;
        let desks = Arc::new(ScorerDesks::new(resources));
        let accounts = Arc::new(Accounts::new(resources, desks.clone(), policy));
        let crowd = Arc::new(Crowd::new(resources, accounts.clone()));
        let leaderboards = Arc::new(Leaderboards::new(resources));
        let reviews = Arc::new(Reviews::new(resources, accounts.clone(), leaderboards.clone()));
        let points = Points::new(resources, leaderboards.clone(), reviews.clone(), ticket_ttl, thresholds);
        Self {
            cluster: Arc::new(Cluster::new(
                resources,
                accounts.clone(),
                desks.clone(),
                leaderboards.clone(),
                reviews.clone(),
            )),
            events: Arc::new(Events::new(resources, accounts.clone())),
            node: Arc::new(Node::new(resources, accounts.clone(), crowd.clone())),
            points: Arc::new(points),
            refusals: Arc::new(Refusals::new(resources)),
            scoring: Arc::new(Scoring::new(resources)),
            accounts,
            crowd,
            desks,
            leaderboards,
            reviews,
        }
    }
}
