//! What a request has to pass before it is routed.

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

/// What the server answers about itself.
const ABOUT_HEALTH: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// When to come again to a node without a place.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What requests of a listener have to pass.
#[derive(Clone, Copy)]
pub struct RequestChecks {
    /// Which hosts they may name.
    pub hosts: Hosts,
    /// Whether a proxy of our own says where clients call from.
    pub trust_proxy: bool,
}

/// Why a request is not routed.
pub struct RejectedRequest {
    /// What is logged.
    pub kind: RefusalKind,
    /// What is answered.
    pub failure: Failure,
}

impl RequestChecks {
    /// Notes where a client calls from that is behind a proxy.
    pub fn locate(self, request: &mut Request<Body>) {
        if self.trust_proxy {
            forwarded::locate(request);
        }
    }

    /// Checks a request that was located. Behind a proxy the connection's place counts for the client's address from now
    /// on.
    ///
    /// # Errors
    /// `bad_request` and `forbidden` for the host; `unavailable` for what an address begins beyond its share of the
    /// connections. A session that is there goes on.
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
        let failure = retry_later("this address has its share of the node's connections");
        Err(RejectedRequest { kind: RefusalKind::Share, failure })
    }

    /// Checks the host that a request names.
    ///
    /// # Errors
    /// `bad_request` and `forbidden`.
    pub fn check_host(self, request: &Request<Body>) -> Result<(), RejectedRequest> {
        self.hosts.check(request).map_err(|failure| RejectedRequest { kind: RefusalKind::Host, failure })
    }
}

/// Whether a request asks how the server is.
fn is_about_health<B>(request: &Request<B>) -> bool {
    ABOUT_HEALTH.contains(&request.uri().path())
}

/// Whether a request goes on with a session over polling. Elsewhere `sid` means nothing.
fn is_of_session<B>(request: &Request<B>) -> bool {
    if !matches!(request.uri().path(), "/socket.io/" | "/socket.io") {
        return false;
    }
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "sid")
}

/// A place for a request that came over a connection without one, if it asks how the server is.
///
/// # Errors
/// `unavailable`: for any other request, which takes no place, and where no place is left.
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
        assert!(held.iter().all(Result::is_ok), "no refused request holds a place");
        assert_eq!(take("/healthz").err(), Some(ErrorCode::Unavailable));
        drop(held);
        assert!(take("/metrics").is_ok());
    }
}
