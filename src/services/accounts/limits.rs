//! How often codes are mailed: per address, per network and in total.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;

use crate::domain::bucket::Bucket;
use crate::domain::email::EmailAddress;
use crate::domain::limit::Rate;
use crate::domain::network::Network;
use crate::services::error::ServiceError;

/// How much more than a /64 the larger IPv6 networks of one subscriber get: the /56 and the /48.
const WIDENING: [u32; 3] = [1, 4, 16];

/// How often codes are mailed.
#[derive(Debug, Clone, Copy)]
pub struct MailRates {
    /// Minimum time between two codes to one address requested from one network.
    pub resend: Duration,
    /// Codes to one address, requested from one network.
    pub per_address: Rate,
    /// Codes to one address, requested from anywhere.
    pub per_address_total: Rate,
    /// Codes on behalf of one IPv4 address or IPv6 /64.
    pub per_ip: Rate,
    /// Codes in total.
    pub total: Rate,
}

/// The mail limits of this node. Cheap to clone.
#[derive(Clone)]
pub struct MailLimits {
    rates: MailRates,
    buckets: Arc<Mutex<HashMap<MailLimitKey, Bucket>>>,
    /// Limits the overload warning to one a minute, so that an attack does not flood the log.
    warnings: Arc<DefaultDirectRateLimiter>,
}

/// What a bucket counts. Addresses are without case and tag. Their network is the largest that one subscriber may
/// have, so that changing addresses within it does not give a second share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum MailLimitKey {
    Resend(String, Network),
    Address(String, Network),
    AddressTotal(String),
    Network(Network),
    Total,
}

impl MailLimitKey {
    /// The name of the limit in the metrics.
    fn name(&self) -> &'static str {
        match self {
            Self::Resend(..) => "otp_resend",
            Self::Address(..) => "otp_per_address",
            Self::AddressTotal(_) => "otp_per_address_total",
            Self::Network(_) => "otp_per_ip",
            Self::Total => "otp_total",
        }
    }
}

impl MailLimits {
    /// Limits of these rates.
    pub fn new(rates: MailRates) -> Self {
        let once_a_minute = RateLimiter::direct(Quota::per_minute(NonZeroU32::MIN));
        Self { rates, buckets: Arc::default(), warnings: Arc::new(once_a_minute) }
    }

    /// Takes one mail from every limit that applies, or from none of them.
    ///
    /// # Errors
    /// `RateLimited`, or `Busy` if the limit on all mail is reached; both with the time to wait.
    pub fn take(&self, email: &EmailAddress, ip: IpAddr, now: Instant) -> Result<MailShare, ServiceError> {
        let counted = self.counted(email, ip);
        let mut buckets = self.buckets.lock();
        let bucket = |key: &MailLimitKey| buckets.get(key).copied().unwrap_or_else(|| Bucket::full(now));
        let refused = counted.iter().filter_map(|(key, rate)| Some((key, bucket(key).wait(*rate, now)?)));
        // The caller's own limit is more useful to report than the limit on all mail, and lasts longer.
        if let Some((key, wait)) = refused.max_by_key(|(key, wait)| (**key != MailLimitKey::Total, *wait)) {
            metrics::counter!("touchline_rate_limited_total", "limit" => key.name()).increment(1);
            if *key != MailLimitKey::Total {
                return Err(ServiceError::RateLimited(wait));
            }
            self.warn_of_overload("OTP_TOTAL is reached");
            return Err(ServiceError::Busy(wait));
        }
        for (key, rate) in &counted {
            buckets.entry(key.clone()).or_insert_with(|| Bucket::full(now)).take(*rate, now);
        }
        Ok(MailShare { limits: self.clone(), counted })
    }

    /// Logs, at most once a minute, that requests for codes are refused for everybody.
    pub fn warn_of_overload(&self, reason: &'static str) {
        if self.warnings.check().is_ok() {
            tracing::warn!(reason, "sign-in codes are not mailed: requests for a code get 503");
        }
    }

    /// Drops the buckets that are full again.
    pub fn forget(&self, now: Instant) {
        let mut buckets = self.buckets.lock();
        buckets.retain(|_, bucket| !bucket.is_full(now));
        buckets.shrink_to_fit();
    }

    /// The limits that apply to a mail.
    fn counted(&self, email: &EmailAddress, ip: IpAddr) -> Vec<(MailLimitKey, Rate)> {
        let MailRates { resend, per_address, per_address_total, per_ip, total } = self.rates;
        let (address, network) = (email.limit_key(), Network::widest(ip));
        let of_address = [
            (MailLimitKey::Resend(address.clone(), network), Rate { count: 1, per: resend }),
            (MailLimitKey::Address(address.clone(), network), per_address),
            (MailLimitKey::AddressTotal(address), per_address_total),
        ];
        let of_networks = Network::widening(ip).zip(WIDENING).map(|(network, wider)| {
            (MailLimitKey::Network(network), Rate { count: per_ip.count.saturating_mul(wider), ..per_ip })
        });
        of_address.into_iter().chain(of_networks).chain([(MailLimitKey::Total, total)]).collect()
    }
}

/// One mail's share of the limits. Dropping it without [`MailShare::spend`] refunds it, so that mails that could
/// not be sent do not count.
#[must_use]
pub struct MailShare {
    limits: MailLimits,
    counted: Vec<(MailLimitKey, Rate)>,
}

impl MailShare {
    /// Keeps the mail counted.
    pub fn spend(mut self) {
        self.counted.clear();
    }
}

impl Drop for MailShare {
    fn drop(&mut self) {
        if self.counted.is_empty() {
            return;
        }
        let mut buckets = self.limits.buckets.lock();
        for (key, rate) in &self.counted {
            if let Some(bucket) = buckets.get_mut(key) {
                bucket.refund(*rate);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    /// Limits that are never reached, except those that a test changes.
    fn limits(change: impl FnOnce(&mut MailRates)) -> MailLimits {
        let rate = |count| Rate { count, per: HOUR };
        let mut rates = MailRates {
            resend: Duration::from_nanos(1),
            per_address: rate(1_000_000),
            per_address_total: rate(1_000_000),
            per_ip: rate(1_000_000),
            total: rate(1_000_000),
        };
        change(&mut rates);
        MailLimits::new(rates)
    }

    fn rate(text: &str) -> Rate {
        text.parse().expect("a rate")
    }

    /// Requests a code. Returns the seconds to wait if it would not be mailed now.
    fn ask(limits: &MailLimits, email: &str, ip: &str, now: Instant) -> Option<u64> {
        let email = EmailAddress::parse(email).expect("an address");
        match limits.take(&email, ip.parse().expect("an IP address"), now) {
            Ok(share) => {
                share.spend();
                None
            }
            Err(ServiceError::RateLimited(after)) => {
                Some((after + Duration::from_nanos(999_999_999)).as_secs())
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_mailbox_is_limited_however_it_is_spelled_and_in_each_network_by_itself() {
        let (limits, now) = (limits(|rates| rates.resend = Duration::from_mins(1)), Instant::now());
        assert_eq!(ask(&limits, "ann@b.org", "192.0.2.1", now), None);
        for spelling in ["ann@b.org", "ANN@B.ORG", "ann+1@b.org", "Ann+2+3@b.org"] {
            assert_eq!(ask(&limits, spelling, "192.0.2.1", now), Some(60), "{spelling}");
        }
        assert_eq!(ask(&limits, "bob@b.org", "192.0.2.1", now), None);
        assert_eq!(ask(&limits, "ann@b.org", "192.0.2.2", now), None);
        assert_eq!(ask(&limits, "ann@b.org", "192.0.2.1", now + Duration::from_mins(1)), None);
    }

    #[test]
    fn a_stranger_uses_up_one_networks_share_of_a_mailbox_and_not_its_owners() {
        let limits = limits(|rates| {
            rates.per_address = rate("5/1h");
            rates.per_address_total = rate("12/1h");
        });
        let start = Instant::now();
        let mut moment = 0;
        let mut ask = |email: &str, ip: &str| {
            moment += 1;
            ask(&limits, email, ip, start + Duration::from_micros(moment))
        };
        for nth in 0..5 {
            // Another /64 each time, all within the largest network of one subscriber.
            assert_eq!(ask("ann@b.org", &format!("2001:db8:1:{nth}::1")), None);
        }
        assert_eq!(ask("ann@b.org", "2001:db8:1:99::1"), Some(720));
        for nth in 0..5 {
            assert_eq!(ask(&format!("ann+{nth}@b.org"), "192.0.2.1"), None);
        }
        // The limit over all networks is higher.
        for nth in 0..2 {
            assert_eq!(ask("ann@b.org", &format!("198.51.100.{nth}")), None);
        }
        assert_eq!(ask("ann@b.org", "203.0.113.1"), Some(300));
    }

    #[test]
    fn a_subscriber_is_limited_by_address_and_in_version_6_by_three_networks_that_widen() {
        let (limits, now) = (limits(|rates| rates.per_ip = rate("2/1h")), Instant::now());
        let mut nth = 0;
        let mut taken = |networks: &mut dyn Iterator<Item = String>| {
            let mut count = 0;
            for ip in networks {
                nth += 1;
                count += u32::from(ask(&limits, &format!("a{nth}@b.org"), &ip, now).is_none());
            }
            count
        };
        assert_eq!(taken(&mut (0..9).map(|_| "192.0.2.1".to_owned())), 2);
        assert_eq!(taken(&mut (0..9).map(|_| "::ffff:192.0.2.1".to_owned())), 0);
        assert_eq!(taken(&mut (0..9).map(|host| format!("2001:db8:0:1::{host}"))), 2);
        assert_eq!(taken(&mut (0..256).map(|net| format!("2001:db8:0:{net:x}::1"))), 6);
        assert_eq!(taken(&mut (0..65_536).map(|net| format!("2001:db8:0:{net:x}::1"))), 24);
        assert_eq!(taken(&mut (0..9).map(|_| "2001:db8:1::1".to_owned())), 2);
    }

    #[test]
    fn all_mail_together_is_bounded_and_a_refusal_uses_up_nobodys_share() {
        let now = Instant::now();
        let limits = limits(|rates| {
            rates.resend = Duration::from_mins(1);
            rates.total = rate("2/1h");
        });
        assert_eq!(ask(&limits, "a@b.org", "192.0.2.1", now), None);
        assert_eq!(ask(&limits, "b@b.org", "192.0.2.2", now), None);
        let (ann, ip) =
            (EmailAddress::parse("ann@b.org").expect("valid"), "192.0.2.3".parse().expect("an IP"));
        for _ in 0..3 {
            let refused = limits.take(&ann, ip, now).err().expect("all is used up");
            let ServiceError::Busy(after) = refused else { panic!("{refused}") };
            assert_eq!(after, Duration::from_mins(30));
        }
        assert_eq!(
            ask(&limits, "a@b.org", "192.0.2.1", now),
            Some(60),
            "the caller's own limit is reported first"
        );
        assert_eq!(ask(&limits, "ann@b.org", "192.0.2.3", now + Duration::from_mins(30)), None);
    }

    #[test]
    fn a_share_that_is_not_spent_is_given_back() {
        let (limits, now) = (limits(|rates| rates.resend = Duration::from_mins(1)), Instant::now());
        let (ann, ip) =
            (EmailAddress::parse("ann@b.org").expect("valid"), "192.0.2.3".parse().expect("an IP"));
        drop(limits.take(&ann, ip, now).expect("within the limits"));
        limits.take(&ann, ip, now).expect("within the limits still").spend();
        assert!(limits.take(&ann, ip, now).is_err());
        limits.forget(now + Duration::from_secs(59));
        assert!(!limits.buckets.lock().is_empty());
        limits.forget(now + HOUR);
        assert!(limits.buckets.lock().is_empty());
    }
}
