//! The origins whose pages may use the server. CORS alone does not protect a WebSocket.

use std::collections::HashSet;
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota};
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderValue};
use parking_lot::Mutex;
use url::Url;

/// The most refused origins remembered, so that each is logged once. Clients can invent origins, so above
/// this all are forgotten.
const REMEMBERED: usize = 1_000;
/// The most refused origins logged in a minute, over all clients. An origin that is not logged gets another
/// chance with its next request.
const LOGGED_A_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");
/// The longest client text that is logged or quoted, in characters.
const LONGEST: usize = 100;

/// The origins whose pages may connect.
#[derive(Debug)]
pub struct Origins {
    allowed: Vec<String>,
    logged: Mutex<HashSet<String>>,
    lines: DefaultDirectRateLimiter,
}

impl Origins {
    /// Allows the server's own host and these origins; `*` allows any.
    pub fn new(allowed: &[String]) -> Self {
        let clean = |origin: &String| normal(origin.trim().trim_end_matches('/'));
        Self {
            allowed: allowed.iter().map(clean).filter(|origin| !origin.is_empty()).collect(),
            logged: Mutex::default(),
            lines: DefaultDirectRateLimiter::direct(Quota::per_minute(LOGGED_A_MINUTE)),
        }
    }

    /// Whether a page of this origin may use a server with this host.
    pub fn allow(&self, origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        let normal = normal(origin);
        self.allowed.iter().any(|allowed| allowed == "*" || *allowed == normal)
            || host.and_then(|host| host.to_str().ok()).is_some_and(|host| is_same_host(origin, host))
    }

    /// Checks the origin of a request; requests without `Origin` pass. A refusal is logged once for each
    /// origin.
    ///
    /// # Errors
    /// A text for the log and the response: the origin sent, the origins allowed, and the setting that allows
    /// more.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), String> {
        let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
        let host = headers.get(HOST);
        if self.allow(origin, host) {
            return Ok(());
        }
        let (origin, host) = (shown(Some(origin)), shown(host));
        let list = if self.allowed.is_empty() { "empty".to_owned() } else { self.allowed.join(",") };
        let refusal = format!(
            "origin not allowed: pages of {origin} may not connect. Allowed are the request's host ({host}) and \
             ALLOWED_ORIGINS ({list})"
        );
        if self.is_new(&origin) {
            tracing::warn!(
                origin,
                host,
                "{refusal}. Add the origin to ALLOWED_ORIGINS; if it is the server's own, make the load balancer forward Host"
            );
        }
        Err(refusal)
    }

    /// Whether a refused origin should be logged.
    fn is_new(&self, origin: &str) -> bool {
        let mut logged = self.logged.lock();
        if logged.contains(origin) || self.lines.check().is_err() {
            return false;
        }
        if logged.len() >= REMEMBERED {
            logged.clear();
        }
        logged.insert(origin.to_owned())
    }
}

/// Normalises an origin to the form that browsers send: lower case, without a default port (RFC 6454 section
/// 6.2).
fn normal(origin: &str) -> String {
    match Url::parse(origin) {
        Ok(url) if url.origin().is_tuple() => url.origin().ascii_serialization(),
        _ => origin.to_lowercase(),
    }
}

/// Whether an origin belongs to this host. `Host` has no scheme, and a proxy may have changed it. So a host
/// without a port matches both schemes, and a scheme's default port counts as none (RFC 6454 section 5).
fn is_same_host(origin: &str, host: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    let is_web = matches!(url.scheme(), "http" | "https");
    let named = Url::parse(&format!("{}://{host}", url.scheme()));
    is_web && named.is_ok_and(|named| named.origin() == url.origin())
}

/// A header's value, made safe for a log line and a response.
fn shown(value: Option<&HeaderValue>) -> String {
    let text = value.map_or_else(|| "none".into(), |value| String::from_utf8_lossy(value.as_bytes()));
    text.escape_debug().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_allowed_by_its_host_or_by_name() {
        let allow = |allowed: &[&str], origin: &'static str, host: &'static str| {
            let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
            let host = HeaderValue::from_static(host);
            Origins::new(&allowed).allow(&HeaderValue::from_static(origin), Some(&host))
        };
        assert!(allow(&[], "http://a.example:3000", "a.example:3000"));
        assert!(!allow(&[], "http://a.example", "a.example:3000"));
        assert!(!allow(&[], "http://b.example", "a.example"));
        assert!(!allow(&[], "null", "a.example"));
        assert!(allow(&["https://b.example/"], "https://B.example", "a.example"));
        assert!(!allow(&["https://b.example"], "http://b.example", "a.example"));
        assert!(allow(&["*"], "null", "a.example"));
        // A default port counts as none.
        assert!(allow(&[], "https://a.example", "a.example:443"));
        assert!(allow(&[], "http://a.example", "A.example:80"));
        assert!(allow(&[], "https://a.example:443", "a.example"));
        assert!(allow(&[], "http://[::1]:3000", "[::1]:3000"));
        assert!(!allow(&[], "https://a.example", "a.example:80"));
        assert!(!allow(&[], "http://a.example", "a.example:443"));
        assert!(!allow(&[], "https://a.example", "a.example:8443"));
        assert!(allow(&["https://b.example:443"], "https://b.example", "a.example"));
        // Pages of native apps have no host.
        assert!(!allow(&[], "capacitor://localhost", "localhost"));
        assert!(allow(&["capacitor://localhost"], "capacitor://localhost", "a.example"));
        assert!(!allow(&[], "https://evil@a.example", "evil"));
    }

    #[test]
    fn a_refused_origin_is_logged_once_and_the_log_is_rate_limited() {
        let origins = Origins::new(&[]);
        assert!(origins.is_new("https://a.example"));
        assert!(!origins.is_new("https://a.example"));
        let news = (0..1_000).filter(|n| origins.is_new(&format!("https://{n}.example"))).count();
        assert!(news < 20, "{news} lines");
    }
}
