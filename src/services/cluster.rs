//! One node among others: takes what they tell, and tells them what its crowds do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Resources;
use super::accounts::Accounts;
use super::desks::ScorerDesks;
use super::leaderboard::Leaderboards;
use super::reviews::Reviews;
use crate::cluster::bus::Bus;
use crate::cluster::note::{BusEvent, Crowd, Heard, Note, pack};
use crate::domain::clock;
use crate::live::room::Untold;
use crate::live::rooms::Rooms;
use crate::live::ticks;
use crate::storage::StorageError;

/// How often other nodes are told what the crowds here do.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// How often they are told that this node lives: once in so many times of [`TELL_EVERY`].
const ALIVE_TIMES: u32 = 8;
/// How often they are told again who watches here, for those that did not hear it: once in so many.
const AGAIN_TIMES: u32 = 16;
/// News that wait to be taken; then the listener waits.
const NEWS_LIMIT: usize = 1024;
/// After a gap the crowds are read again after so long: by then other nodes have kept what they had counted.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(4);

/// This node among the others.
pub struct Cluster {
    bus: Bus,
    rooms: Rooms,
    accounts: Arc<Accounts>,
    desks: Arc<ScorerDesks>,
    leaderboards: Arc<Leaderboards>,
    reviews: Arc<Reviews>,
}

impl Cluster {
    /// This node on the bus, and those whom it tells what it hears.
    #[must_use]
    pub fn new(
        resources: &Resources,
        accounts: Arc<Accounts>,
        desks: Arc<ScorerDesks>,
        leaderboards: Arc<Leaderboards>,
        reviews: Arc<Reviews>,
    ) -> Self {
        Self {
            bus: resources.bus.clone(),
            rooms: resources.rooms.clone(),
            accounts,
            desks,
            leaderboards,
            reviews,
        }
    }

    /// Hears the other nodes, and sends what they are told. Runs for as long as the server.
    pub async fn hear_others(self: &Arc<Self>) {
        let (sender, mut news) = mpsc::channel(NEWS_LIMIT);
        let take = async {
            while let Some(news) = news.recv().await {
                match news {
                    BusEvent::Connected => self.read_gap(),
                    BusEvent::Note(heard) => self.take(heard),
                }
            }
        };
        tokio::join!(self.bus.run(sender), take);
    }

    /// Tells the other nodes what the crowds here do. Runs for as long as the server. `connections` counts the sockets of
    /// this node.
    pub async fn tell_others(&self, connections: impl Fn() -> usize) {
        if !self.bus.is_shared() {
            return;
        }
        let mut ticks = ticks::every(TELL_EVERY);
        for tick in 0_u32.. {
            ticks.tick().await;
            // While the database is away nothing is told: the next time all of it is.
            if !self.bus.is_idle() {
                continue;
            }
            if tick.is_multiple_of(ALIVE_TIMES) {
                self.bus.tell(&Note::Alive(connections()));
            }
            self.tell_crowds(tick.is_multiple_of(AGAIN_TIMES));
            if self.bus.is_connected() {
                self.rooms.settle_nodes();
            }
        }
    }

    /// Tells the other nodes that this one ends.
    ///
    /// # Errors
    /// The database does not take it.
    pub async fn bid_farewell(&self) -> Result<(), StorageError> {
        self.bus.tell(&Note::Bye);
        self.bus.flush().await
    }

    fn tell_crowds(&self, again: bool) {
        let mut crowds = Vec::new();
        for (event_id, Untold { share, counts, singles }) in self.rooms.take_untold(again) {
            crowds.extend(share.map(|share| Crowd::Share(event_id.clone(), share)));
            if !counts.is_empty() {
                let counts = counts.into_iter().map(|(emoji, count)| (emoji.to_string(), count)).collect();
                crowds.push(Crowd::Counts(event_id.clone(), counts));
            }
            crowds.extend(singles.into_iter().map(|single| Crowd::Single(event_id.clone(), single)));
        }
        for note in pack(crowds) {
            self.bus.tell(&note);
        }
    }

    /// Reads what may have been told while nobody listened here.
    fn read_gap(self: &Arc<Self>) {
        self.rooms.elsewhere().excuse(Instant::now());
        self.accounts.look_for_ended();
        let cluster = self.clone();
        tokio::spawn(async move {
            cluster.rooms.check_all().await;
            cluster.desks.rescope_all().await;
            cluster.leaderboards.look_for_boards().await;
            cluster.rooms.read_crowds().await;
            sleep(READ_AGAIN_AFTER).await;
            cluster.rooms.read_crowds().await;
        });
    }

    /// Takes a note. Nothing waits here: one that takes time is taken in the background.
    fn take(self: &Arc<Self>, heard: Heard) {
        let Heard { from, at, note } = heard;
        let lag = Duration::try_from(clock::now() - at).unwrap_or_default();
        metrics::histogram!("touchline_bus_lag_seconds").record(lag);
        let is_own = from == self.rooms.run();
        match note {
            // The own ones too: a write whose outcome was not known is shown by them.
            Note::Update(event_id, logged) => self.rooms.hear_update(event_id, logged.into(), is_own),
            Note::Log(event_id, seq) => self.rooms.hear_log(event_id, seq, is_own),
            Note::Event(event_id) => {
                let rooms = self.rooms.clone();
                tokio::spawn(async move { rooms.refresh(&event_id).await });
            }
            Note::Session => self.accounts.look_for_ended(),
            _ if is_own => {}
            Note::Scorer(user, event_id, assigned) => self.rooms.assign(user, &event_id, assigned),
            Note::Roles(user) => {
                let desks = self.desks.clone();
                tokio::spawn(async move { desks.rescope(user).await });
            }
            Note::Points(user, change, in_ten) => self.leaderboards.show_points(user, &change, in_ten),
            Note::Held(review) => self.reviews.tell_reviewers_of("review:new", review),
            Note::Decided(review) => self.reviews.tell_reviewers_of("review:decided", review),
            Note::Message(event_id, message) => {
                if let Some(room) = self.rooms.loaded(&event_id) {
                    room.post_saved(&message);
                }
            }
            Note::Messages(event_id) => {
                let rooms = self.rooms.clone();
                tokio::spawn(async move {
                    if let Some(room) = rooms.loaded(&event_id)
                        && let Err(error) = rooms.read_crowd(&room).await
                    {
                        error.warn("cannot read a message of another node");
                    }
                });
            }
            Note::Deleted(event_id, message) => {
                if let Some(room) = self.rooms.loaded(&event_id) {
                    room.delete_message(message);
                }
            }
            Note::Crowds(crowds) => {
                for crowd in crowds {
                    self.take_crowd(&from, crowd);
                }
            }
            Note::Alive(connections) => {
                // One that is new here does not know who watches.
                if self.rooms.elsewhere().hear_node(&from, connections, Instant::now()) {
                    self.tell_crowds(true);
                }
            }
            Note::Bye => self.rooms.forget_node(&from),
        }
    }

    fn take_crowd(&self, node: &str, crowd: Crowd) {
        match crowd {
            Crowd::Share(event_id, share) => self.rooms.hear_share(node, &event_id, share),
            Crowd::Counts(event_id, counts) => self.rooms.hear_counts(node, &event_id, &counts),
            Crowd::Single(event_id, reaction) => self.rooms.hear_single(&event_id, reaction),
        }
    }
}
