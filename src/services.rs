//! The use cases, one service per subject. Only services open transactions, and only services run loops that read
//! or write the database.

pub mod accounts;
pub mod cluster;
pub mod crowd;
pub mod desks;
pub mod error;
pub mod events;
pub mod leaderboard;
pub mod list_feed;
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
use crate::storage::{Database, Reader};
use crate::supervise::Supervisor;
use accounts::{AccountPolicy, Accounts};
use cluster::Cluster;
use crowd::Crowd;
use desks::ScorerDesks;
use events::Events;
use leaderboard::Leaderboards;
use list_feed::ListFeed;
use node::Node;
use points::Points;
use refusals::Refusals;
use reviews::Reviews;
use scoring::Scoring;
use writes::Writes;

/// What most services use. Cheap to clone.
#[derive(Clone)]
pub struct Base {
    /// The database.
    pub database: Database,
    /// Runs all writes to the database.
    pub writes: Writes,
    /// The rooms of this node.
    pub rooms: Rooms,
    /// The connection to the other nodes.
    pub bus: Bus,
}

impl Base {
    /// The same for clients that have not authenticated yet: their reads queue behind all others.
    fn for_anonymous(&self) -> Self {
        Self { database: self.database.read_by(Reader::Anonymous), ..self.clone() }
    }
}

/// What the services are built from.
pub struct Resources {
    /// What most services use.
    pub base: Base,
    /// Sends sign-in codes.
    pub mailer: Mailer,
    /// Watches the parts of this node for panics.
    pub supervisor: Supervisor,
}

/// The settings of the services.
pub struct Settings {
    /// Sign-in settings.
    pub accounts: AccountPolicy,
    /// How long after its start an action can be completed.
    pub ticket_ttl: Duration,
    /// When points are held for review.
    pub thresholds: Thresholds,
}

/// The services of a node. Each caller gets only the services that it uses.
#[derive(Clone)]
pub struct Services {
    /// Sign-in, sign-out and roles.
    pub accounts: Arc<Accounts>,
    /// Communication with the other nodes.
    pub cluster: Arc<Cluster>,
    /// Viewers, their reactions and messages.
    pub crowd: Arc<Crowd>,
    /// Scorers' desks.
    pub desks: Arc<ScorerDesks>,
    /// Events.
    pub events: Arc<Events>,
    /// Leaderboards.
    pub leaderboards: Arc<Leaderboards>,
    /// Live lists of events.
    pub list_feed: Arc<ListFeed>,
    /// Health checks and reports.
    pub node: Arc<Node>,
    /// Actions and points.
    pub points: Arc<Points>,
    /// Log of refused requests.
    pub refusals: Arc<Refusals>,
    /// Reviews of held points.
    pub reviews: Arc<Reviews>,
    /// Updates and corrections.
    pub scoring: Arc<Scoring>,
}

impl Services {
    /// Builds the services, each from what it uses.
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
            list_feed: Arc::new(ListFeed::new(resources)),
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
