//! Earning points: an action is started, completed, looked at, and counts or is held; all of it in one
//! transaction.

mod entry;
mod facts;
mod memory;
mod verify;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use time::OffsetDateTime;

use entry::enter;
pub(super) use entry::standing;
use memory::Memory;
pub use verify::verify;

use super::Services;
use super::accounts::{Credential, authenticate_in};
use super::error::ServiceError;
use super::writes::Lane;
use crate::cluster::note::Note;
use crate::domain::action::{
    self, ActionError, Issued, Origin, Stamp, Ticket, check_status, check_ticket, check_windows, day_of,
};
use crate::domain::clock::Moment;
use crate::domain::entropy;
use crate::domain::event::Action;
use crate::domain::id::{EventId, UserId};
use crate::domain::integrity::{Norms, Thresholds};
use crate::domain::points::PointsChange;
use crate::domain::review::{Player, Review};
use crate::domain::token::{self, TokenHash};
use crate::live::boards::Boards;
use crate::live::recipients::Recipients;
use crate::storage::{Transaction, events, points, sessions, tickets, users};

/// How long ended tickets are kept, to tell a late client what became of its ticket: longer than any rule looks
/// back at where actions came from.
const TICKETS_KEPT: Duration = Duration::from_hours(48);
/// What the owner of held points reads. It does not say which rule spoke: that would teach whom it is for.
const HELD: &str = "a reviewer is to look at it";

/// What earning points goes by.
#[derive(Default)]
pub struct Points {
    /// How long after its start an action can be completed.
    pub ticket_ttl: Duration,
    /// From where on each rule of integrity speaks.
    pub thresholds: Thresholds,
    /// The sockets of players on this node.
    pub players: Recipients,
    /// The desks of reviewers on this node.
    pub reviewers: Recipients,
    /// The boards of this node.
    pub boards: Boards,
    /// What is usual in each event, and when that was read.
    norms: Mutex<HashMap<EventId, (OffsetDateTime, Arc<Norms>)>>,
    /// Names this process in the tickets that it issues.
    process: u64,
    /// The completions of this process.
    completed: Memory,
}

impl Points {
    /// What earning points goes by.
    #[must_use]
    pub fn new(ticket_ttl: Duration, thresholds: Thresholds) -> Self {
        let process = entropy::id(&mut entropy::source());
        Self { ticket_ttl, thresholds, process, ..Self::default() }
    }
}

/// A player starts an action.
#[derive(Debug)]
pub struct Start {
    /// Of which event.
    pub event_id: EventId,
    /// Which.
    pub action: String,
    /// From which network address.
    pub address: Option<String>,
}

/// An action was started.
pub struct Started {
    /// What completes it.
    pub ticket: Ticket,
    /// The least time until then, in milliseconds.
    pub min_ms: u32,
    /// Until when it can be completed.
    pub expires_at: OffsetDateTime,
}

/// A player completes an action.
#[derive(Debug)]
pub struct Completion {
    /// What the start was answered by.
    pub ticket: String,
    /// The events that the player is in.
    pub joined: Vec<EventId>,
    /// From which network address.
    pub address: Option<String>,
}

/// What a completed action led to.
struct Redeemed {
    user: UserId,
    change: PointsChange,
    in_ten: bool,
    review: Option<Review>,
}

impl Services {
    /// Issues a ticket for an action of a live event.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `NotFound` (the event), `Action`, `Unavailable`.
    pub async fn start_action(
        &self,
        player: Credential,
        start: Start,
        now: impl Into<Moment>,
    ) -> Result<Started, ServiceError> {
        let (services, moment) = (self.clone(), now.into());
        let now = moment.time;
        self.writes
            .run(Lane::Player, async move {
                let mut tx = services.database.begin_for(Lane::Player).await?;
                let user = authenticate_in(&mut tx, player).await?.id;
                let Start { event_id, action: name, address } = start;
                let offered = offer(&mut tx, &event_id).await?;
                let min_ms = choose(&offered, &name)?.min_ms;
                let stamp = Stamp::new(services.points.process, moment);
                let ticket = Ticket::generate(&mut entropy::source(), stamp);
                let expires_at = now + services.points.ticket_ttl;
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
            })
            .await
    }

    /// Redeems a ticket: the points count, or are held for a reviewer.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `NotFound` (the event), `Action`, `Unavailable`.
    pub async fn complete_action(
        &self,
        player: Credential,
        completion: Completion,
        now: impl Into<Moment>,
    ) -> Result<PointsChange, ServiceError> {
        let (services, now) = (self.clone(), now.into());
        self.writes
            .run(Lane::Player, async move {
                let redeemed = services.redeem(player, completion, now).await?;
                let Redeemed { user, change, in_ten, .. } = &redeemed;
                services.tell_here(*user, change, *in_ten);
                // After the commit: actions come by the hundred, and a note in each would make them wait for
                // each other.
                services.bus.tell(&Note::Points(*user, change.clone(), *in_ten));
                metrics::counter!("touchline_actions_total", "status" => match redeemed.review {
                    Some(_) => "held",
                    None => "counted",
                })
                .increment(1);
                if let Some(review) = redeemed.review {
                    services.bus.tell(&Note::Held(review.id));
                    services.tell_reviewers("review:new", review);
                }
                Ok(redeemed.change)
            })
            .await
    }

    async fn redeem(
        &self,
        player: Credential,
        completion: Completion,
        moment: Moment,
    ) -> Result<Redeemed, ServiceError> {
        let now = moment.time;
        let mut tx = self.database.begin_for(Lane::Player).await?;
        let user = authenticate_in(&mut tx, player).await?.id;
        users::lock(&mut tx, user).await?;
        // A login on another device may have held the account until now.
        let account = authenticate_in(&mut tx, player).await?;
        let hash = token::hash(&completion.ticket);
        let ticket = tickets::find(&mut tx, &hash).await?.ok_or(ActionError::UnknownTicket)?;
        let stamp = Stamp::of_ticket(&completion.ticket);
        let age = action::age(ticket.issued_at, stamp, self.points.process, moment);
        check_ticket(&ticket, user, player.hash(), &completion.joined, age)?;
        let offered = offer(&mut tx, &ticket.event_id).await?;
        let action = choose(&offered, &ticket.action)?;
        let cooldown = Duration::from_millis(action.cooldown_ms.into());
        let key = (user, ticket.event_id.clone(), action.name.clone());
        let before =
            points::before(&mut tx, user, &ticket.event_id, &action.name, cooldown, day_of(now), now).await?;
        let remembered = self.points.completed.find(&key, moment);
        check_windows(action, age, before, remembered, now)?;

        let device = sessions::device_of(&mut tx, player.hash()).await?;
        let origin = Origin { device, address: completion.address };
        let done =
            Done { ticket: &ticket, hash: &hash, action, offered: &offered, origin: &origin, now, age };
        let verdict = self.look_at(&mut tx, &done).await?;
        if !tickets::redeem(&mut tx, &hash, &origin, now).await? {
            return Err(ActionError::AlreadyUsed.into());
        }
        let player = Player { id: user, name: account.name };
        let redeemed = enter(&mut tx, &done, player, verdict).await?;
        tx.commit().await?;
        self.points.completed.add(key, cooldown, moment);
        Ok(redeemed)
    }

    /// Forgets tickets that ended long ago, and completions whose cooldown is over.
    pub async fn forget_tickets(&self, now: Moment) {
        self.points.completed.forget_old(now);
        if let Err(error) = tickets::remove_ended(&self.database, now.time - TICKETS_KEPT).await {
            error.warn("cannot delete old tickets; retrying later");
        }
    }
}

/// An action that is completed.
struct Done<'a> {
    ticket: &'a Issued,
    hash: &'a TokenHash,
    action: &'a Action,
    offered: &'a [Action],
    origin: &'a Origin,
    now: OffsetDateTime,
    /// Of the ticket; `None` where the clock does not tell.
    age: Option<Duration>,
}

impl Done<'_> {
    /// From start to completion: the least time where it is not known.
    fn took_ms(&self) -> i64 {
        let took = self.age.map_or(u128::from(self.action.min_ms), |age| age.as_millis());
        i64::try_from(took).unwrap_or(i64::MAX)
    }
}

/// What an event that is live offers.
async fn offer(tx: &mut Transaction, event_id: &EventId) -> Result<Vec<Action>, ServiceError> {
    let (status, actions) = events::find_offer(tx, event_id).await?.ok_or(ServiceError::NotFound("event"))?;
    check_status(status)?;
    Ok(actions)
}

fn choose<'a>(offered: &'a [Action], name: &str) -> Result<&'a Action, ActionError> {
    offered.iter().find(|action| action.name == name).ok_or(ActionError::UnknownAction)
}
