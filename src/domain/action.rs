//! What a player does to earn points: a one-use ticket from its start to its completion, and the windows in which
//! it may be completed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{CryptoRng, RngExt as _};
use thiserror::Error;
use time::{Date, OffsetDateTime, UtcOffset};

use super::event::{Action, Status};
use super::id::{EventId, UserId};
use super::token::{self, TokenHash};

/// The right to complete an action once: 256 random bits, of which only a hash is kept.
#[derive(Clone)]
pub struct Ticket(String);

impl Ticket {
    /// A new ticket from a cryptographic source of randomness.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let secret: [u8; 32] = rng.random();
        Self(URL_SAFE_NO_PAD.encode(secret))
    }

    /// The ticket's text, to be handed to the player.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash under which it is kept.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        token::hash(&self.0)
    }
}

/// Where an action came from: for the rule about accounts that act together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The device's id, as its app gives it.
    pub device: Option<String>,
    /// The network address: of IPv6 the first 64 bits, which one household has.
    pub address: Option<String>,
}

/// What is known of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Whose it is.
    pub user: UserId,
    /// The session that it was issued to.
    pub session: TokenHash,
    /// For which event.
    pub event_id: EventId,
    /// For which action of it.
    pub action: String,
    /// When it was issued.
    pub issued_at: OffsetDateTime,
    /// Until when it can be redeemed.
    pub expires_at: OffsetDateTime,
    /// Whether it has been redeemed.
    pub redeemed: bool,
}

/// Why an action is not started or completed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ActionError {
    /// The player is not in the event.
    #[error("join the event first")]
    NotJoined,
    /// The event is over.
    #[error("the event has ended")]
    EventEnded,
    /// The event is not under way.
    #[error("the event is not live")]
    NotLive,
    /// The event offers no such action.
    #[error("the event has no such action")]
    UnknownAction,
    /// The ticket is another account's, or none.
    #[error("there is no such ticket")]
    UnknownTicket,
    /// The ticket was issued to another session of this account.
    #[error("the ticket belongs to a session that is over")]
    OtherSession,
    /// The ticket has been redeemed.
    #[error("the ticket has been redeemed")]
    AlreadyUsed,
    /// The ticket has run out.
    #[error("the ticket has expired")]
    Expired,
    /// Before the least time, in the cooldown, or beyond the daily cap. The ticket stays good.
    #[error("{reason}")]
    NotYet {
        /// Which of these.
        reason: &'static str,
        /// When it may be tried again.
        retry_after: Duration,
    },
}

/// What a player has done before, as far as the windows look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// When the player last completed this action.
    pub last_at: Option<OffsetDateTime>,
    /// How often the player completed it in this UTC day.
    pub today: i64,
}

/// Whether an event takes actions.
///
/// # Errors
/// [`ActionError::EventEnded`], [`ActionError::NotLive`].
pub fn check_status(status: Status) -> Result<(), ActionError> {
    match status {
        Status::Live => Ok(()),
        Status::Ended => Err(ActionError::EventEnded),
        Status::Scheduled | Status::Paused => Err(ActionError::NotLive),
    }
}

/// Whether a ticket can be redeemed by who presents it.
///
/// # Errors
/// [`ActionError::UnknownTicket`], [`ActionError::OtherSession`], [`ActionError::NotJoined`],
/// [`ActionError::AlreadyUsed`], [`ActionError::Expired`].
pub fn check_ticket(
    ticket: &Issued,
    user: UserId,
    session: &TokenHash,
    joined: &[EventId],
    now: OffsetDateTime,
) -> Result<(), ActionError> {
    if ticket.user != user {
        Err(ActionError::UnknownTicket)
    } else if ticket.session != *session {
        Err(ActionError::OtherSession)
    } else if !joined.contains(&ticket.event_id) {
        Err(ActionError::NotJoined)
    } else if ticket.redeemed {
        Err(ActionError::AlreadyUsed)
    } else if now >= ticket.expires_at {
        Err(ActionError::Expired)
    } else {
        Ok(())
    }
}

/// Whether an action may be completed now; of several reasons against it, that with the longest wait.
///
/// # Errors
/// [`ActionError::NotYet`].
pub fn check_windows(
    action: &Action,
    issued_at: OffsetDateTime,
    before: Before,
    now: OffsetDateTime,
) -> Result<(), ActionError> {
    let after = |time: OffsetDateTime, millis: u32| time + Duration::from_millis(millis.into());
    let earliest = [
        ("this action takes longer", Some(after(issued_at, action.min_ms))),
        (
            "not again so soon",
            // Without a cooldown the order in which several nodes' clocks put things does not matter.
            before.last_at.filter(|_| action.cooldown_ms > 0).map(|last| after(last, action.cooldown_ms)),
        ),
        (
            "no more of this action today",
            (before.today >= i64::from(action.daily_cap)).then(|| day_of(now).next_day()),
        ),
    ];
    let wait = |(reason, from): (&'static str, Option<OffsetDateTime>)| {
        let retry_after = Duration::try_from(from? - now).ok().filter(|wait| !wait.is_zero())?;
        Some((reason, retry_after))
    };
    match earliest.into_iter().filter_map(wait).max_by_key(|(_, wait)| *wait) {
        Some((reason, retry_after)) => Err(ActionError::NotYet { reason, retry_after }),
        None => Ok(()),
    }
}

/// A UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(Date);

/// The UTC day that a time lies in.
#[must_use]
pub fn day_of(time: OffsetDateTime) -> Day {
    Day(time.to_offset(UtcOffset::UTC).date())
}

impl Day {
    /// When it begins.
    #[must_use]
    pub fn start(self) -> OffsetDateTime {
        self.0.midnight().assume_utc()
    }

    /// When the next one begins.
    #[must_use]
    pub fn next_day(self) -> OffsetDateTime {
        self.start() + time::Duration::DAY
    }
}

#[cfg(test)]
#[path = "action_tests.rs"]
mod tests;
