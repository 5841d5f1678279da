//! Earning points: an action is started and completed; then its points count or are held for review. Each step is
//! one transaction.

mod entry;
mod facts;
mod memory;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use time::OffsetDateTime;

use entry::enter;
use memory::Memory;

pub use crate::storage::leaderboard::verify;

use super::accounts::{Credential, authenticate_in};
use super::error::ServiceError;
use super::leaderboard::Leaderboards;
use super::reviews::Reviews;
use super::writes::Lane;
use super::{Base, Resources};
use crate::cluster::message::ClusterMessage;
use crate::domain::action::{
    self, ActionError, Issued, Origin, Stamp, Ticket, check_status, check_ticket, check_windows, day_of,
};
use crate::domain::clock::{self, Moment};
use crate::domain::entropy;
use crate::domain::event::Action;
use crate::domain::id::{EventId, UserId};
use crate::domain::integrity::{Norms, Thresholds};
use crate::domain::points::PointsChange;
use crate::domain::review::{Player, Review};
use crate::domain::token::{self, TokenHash};
use crate::live::timers;
use crate::storage::events::Offer;
use crate::storage::{Transaction, events, points, sessions, tickets, users};

/// The reason given to the owner of held points. It does not name the rule, which would help cheaters.
const HELD: &str = "waiting for a reviewer";
/// How long expired tickets are kept, so that a late client can be told what happened to its ticket. This is longer
/// than any integrity rule looks back at where actions came from.
const TICKETS_KEPT: Duration = Duration::from_hours(48);
/// How often expired tickets are deleted.
const DELETE_EVERY: Duration = Duration::from_mins(10);

/// Issues tickets for actions, and redeems them.
pub struct Points {
    base: Base,
    leaderboards: Arc<Leaderboards>,
    reviews: Arc<Reviews>,
    state: Arc<State>,
}

/// The settings of earning points, and this process's memory.
struct State {
    /// How long after its start an action can be completed.
    ticket_ttl: Duration,
    /// When each integrity rule applies.
    thresholds: Thresholds,
    /// The norms of each event, and when they were read.
    norms: Mutex<HashMap<EventId, (OffsetDateTime, Arc<Norms>)>>,
    /// Identifies this process in the tickets that it issues.
    process: u64,
    /// Recent completions in this process.
    completed: Memory,
}

impl Points {
    /// Issues tickets that are valid for `ticket_ttl`. `thresholds` say when points are held.
    pub fn new(
        resources: &Resources,
        leaderboards: Arc<Leaderboards>,
        reviews: Arc<Reviews>,
        ticket_ttl: Duration,
        thresholds: Thresholds,
    ) -> Self {
        let process = entropy::id(&mut entropy::source());
        let (norms, completed) = (Mutex::default(), Memory::default());
        Self {
            base: resources.base.clone(),
            leaderboards,
            reviews,
            state: Arc::new(State { ticket_ttl, thresholds, norms, process, completed }),
        }
    }
}

/// The input for starting an action.
#[derive(Debug)]
pub struct Start {
    /// The event.
    pub event_id: EventId,
    /// The action's name.
    pub action: String,
    /// The client's network address.
    pub address: Option<String>,
}

/// A started action.
pub struct Started {
    /// The ticket that completes it.
    pub ticket: Ticket,
    /// Minimum time until completion, in milliseconds.
    pub min_ms: u32,
    /// When the ticket expires.
    pub expires_at: OffsetDateTime,
}

/// The input for completing an action.
#[derive(Debug)]
pub struct Completion {
    /// The ticket from the start.
    pub ticket: String,
    /// The events that the player has joined.
    pub joined: Vec<EventId>,
    /// The client's network address.
    pub address: Option<String>,
}

/// The result of a completed action.
struct Redeemed {
    user: UserId,
    change: PointsChange,
    in_ten: bool,
    review: Option<Review>,
}

impl Points {
    /// Issues a ticket for an action of a live event.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `NotFound` (the event), `Action`, `Unavailable`.
    pub async fn start(
        self: &Arc<Self>,
        player: Credential,
        start: Start,
        now: impl Into<Moment>,
    ) -> Result<Started, ServiceError> {
        let (points, moment) = (self.clone(), now.into());
        let now = moment.time;
        let write = async move {
            let mut tx = points.base.database.begin_for(Lane::Player).await?;
            let user = authenticate_in(&mut tx, player).await?.id;
            let Start { event_id, action: name, address } = start;
            let offered = offer(&mut tx, &event_id).await?.actions;
            let min_ms = choose(&offered, &name)?.min_ms;
            let stamp = Stamp::new(points.state.process, moment);
            let ticket = Ticket::generate(&mut entropy::source(), stamp);
            let expires_at = now + points.state.ticket_ttl;
            let device = sessions::device_of(&mut tx, player.hash()).await?;
            let issued = Issued {
                user,
                session: *player.hash(),
                event_id,
                action: name,
                issued_at: now,
                expires_at,
                redeemed: false,
            };
            tickets::add(&mut tx, &ticket.hash(), &issued, &Origin { device, address }).await?;
            tx.commit().await?;
            Ok(Started { ticket, min_ms, expires_at })
        };
        self.base.writes.run(Lane::Player, write).await
    }

    /// Redeems a ticket. The points count, or are held for a reviewer.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `NotFound` (the event), `Action`, `Unavailable`.
    pub async fn complete(
        self: &Arc<Self>,
        player: Credential,
        completion: Completion,
        now: impl Into<Moment>,
    ) -> Result<PointsChange, ServiceError> {
        let (points, now) = (self.clone(), now.into());
        let write = async move {
            let redeemed = points.redeem(player, completion, now).await?;
            let Redeemed { user, change, in_ten, .. } = &redeemed;
            points.leaderboards.show_points(*user, change, *in_ten);
            // Published after the commit: hundreds of actions commit at once, and a notification in each
            // transaction would make them wait for each other.
            points.base.bus.publish(&ClusterMessage::Points(*user, change.clone(), *in_ten));
            metrics::counter!("touchline_actions_total", "status" => match redeemed.review {
                Some(_) => "held",
                None => "counted",
            })
            .increment(1);
            if let Some(review) = redeemed.review {
                points.base.bus.publish(&ClusterMessage::Held(review.id));
                points.reviews.notify_reviewers("review:new", review);
            }
            Ok(redeemed.change)
        };
        self.base.writes.run(Lane::Player, write).await
    }

    async fn redeem(
        &self,
        player: Credential,
        completion: Completion,
        moment: Moment,
    ) -> Result<Redeemed, ServiceError> {
        let now = moment.time;
        let mut tx = self.base.database.begin_for(Lane::Player).await?;
        let user = authenticate_in(&mut tx, player).await?.id;
        users::lock(&mut tx, user).await?;
        // Authenticate again under the lock: a login on another device may have held it.
        let account = authenticate_in(&mut tx, player).await?;
        let hash = token::hash(&completion.ticket);
        let ticket = tickets::find(&mut tx, &hash).await?.ok_or(ActionError::UnknownTicket)?;
        let stamp = Stamp::of_ticket(&completion.ticket);
        let age = action::age(ticket.issued_at, stamp, self.state.process, moment);
        check_ticket(&ticket, user, player.hash(), &completion.joined, age)?;
        let Offer { actions: offered, competition, .. } = offer(&mut tx, &ticket.event_id).await?;
        let action = choose(&offered, &ticket.action)?;
        let cooldown = Duration::from_millis(action.cooldown_ms.into());
        let key = (user, ticket.event_id.clone(), action.name.clone());
        let before =
            points::before(&mut tx, user, &ticket.event_id, &action.name, cooldown, day_of(now), now).await?;
        let remembered = self.state.completed.find(&key, moment);
        check_windows(action, age, before, remembered, now)?;

        let device = sessions::device_of(&mut tx, player.hash()).await?;
        let origin = Origin { device, address: completion.address };
        let done = CompletedAction {
            ticket: &ticket,
            hash: &hash,
            action,
            offered: &offered,
            competition: competition.as_ref(),
            origin: &origin,
            now,
            age,
        };
        let verdict = self.look_at(&mut tx, &done).await?;
        if !tickets::redeem(&mut tx, &hash, &origin, now).await? {
            return Err(ActionError::AlreadyUsed.into());
        }
        let player = Player { id: user, name: account.name };
        let redeemed = enter(&mut tx, &done, player, verdict).await?;
        tx.commit().await?;
        self.state.completed.add(key, cooldown, moment);
        Ok(redeemed)
    }

    /// Deletes tickets that expired long ago, and completions whose cooldown is over. Runs until the server stops.
    pub async fn delete_old_tickets(&self) {
        let mut ticks = timers::every(DELETE_EVERY);
        loop {
            ticks.tick().await;
            let now = clock::moment();
            self.state.completed.forget_old(now);
            if let Err(error) = tickets::remove_ended(&self.base.database, now.time - TICKETS_KEPT).await {
                error.warn("cannot delete old tickets; retrying later");
            }
        }
    }
}

/// An action that is being completed.
struct CompletedAction<'a> {
    ticket: &'a Issued,
    hash: &'a TokenHash,
    action: &'a Action,
    offered: &'a [Action],
    /// The competition of the event.
    competition: Option<&'a EventId>,
    origin: &'a Origin,
    now: OffsetDateTime,
    /// Age of the ticket; `None` if the clock does not tell.
    age: Option<Duration>,
}

impl CompletedAction<'_> {
    /// The time from start to completion; the action's minimum if it is unknown.
    fn took_ms(&self) -> i64 {
        let took = self.age.map_or(u128::from(self.action.min_ms), |age| age.as_millis());
        i64::try_from(took).unwrap_or(i64::MAX)
    }
}

/// What a live event offers.
async fn offer(tx: &mut Transaction, event_id: &EventId) -> Result<Offer, ServiceError> {
    let offer = events::find_offer(tx, event_id).await?.ok_or(ServiceError::NotFound("event"))?;
    check_status(offer.status)?;
    Ok(offer)
}

fn choose<'a>(offered: &'a [Action], name: &str) -> Result<&'a Action, ActionError> {
    offered.iter().find(|action| action.name == name).ok_or(ActionError::UnknownAction)
}
