//! What a request has to pass before it is routed.

use std::time::Duration;

use axum::body::Body;
use http::Request;

use super::refused::RefusalKind;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::tcp::connection_slots::ConnectionSlot;
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
pub fn is_about_health<B>(request: &Request<B>) -> bool {
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

/// The refusal for want of a place.
pub fn full() -> RejectedRequest {
    RejectedRequest { kind: RefusalKind::Full, failure: retry_later("this node is full") }
}

fn retry_later(why: &'static str) -> Failure {
    let millis = u64::try_from(RETRY_AFTER.as_millis()).unwrap_or(u64::MAX);
    Failure { retry_after_ms: Some(millis), ..Failure::new(ErrorCode::Unavailable, why) }
}
