//! What a request for a live connection without Socket.IO has to pass.

use std::sync::Arc;

use http::{HeaderMap, Request};

use super::queue::{PlainLink, PlainProtocol};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::context::Context;
use crate::transport::tcp::origins::Origins;
use crate::transport::tcp::peer::Peer;

/// What a request for a live connection has to pass. Cheap to clone.
#[derive(Clone)]
pub struct Admission {
    /// What the handlers work with.
    pub context: Arc<Context>,
    /// Pages of which origins may connect.
    pub origins: Arc<Origins>,
}

impl Admission {
    /// Whether the page that asks, if it is one, may.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn check_origin(&self, headers: &HeaderMap) -> Result<(), Failure> {
        self.origins.check(headers).map_err(|refused| Failure::new(ErrorCode::Forbidden, refused))
    }

    /// A client for the connection that a request came over, if one more may come now.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn admit<B>(&self, request: &Request<B>, kind: PlainProtocol) -> Result<Arc<PlainLink>, Failure> {
        let connections = &self.context.connections;
        let peer = request.extensions().get::<Peer>().ok_or_else(Failure::without_peer)?;
        connections.may_begin(peer.ip)?;
        Ok(PlainLink::new(peer.clone(), kind, self.context.settings.queue_size))
    }
}
