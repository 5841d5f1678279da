//! One node among others: takes what they tell, and tells them what its crowds do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::sleep;
use uuid::Uuid;

use super::Services;
use crate::cluster::note::{BusEvent, Crowd, Heard, Note, pack};
use crate::domain::account::{Account, Role};
use crate::domain::clock;
use crate::domain::id::UserId;
use crate::domain::points::PointsChange;
use crate::live::desk::Scope;
use crate::live::message::Message;
use crate::live::room::Untold;
use crate::live::ticks;
use crate::storage::{StorageError, events, reviews, users};

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
/// How long to wait where an account's roles cannot be read.
const RESCOPE_AGAIN_AFTER: Duration = Duration::from_secs(1);

impl Services {
    /// Hears the other nodes, and sends what they are told, for ever.
    pub async fn hear_others(&self) {
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

    /// Tells the other nodes what the crowds here do, for ever. `connections` counts the sockets of this node.
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

    /// The scores of which events an account's desk is sent; `None`: of none, ever.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn scope_of(&self, account: &Account) -> Result<Option<Scope>, StorageError> {
        Ok(if account.has(Role::Admin) {
            Some(Scope::Every)
        } else if account.has(Role::Scorer) {
            let events = events::assigned_to(&self.database, account.id).await?;
            Some(Scope::Assigned(events.into_iter().collect()))
        } else {
            None
        })
    }

    /// What an account may do has changed: its desks are sent what it may score. Where the database does not answer,
    /// that is done once it does.
    pub(super) async fn rescope(&self, user: UserId) {
        let Err(error) = self.try_rescope(user).await else { return };
        error.warn("cannot read what an account may score; retrying");
        let services = self.clone();
        tokio::spawn(async move {
            loop {
                sleep(RESCOPE_AGAIN_AFTER).await;
                if services.try_rescope(user).await.is_ok() {
                    return;
                }
            }
        });
    }

    async fn try_rescope(&self, user: UserId) -> Result<(), StorageError> {
        if self.rooms.desks().of_user(user).is_empty() {
            return Ok(());
        }
        let _turn = self.rooms.desks().turn_to_rescope().await;
        let scope = match users::find(&self.database, user).await? {
            Some(account) => self.scope_of(&account).await?,
            None => None,
        };
        self.rooms.rescope(user, scope.as_ref());
        Ok(())
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
    fn read_gap(&self) {
        self.rooms.elsewhere().excuse(Instant::now());
        self.accounts.credential_ended.notify_one();
        let services = self.clone();
        tokio::spawn(async move {
            services.rooms.check_all().await;
            for user in services.rooms.desks().users() {
                services.rescope(user).await;
            }
            services.look_for_boards().await;
            services.rooms.read_crowds().await;
            sleep(READ_AGAIN_AFTER).await;
            services.rooms.read_crowds().await;
        });
    }

    /// Takes a note. Nothing waits here: one that takes time is taken in the background.
    fn take(&self, heard: Heard) {
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
            Note::Session => self.accounts.credential_ended.notify_one(),
            _ if is_own => {}
            Note::Scorer(user, event_id, assigned) => self.rooms.assign(user, &event_id, assigned),
            Note::Roles(user) => {
                let services = self.clone();
                tokio::spawn(async move { services.rescope(user).await });
            }
            Note::Points(user, change, in_ten) => self.tell_here(user, &change, in_ten),
            Note::Held(review) => self.tell_reviewers_of("review:new", review),
            Note::Decided(review) => self.tell_reviewers_of("review:decided", review),
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

    /// Tells a player's sockets on this node about its points, and takes note that a board has changed.
    pub(super) fn tell_here(&self, user: UserId, change: &PointsChange, in_ten: bool) {
        if in_ten {
            self.points.boards.change(&change.event_id);
        }
        self.points.players.send(user, &Arc::new(Message::points(change)));
    }

    /// Tells the reviewers on this node of a review that another one knows of.
    fn tell_reviewers_of(&self, name: &'static str, review: Uuid) {
        if self.points.reviewers.users().is_empty() {
            return;
        }
        let services = self.clone();
        tokio::spawn(async move {
            let found = async {
                let mut tx = services.database.begin_reading().await?;
                reviews::find(&mut tx, review).await
            };
            match found.await {
                Ok(Some(review)) => services.tell_reviewers(name, review),
                Ok(None) => {}
                Err(error) => error.warn("cannot read a review to tell reviewers about"),
            }
        });
    }
}
