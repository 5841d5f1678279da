//! How often codes are mailed: to an address, and on behalf of an IP address.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::domain::email::EmailAddress;
use crate::domain::limit::Rate;
use crate::services::error::ServiceError;

/// The limits of mailing, as this node knows them.
pub struct MailLimits {
    resend: Limiter<String>,
    per_address: Limiter<String>,
    per_ip: Limiter<IpAddr>,
}

impl MailLimits {
    /// Limits of these rates. `resend` is the least time between two codes to one address.
    #[must_use]
    pub fn new(resend: Duration, per_address: Rate, per_ip: Rate) -> Self {
        Self {
            resend: Limiter::new(Rate { count: 1, per: resend }),
            per_address: Limiter::new(per_address),
            per_ip: Limiter::new(per_ip),
        }
    }

    /// Counts one request for a code.
    ///
    /// # Errors
    /// `RateLimited`, with the time after which it would be taken.
    pub fn check(&self, email: &EmailAddress, ip: IpAddr) -> Result<(), ServiceError> {
        // The IP address first: one that has had its share does not use up that of other people's mailboxes.
        self.per_ip.check(&network(ip))?;
        let key = email.limit_key();
        self.resend.check(&key)?;
        self.per_address.check(&key)
    }

    /// Forgets whom no limit holds any more.
    pub fn forget(&self) {
        self.resend.forget();
        self.per_address.forget();
        self.per_ip.forget();
    }
}

/// What one subscriber has: an address of version 4, or a /64 of version 6 (RFC 6177).
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let bits = ip.to_bits();
            IpAddr::V6(Ipv6Addr::from_bits(bits & !u128::from(u64::MAX)))
        }
        ip @ IpAddr::V4(_) => ip,
    }
}

/// So many in so long, for each key.
struct Limiter<K: Hash + Eq + Clone>(Option<RateLimiter<K, HashMapStateStore<K>, MonotonicClock>>);

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// A time of zero is no limit.
    fn new(Rate { count, per }: Rate) -> Self {
        let quota = NonZeroU32::new(count)
            .and_then(|burst| Some(Quota::with_period(per / count)?.allow_burst(burst)));
        Self(quota.map(|quota| RateLimiter::hashmap_with_clock(quota, MonotonicClock)))
    }

    fn check(&self, key: &K) -> Result<(), ServiceError> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter
            .check_key(key)
            .map_err(|refused| ServiceError::RateLimited(refused.wait_time_from(MonotonicClock.now())))
    }

    fn forget(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(resend: &str, per_address: &str, per_ip: &str) -> MailLimits {
        MailLimits::new(
            humantime::parse_duration(resend).expect("a time"),
            per_address.parse().expect("a rate"),
            per_ip.parse().expect("a rate"),
        )
    }

    fn ask(limits: &MailLimits, email: &str, ip: &str) -> Option<u64> {
        let email = EmailAddress::parse(email).expect("an address");
        match limits.check(&email, ip.parse().expect("an IP address")) {
            Ok(()) => None,
            Err(ServiceError::RateLimited(after)) => Some(after.as_secs() + 1),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_mailbox_is_limited_however_it_is_spelled() {
        let limits = limits("60s", "5/1h", "1000/1h");
        assert_eq!(ask(&limits, "ann@b.org", "192.0.2.1"), None);
        for spelling in ["ann@b.org", "ANN@B.ORG", "ann+1@b.org", "Ann+2+3@b.org"] {
            assert_eq!(ask(&limits, spelling, "192.0.2.2"), Some(60), "{spelling}");
        }
        assert_eq!(ask(&limits, "bob@b.org", "192.0.2.1"), None);
    }

    #[test]
    fn an_address_gets_so_many_an_hour() {
        let limits = limits("0s", "5/1h", "1000/1h");
        for tag in 0..5 {
            assert_eq!(ask(&limits, &format!("ann+{tag}@b.org"), "192.0.2.1"), None);
        }
        let wait = ask(&limits, "ann@b.org", "192.0.2.1").expect("the sixth is refused");
        assert!((700..=720).contains(&wait), "one more each twelve minutes: {wait}");
    }

    #[test]
    fn a_subscriber_is_limited_and_does_not_use_up_a_mailbox() {
        let limits = limits("60s", "5/1h", "2/1h");
        assert_eq!(ask(&limits, "a@b.org", "2001:db8::1"), None);
        assert_eq!(ask(&limits, "b@b.org", "2001:db8::ffff:0:0:1"), None);
        assert!(ask(&limits, "c@b.org", "2001:db8:0:0:1::1").is_some());
        assert_eq!(ask(&limits, "c@b.org", "2001:db8:0:1::1"), None);
        assert_eq!(ask(&limits, "d@b.org", "192.0.2.1"), None);
        assert_eq!(ask(&limits, "e@b.org", "::ffff:192.0.2.1"), None);
        assert!(ask(&limits, "f@b.org", "192.0.2.1").is_some());
    }
}
