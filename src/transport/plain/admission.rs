//! Admission checks for plain clients.

use std::sync::Arc;

use http::{HeaderMap, Request};

use super::queue::{PlainLink, PlainProtocol};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::context::Context;
use crate::transport::tcp::origins::Origins;
use crate::transport::tcp::peer::Peer;

/// The checks that a request for a plain connection must pass. Cheap to clone.
#[derive(Clone)]
pub struct Admission {
    /// State for the handlers.
    pub context: Arc<Context>,
    /// The origins whose pages may connect.
    pub origins: Arc<Origins>,
}

impl Admission {
    /// Checks the origin of a page; requests without `Origin` pass.
    pub fn check_origin(&self, headers: &HeaderMap) -> Result<(), Failure> {
        self.origins.check(headers).map_err(|refused| Failure::new(ErrorCode::Forbidden, refused))
    }

    /// Creates the client for a request's connection, if one more may begin now.
    pub fn admit<B>(&self, request: &Request<B>, kind: PlainProtocol) -> Result<Arc<PlainLink>, Failure> {
        let connections = &self.context.connections;
        let peer = request.extensions().get::<Peer>().ok_or_else(Failure::without_peer)?;
        connections.may_begin(peer.ip)?;
        Ok(PlainLink::new(peer.clone(), kind, self.context.settings.queue_size))
    }
}
