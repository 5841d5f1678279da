//! What a player does to earn points: a one-use ticket from its start to its completion, and the windows in which
//! it may be completed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{CryptoRng, RngExt as _};
use thiserror::Error;
use time::{Date, OffsetDateTime, UtcOffset};

use super::clock::Moment;
use super::event::{Action, Status};
use super::id::{EventId, UserId};
use super::token::{self, TokenHash};
use super::wait;

/// The right to complete an action once: 256 random bits and a [`Stamp`], of which only a hash is kept. So nobody can
/// change the stamp.
#[derive(Clone)]
pub struct Ticket(String);

/// When a ticket was issued, by the steady clock of the process that issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Names the process.
    pub process: u64,
    /// The time by its steady clock, in milliseconds.
    pub steady_ms: u64,
}

impl Stamp {
    /// The stamp of a moment in a process.
    #[must_use]
    pub fn new(process: u64, moment: Moment) -> Self {
        Self { process, steady_ms: u64::try_from(moment.steady.as_millis()).unwrap_or(u64::MAX) }
    }

    /// The stamp in a ticket that a client presents; `None` for those of version 0.1.0, which have none.
    #[must_use]
    pub fn of_ticket(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (_, stamp) = bytes.split_at_checked(SECRET_BYTES)?;
        let (process, steady_ms) = stamp.split_at_checked(8)?;
        let number = |bytes: &[u8]| Some(u64::from_be_bytes(bytes.try_into().ok()?));
        Some(Self { process: number(process)?, steady_ms: number(steady_ms)? })
    }
}

/// Random bytes of a ticket.
const SECRET_BYTES: usize = 32;

impl Ticket {
    /// A new ticket from a cryptographic source of randomness.
    pub fn generate(rng: &mut impl CryptoRng, stamp: Stamp) -> Self {
        let secret: [u8; SECRET_BYTES] = rng.random();
        let bytes = [&secret[..], &stamp.process.to_be_bytes(), &stamp.steady_ms.to_be_bytes()].concat();
        Self(URL_SAFE_NO_PAD.encode(bytes))
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

/// What this process remembers of a player's last completion of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// When that was, as it is stored.
    pub at: OffsetDateTime,
    /// How long ago that is, by the steady clock.
    pub ago: Duration,
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

/// How long ago a ticket was issued: measured, if this process issued it; else by the clock, `None` if that was set back
/// since.
#[must_use]
pub fn age(issued_at: OffsetDateTime, stamp: Option<Stamp>, process: u64, now: Moment) -> Option<Duration> {
    match stamp {
        Some(stamp) if stamp.process == process => {
            Some(now.steady.saturating_sub(Duration::from_millis(stamp.steady_ms)))
        }
        _ if wait::is_ahead(issued_at, now.time) => None,
        _ => Some(Duration::try_from(now.time - issued_at).unwrap_or_default()),
    }
}

/// Whether a ticket of this age can be redeemed by the client that presents it.
///
/// # Errors
/// [`ActionError::UnknownTicket`], [`ActionError::OtherSession`], [`ActionError::NotJoined`],
/// [`ActionError::AlreadyUsed`], [`ActionError::Expired`].
pub fn check_ticket(
    ticket: &Issued,
    user: UserId,
    session: &TokenHash,
    joined: &[EventId],
    age: Option<Duration>,
) -> Result<(), ActionError> {
    let lives_for = Duration::try_from(ticket.expires_at - ticket.issued_at).unwrap_or_default();
    if ticket.user != user {
        Err(ActionError::UnknownTicket)
    } else if ticket.session != *session {
        Err(ActionError::OtherSession)
    } else if !joined.contains(&ticket.event_id) {
        Err(ActionError::NotJoined)
    } else if ticket.redeemed {
        Err(ActionError::AlreadyUsed)
    } else if age.is_some_and(|age| age >= lives_for) {
        Err(ActionError::Expired)
    } else {
        Ok(())
    }
}

/// Whether an action may be completed now, by a ticket of this age; of several reasons against it, that with the longest
/// wait. Where the age is not known, the least time is over.
///
/// # Errors
/// [`ActionError::NotYet`].
pub fn check_windows(
    action: &Action,
    age: Option<Duration>,
    before: Before,
    remembered: Option<Remembered>,
    now: OffsetDateTime,
) -> Result<(), ActionError> {
    let length = |millis: u32| Duration::from_millis(millis.into());
    let cooldown = length(action.cooldown_ms);
    // Entries up to the remembered one are older than it, whatever the clock said. A later one is another node's.
    let stored = before.last_at.filter(|last| remembered.is_none_or(|own| *last > own.at));
    let stored = stored.and_then(|last| wait::left(last, cooldown, now));
    let remembered = remembered.and_then(|own| wait::remaining(own.ago, cooldown));
    let tomorrow = || Duration::try_from(day_of(now).next_day() - now).ok();
    let waits = [
        ("this action takes longer", age.and_then(|age| wait::remaining(age, length(action.min_ms)))),
        ("not again so soon", stored.max(remembered)),
        (
            "no more of this action today",
            (before.today >= i64::from(action.daily_cap)).then(tomorrow).flatten(),
        ),
    ];
    let wait = |(reason, wait): (&'static str, Option<Duration>)| Some((reason, wait?));
    match waits.into_iter().filter_map(wait).max_by_key(|(_, wait)| *wait) {
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
