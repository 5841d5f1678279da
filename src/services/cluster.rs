//! Communication between nodes: handles the messages of other nodes, and publishes the state of this node's crowds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::accounts::Accounts;
use super::desks::ScorerDesks;
use super::leaderboard::Leaderboards;
use super::reviews::Reviews;
use super::{Base, Resources};
use crate::cluster::message::{BusEvent, ClusterMessage, CrowdChange, ReceivedMessage, pack};
use crate::domain::clock;
use crate::live::room::UnpublishedCrowd;
use crate::live::timers;
use crate::storage::StorageError;

/// How often the state of the crowds is published.
const PUBLISH_EVERY: Duration = Duration::from_millis(250);
/// An `Alive` message is sent every this many rounds of [`PUBLISH_EVERY`].
const ALIVE_TIMES: u32 = 8;
/// Viewer counts are sent again every this many rounds, for nodes that missed them.
const AGAIN_TIMES: u32 = 16;
/// Maximum number of received messages in the queue. When it is full, the listener waits.
const BUS_EVENT_LIMIT: usize = 1024;
/// How long after a gap the crowds are read a second time. By then, other nodes have saved what they had counted.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(4);

/// This node's side of the communication between nodes.
pub struct Cluster {
    base: Base,
    accounts: Arc<Accounts>,
    desks: Arc<ScorerDesks>,
    leaderboards: Arc<Leaderboards>,
    reviews: Arc<Reviews>,
}

impl Cluster {
    /// Connects this node's services to the bus.
    pub fn new(
        resources: &Resources,
        accounts: Arc<Accounts>,
        desks: Arc<ScorerDesks>,
        leaderboards: Arc<Leaderboards>,
        reviews: Arc<Reviews>,
    ) -> Self {
        Self { base: resources.base.clone(), accounts, desks, leaderboards, reviews }
    }

    /// Receives and handles the messages of other nodes. Runs until the server stops.
    pub async fn run_bus(self: &Arc<Self>) {
        let (sender, mut bus_events) = mpsc::channel(BUS_EVENT_LIMIT);
        let take = async {
            while let Some(bus_event) = bus_events.recv().await {
                match bus_event {
                    BusEvent::Connected => self.read_gap(),
                    BusEvent::Message(heard) => self.take(heard),
                }
            }
        };
        tokio::join!(self.base.bus.run(sender), take);
    }

    /// Publishes the state of this node's crowds to the other nodes. Runs until the server stops. `connections`
    /// counts this node's sockets.
    pub async fn publish_state(&self, connections: impl Fn() -> usize) {
        if !self.base.bus.is_shared() {
            return;
        }
        let mut ticks = timers::every(PUBLISH_EVERY);
        for tick in 0_u32.. {
            ticks.tick().await;
            // Skip the round while earlier messages are still queued, as when the database is down. The next round
            // publishes everything.
            if !self.base.bus.is_idle() {
                continue;
            }
            if tick.is_multiple_of(ALIVE_TIMES) {
                self.base.bus.publish(&ClusterMessage::Alive(connections()));
            }
            self.publish_crowds(tick.is_multiple_of(AGAIN_TIMES));
            if self.base.bus.is_connected() {
                self.base.rooms.settle_nodes();
            }
        }
    }

    /// Tells the other nodes that this node shuts down.
    pub async fn announce_shutdown(&self) -> Result<(), StorageError> {
        self.base.bus.publish(&ClusterMessage::Bye);
        self.base.bus.flush().await
    }

    fn publish_crowds(&self, again: bool) {
        let mut crowds = Vec::new();
        for (event_id, UnpublishedCrowd { summary, counts, singles }) in
            self.base.rooms.take_unpublished(again)
        {
            crowds.extend(summary.map(|summary| CrowdChange::Viewers(event_id.clone(), summary)));
            if !counts.is_empty() {
                let counts = counts.into_iter().map(|(emoji, count)| (emoji.to_string(), count)).collect();
                crowds.push(CrowdChange::Counts(event_id.clone(), counts));
            }
            crowds.extend(singles.into_iter().map(|single| CrowdChange::Single(event_id.clone(), single)));
        }
        for message in pack(crowds) {
            self.base.bus.publish(&message);
        }
    }

    /// Reads everything that may have been missed while this node was not listening.
    fn read_gap(self: &Arc<Self>) {
        self.base.rooms.remote_nodes().reset_timeouts(Instant::now());
        self.accounts.look_for_ended();
        let cluster = self.clone();
        tokio::spawn(async move {
            cluster.base.rooms.sync_all().await;
            cluster.desks.rescope_all().await;
            cluster.leaderboards.poll_boards().await;
            cluster.base.rooms.sync_crowds().await;
            sleep(READ_AGAIN_AFTER).await;
            cluster.base.rooms.sync_crowds().await;
        });
    }

    /// Handles a message. Nothing here waits; slow work is done in the background.
    fn take(self: &Arc<Self>, heard: ReceivedMessage) {
        let ReceivedMessage { from, at, message } = heard;
        let lag = Duration::try_from(clock::now() - at).unwrap_or_default();
        metrics::histogram!("touchline_bus_lag_seconds").record(lag);
        let is_own = from == self.base.rooms.run();
        match message {
            // This node's own updates too: they show writes whose outcome was not known.
            ClusterMessage::Update(event_id, logged) => {
                self.base.rooms.on_update(event_id, logged.into(), is_own);
            }
            ClusterMessage::Log(event_id, seq) => self.base.rooms.on_logged(event_id, seq, is_own),
            ClusterMessage::Event(event_id) => {
                let rooms = self.base.rooms.clone();
                tokio::spawn(async move { rooms.sync_event(&event_id).await });
            }
            ClusterMessage::Session => self.accounts.look_for_ended(),
            _ if is_own => {}
            ClusterMessage::Scorer(user, event_id, assigned) => {
                self.base.rooms.assign(user, &event_id, assigned);
            }
            ClusterMessage::Roles(user) => {
                let desks = self.desks.clone();
                tokio::spawn(async move { desks.rescope(user).await });
            }
            ClusterMessage::Points(user, change, in_ten) => {
                self.leaderboards.show_points(user, &change, in_ten);
            }
            ClusterMessage::Held(review) => self.reviews.notify_reviewers_of("review:new", review),
            ClusterMessage::Decided(review) => self.reviews.notify_reviewers_of("review:decided", review),
            ClusterMessage::Message(event_id, message) => {
                if let Some(room) = self.base.rooms.loaded(&event_id) {
                    room.post_saved(&message);
                }
            }
            ClusterMessage::Messages(event_id) => {
                let rooms = self.base.rooms.clone();
                tokio::spawn(async move {
                    if let Some(room) = rooms.loaded(&event_id)
                        && let Err(error) = rooms.sync_crowd(&room).await
                    {
                        error.warn("cannot read a message from another node");
                    }
                });
            }
            ClusterMessage::Deleted(event_id, message) => {
                if let Some(room) = self.base.rooms.loaded(&event_id) {
                    room.delete_message(message);
                }
            }
            ClusterMessage::Crowds(crowds) => {
                for crowd in crowds {
                    self.take_crowd(&from, crowd);
                }
            }
            ClusterMessage::Alive(connections) => {
                // A new node does not know the viewer counts yet.
                if self.base.rooms.remote_nodes().on_node_alive(&from, connections, Instant::now()) {
                    self.publish_crowds(true);
                }
            }
            ClusterMessage::Bye => self.base.rooms.forget_node(&from),
        }
    }

    fn take_crowd(&self, node: &str, crowd: CrowdChange) {
        match crowd {
            CrowdChange::Viewers(event_id, summary) => self.base.rooms.on_viewers(node, &event_id, summary),
            CrowdChange::Counts(event_id, counts) => self.base.rooms.on_counts(node, &event_id, &counts),
            CrowdChange::Single(event_id, reaction) => self.base.rooms.on_reaction(&event_id, reaction),
        }
    }
}
