//! The checks that a request must pass before it is routed.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Request;

use super::refused::RefusalKind;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::tcp::connection_slots::{ConnectionSlot, ConnectionSlots};
use crate::transport::tcp::forwarded;
use crate::transport::tcp::host::Hosts;
use crate::transport::tcp::peer::Peer;

/// The paths of health requests.
const ABOUT_HEALTH: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// When to retry on a node without a free slot.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The checks of a listener.
#[derive(Clone, Copy)]
pub struct RequestChecks {
    /// The hosts that requests may name.
    pub hosts: Hosts,
    /// Whether a trusted proxy forwards the clients' addresses.
    pub trust_proxy: bool,
}

/// Why a request is not routed.
pub struct RejectedRequest {
    /// The kind of refusal, for the log.
    pub kind: RefusalKind,
    /// The error to answer with.
    pub failure: Failure,
}

impl RequestChecks {
    /// Sets the address of a client behind a proxy.
    pub fn locate(self, request: &mut Request<Body>) {
        if self.trust_proxy {
            forwarded::locate(request);
        }
    }

    /// Checks a request after [`RequestChecks::locate`]. Behind a proxy, the connection's slot then counts
    /// for the client's address.
    ///
    /// # Errors
    /// `bad_request` and `forbidden` for the host; `unavailable` if an address over its share of the
    /// connections begins something new. Existing sessions continue.
    pub fn check(self, request: &Request<Body>, place: &ConnectionSlot) -> Result<(), RejectedRequest> {
        self.check_host(request)?;
        if !self.trust_proxy {
            return Ok(());
        }
        let Some(ip) = request.extensions().get::<Peer>().map(|peer| peer.ip) else { return Ok(()) };
        if place.assign(ip) || is_about_health(request) || is_of_session(request) {
            return Ok(());
        }
        metrics::counter!("touchline_closed_total", "reason" => "share").increment(1);
        let failure = retry_later("this address has too many connections to this node");
        Err(RejectedRequest { kind: RefusalKind::Share, failure })
    }

    /// Checks a request's host.
    ///
    /// # Errors
    /// `bad_request` and `forbidden`.
    pub fn check_host(self, request: &Request<Body>) -> Result<(), RejectedRequest> {
        self.hosts.check(request).map_err(|failure| RejectedRequest { kind: RefusalKind::Host, failure })
    }
}

/// Whether this is a health request.
fn is_about_health<B>(request: &Request<B>) -> bool {
    ABOUT_HEALTH.contains(&request.uri().path())
}

/// Whether a request belongs to an existing polling session. `sid` has a meaning only on the Socket.IO path.
fn is_of_session<B>(request: &Request<B>) -> bool {
    if !matches!(request.uri().path(), "/socket.io/" | "/socket.io") {
        return false;
    }
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "sid")
}

/// Takes a health slot for a request on a connection without a slot, if it is a health request.
///
/// # Errors
/// `unavailable` for any other request, which takes no slot, and if no health slot is free.
pub fn health_place(
    health: &Arc<ConnectionSlots>,
    request: &Request<Body>,
) -> Result<ConnectionSlot, RejectedRequest> {
    let asker = request.extensions().get::<Peer>().map(|peer| peer.ip);
    let place = is_about_health(request).then(|| health.take(asker).ok()).flatten();
    place
        .ok_or_else(|| RejectedRequest { kind: RefusalKind::Full, failure: retry_later("this node is full") })
}

fn retry_later(why: &'static str) -> Failure {
    let millis = u64::try_from(RETRY_AFTER.as_millis()).unwrap_or(u64::MAX);
    Failure { retry_after_ms: Some(millis), ..Failure::new(ErrorCode::Unavailable, why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str) -> Request<Body> {
        Request::get(path).body(Body::empty()).expect("a request")
    }

    #[test]
    fn a_place_for_health_is_held_by_a_request_about_health_alone_and_until_it_is_answered() {
        let health = ConnectionSlots::new(3);
        let take = |path: &str| health_place(&health, &asked(path)).map_err(|refusal| refusal.failure.code);
        let refused = ["/", "/api/events", "/healthz/x"].map(take).map(Result::err);
        assert_eq!(refused, [Some(ErrorCode::Unavailable); 3]);
        let held = ["/healthz", "/readyz", "/metrics"].map(take);
        assert!(held.iter().all(Result::is_ok), "no refused request holds a slot");
        assert_eq!(take("/healthz").err(), Some(ErrorCode::Unavailable));
        drop(held);
        assert!(take("/metrics").is_ok());
    }
}
