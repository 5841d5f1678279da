//! What every handler works with.

use std::sync::Arc;

use super::operations::Operations;
use crate::config::Connections as ConnectionSettings;
use crate::services::Services;
use crate::transport::client::limits::Limits;
use crate::transport::client::registry::Connections;

/// What the handlers work with.
pub struct Context {
    /// The use cases.
    pub services: Services,
    /// The sockets of this node.
    pub connections: Arc<Connections>,
    /// Limits of what clients send.
    pub limits: Limits,
    /// What clients have done lately, by its `opId`.
    pub operations: Operations,
    /// Limits of one connection.
    pub settings: ConnectionSettings,
}

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// Viewers and players.
    Viewer,
    /// Scorers, reviewers and administrators.
    Admin,
}
