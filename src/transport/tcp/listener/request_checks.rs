//! What a request has to pass before it is routed.

use std::time::Duration;

use axum::body::Body;
use http::Request;

use super::refused::Kind;
use crate::transport::error::{Code, Failure};
use crate::transport::tcp::forwarded;
use crate::transport::tcp::host::Hosts;
use crate::transport::tcp::peer::Peer;
use crate::transport::tcp::places::Place;

/// What the server answers about itself.
const ABOUT_HEALTH: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// When to come again to a node without a place.
const COME_AGAIN_IN: Duration = Duration::from_secs(5);

/// What requests of a listener have to pass.
#[derive(Clone, Copy)]
pub struct RequestChecks {
    /// Which hosts they may name.
    pub hosts: Hosts,
    /// Whether a proxy of our own says where clients call from.
    pub trust_proxy: bool,
}

/// Why a request is not routed.
pub struct Refusal {
    /// What is logged.
    pub kind: Kind,
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
    pub fn check(self, request: &Request<Body>, place: &Place) -> Result<(), Refusal> {
        self.check_host(request)?;
        if !self.trust_proxy {
            return Ok(());
        }
        let Some(ip) = request.extensions().get::<Peer>().map(|peer| peer.ip) else { return Ok(()) };
        if place.assign(ip) || is_about_health(request) || is_of_session(request) {
            return Ok(());
        }
        metrics::counter!("touchline_closed_total", "reason" => "share").increment(1);
        let failure = come_again("this address has its share of the node's connections");
        Err(Refusal { kind: Kind::Share, failure })
    }

    /// Checks the host that a request names.
    ///
    /// # Errors
    /// `bad_request` and `forbidden`.
    pub fn check_host(self, request: &Request<Body>) -> Result<(), Refusal> {
        self.hosts.check(request).map_err(|failure| Refusal { kind: Kind::Host, failure })
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
pub fn full() -> Refusal {
    Refusal { kind: Kind::Full, failure: come_again("this node is full") }
}

fn come_again(why: &'static str) -> Failure {
    let millis = u64::try_from(COME_AGAIN_IN.as_millis()).unwrap_or(u64::MAX);
    Failure { retry_after_ms: Some(millis), ..Failure::new(Code::Unavailable, why) }
}
