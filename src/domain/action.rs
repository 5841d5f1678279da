//! Actions that earn points: one-use tickets from start to completion, and the time windows for completing an action.

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

/// The right to complete an action once: 256 random bits and a [`Stamp`]. Only a hash is stored, so nobody can change
/// the stamp.
#[derive(Clone)]
pub struct Ticket(String);

/// When a ticket was issued, by the monotonic clock of the issuing process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Identifies the process.
    pub process: u64,
    /// Milliseconds by its monotonic clock.
    pub steady_ms: u64,
}

impl Stamp {
    /// The stamp of a moment in a process.
    pub fn new(process: u64, moment: Moment) -> Self {
        Self { process, steady_ms: u64::try_from(moment.steady.as_millis()).unwrap_or(u64::MAX) }
    }

    /// The stamp in a ticket that a client presents; `None` for tickets of version 0.1.0, which have none.
    pub fn of_ticket(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (_, stamp) = bytes.split_at_checked(SECRET_BYTES)?;
        let (process, steady_ms) = stamp.split_at_checked(8)?;
        let number = |bytes: &[u8]| Some(u64::from_be_bytes(bytes.try_into().ok()?));
        Some(Self { process: number(process)?, steady_ms: number(steady_ms)? })
    }
}

/// Random bytes in a ticket.
const SECRET_BYTES: usize = 32;

impl Ticket {
    /// Generates a ticket from a cryptographic source of randomness.
    pub fn generate(rng: &mut impl CryptoRng, stamp: Stamp) -> Self {
        let secret: [u8; SECRET_BYTES] = rng.random();
        let bytes = [&secret[..], &stamp.process.to_be_bytes(), &stamp.steady_ms.to_be_bytes()].concat();
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The ticket's text for the player.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash that is stored.
    pub fn hash(&self) -> TokenHash {
        token::hash(&self.0)
    }
}

/// Where an action came from, for the rule about accounts that act together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The device's id, as sent by its app.
    pub device: Option<String>,
    /// The network address; for IPv6 the first 64 bits, the prefix of one household.
    pub address: Option<String>,
}

/// A ticket as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The account that it was issued to.
    pub user: UserId,
    /// The session that it was issued to.
    pub session: TokenHash,
    /// The event.
    pub event_id: EventId,
    /// The action's name.
    pub action: String,
    /// When it was issued.
    pub issued_at: OffsetDateTime,
    /// When it expires.
    pub expires_at: OffsetDateTime,
    /// Whether it has been redeemed.
    pub redeemed: bool,
}

/// Why an action cannot be started or completed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ActionError {
    /// The player is not in the event.
    #[error("join the event first")]
    NotJoined,
    /// The event has ended.
    #[error("the event has ended")]
    EventEnded,
    /// The event is not live.
    #[error("the event is not live")]
    NotLive,
    /// The event has no such action.
    #[error("the event has no such action")]
    UnknownAction,
    /// The ticket does not exist, or belongs to another account.
    #[error("unknown ticket")]
    UnknownTicket,
    /// The ticket was issued to another session of this account.
    #[error("the ticket belongs to a session that has ended")]
    OtherSession,
    /// The ticket was already redeemed.
    #[error("the ticket was already used")]
    AlreadyUsed,
    /// The ticket has expired.
    #[error("the ticket has expired")]
    Expired,
    /// Before the minimum time, during the cooldown, or beyond the daily cap. The ticket stays valid.
    #[error("{reason}")]
    NotYet {
        /// The reason, for people.
        reason: &'static str,
        /// The time until a retry can succeed.
        retry_after: Duration,
    },
}

/// A player's past completions that the windows depend on.
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
    /// Its stored time.
    pub at: OffsetDateTime,
    /// Its age by the monotonic clock.
    pub ago: Duration,
}

/// Checks that an event accepts actions.
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

/// The age of a ticket. It is measured if this process issued the ticket, and otherwise calculated from the clock.
/// `None` if the clock was set back since.
pub fn age(issued_at: OffsetDateTime, stamp: Option<Stamp>, process: u64, now: Moment) -> Option<Duration> {
    match stamp {
        Some(stamp) if stamp.process == process => {
            Some(now.steady.saturating_sub(Duration::from_millis(stamp.steady_ms)))
        }
        _ if wait::is_ahead(issued_at, now.time) => None,
        _ => Some(Duration::try_from(now.time - issued_at).unwrap_or_default()),
    }
}

/// Checks that a ticket of this age can be redeemed by the client that presents it.
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

/// Checks that an action may be completed now with a ticket of this age. Of several obstacles, reports the one with
/// the longest wait. If the age is unknown, the minimum time counts as over.
pub fn check_windows(
    action: &Action,
    age: Option<Duration>,
    before: Before,
    remembered: Option<Remembered>,
    now: OffsetDateTime,
) -> Result<(), ActionError> {
    let length = |millis: u32| Duration::from_millis(millis.into());
    let cooldown = length(action.cooldown_ms);
    // Entries up to the remembered one are older than it, whatever the clock said. A later one was written by another
    // node.
    let stored = before.last_at.filter(|last| remembered.is_none_or(|own| *last > own.at));
    let stored = stored.and_then(|last| wait::left(last, cooldown, now));
    let remembered = remembered.and_then(|own| wait::remaining(own.ago, cooldown));
    let tomorrow = || Duration::try_from(day_of(now).next_day() - now).ok();
    let waits = [
        ("completed too fast", age.and_then(|age| wait::remaining(age, length(action.min_ms)))),
        ("this action is in its cooldown", stored.max(remembered)),
        (
            "daily limit of this action reached",
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

/// The UTC day of a time.
pub fn day_of(time: OffsetDateTime) -> Day {
    Day(time.to_offset(UtcOffset::UTC).date())
}

impl Day {
    /// When it begins.
    pub fn start(self) -> OffsetDateTime {
        self.0.midnight().assume_utc()
    }

    /// When the next day begins.
    pub fn next_day(self) -> OffsetDateTime {
        self.start() + time::Duration::DAY
    }
}

#[cfg(test)]
#[path = "action_tests.rs"]
mod tests;
