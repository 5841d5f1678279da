//! Sessions of signed-in devices: how they end, and what a login elsewhere does to them.

use std::time::Duration;

use time::OffsetDateTime;

use super::words::words;

/// A session is renewed when it is used after this fraction of its lifetime since the last renewal, so that not every
/// use causes a write.
const RENEWALS_IN_TTL: u32 = 100;

/// The device that a session is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Chosen by the app, and kept across logins.
    pub id: String,
    /// The device's name, for its owner.
    pub name: String,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnding {
    /// By a login on another device.
    Replaced,
    /// By a new login on the same device.
    Renewed,
    /// By its owner.
    Logout,
    /// By time.
    Expired,
}

words! {
    SessionEnding: Replaced = "replaced", Renewed = "renewed", Logout = "logout", Expired = "expired"
}

/// What a login on a second device does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SingleDevice {
    /// End the first device's session.
    Replace,
    /// Refuse the login.
    Reject,
}

/// The effect of a login on an existing session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// There was no live session.
    First,
    /// The session ends like this.
    Ends(SessionEnding),
    /// Another device's session continues, and the login is refused.
    Refused,
}

/// Decides what a login on a device does to the account's session that has not ended, given as `(device id, expiry)`.
pub fn login(
    live: Option<(&str, OffsetDateTime)>,
    device_id: &str,
    now: OffsetDateTime,
    single: SingleDevice,
) -> Login {
    match live {
        None => Login::First,
        Some((_, expires_at)) if is_over(expires_at, now) => Login::Ends(SessionEnding::Expired),
        Some((id, _)) if id == device_id => Login::Ends(SessionEnding::Renewed),
        Some(_) => match single {
            SingleDevice::Replace => Login::Ends(SessionEnding::Replaced),
            SingleDevice::Reject => Login::Refused,
        },
    }
}

/// Whether a session has expired.
pub fn is_over(expires_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    now >= expires_at
}

/// The minimum time between two renewals.
pub fn renewal_step(ttl: Duration) -> Duration {
    ttl / RENEWALS_IN_TTL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::from_millis;

    #[test]
    fn a_login_ends_another_session_or_is_refused() {
        let at = |millis| from_millis(millis).expect("a time");
        let (replace, reject) = (SingleDevice::Replace, SingleDevice::Reject);
        for (live, device, single, expected) in [
            (None, "a", reject, Login::First),
            (Some(("a", at(10))), "a", replace, Login::Ends(SessionEnding::Renewed)),
            (Some(("a", at(10))), "a", reject, Login::Ends(SessionEnding::Renewed)),
            (Some(("a", at(10))), "b", replace, Login::Ends(SessionEnding::Replaced)),
            (Some(("a", at(10))), "b", reject, Login::Refused),
            (Some(("a", at(9))), "b", reject, Login::Ends(SessionEnding::Expired)),
            (Some(("a", at(9))), "b", replace, Login::Ends(SessionEnding::Expired)),
            (Some(("a", at(9))), "a", replace, Login::Ends(SessionEnding::Expired)),
        ] {
            assert_eq!(login(live, device, at(9), single), expected, "{live:?} {device} {single:?}");
        }
    }
}
