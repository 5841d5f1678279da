//! The peer of a connection.

use std::net::IpAddr;
use std::sync::Arc;

use super::connection::Connection;
use crate::domain::network::{Network, NetworkKey};

/// A request's connection and its client's address. The listener adds it to every request.
#[derive(Clone)]
pub struct Peer {
    /// The connection.
    pub connection: Arc<Connection>,
    /// The client's address: the socket's, or the one a trusted proxy forwards.
    pub ip: IpAddr,
}

impl Peer {
    /// The client's network: the largest prefix that one subscriber may have.
    pub fn network(&self) -> NetworkKey {
        Network::widest(self.ip).key()
    }
}
