//! How clients reach the server: connections, HTTP, Socket.IO.

pub mod conformance;
pub mod error;
pub mod http;
pub mod listener;
pub mod origins;
pub mod outlet;
pub mod socket;
