//! How clients reach the server: connections, HTTP, Socket.IO.

pub mod client;
pub mod error;
pub mod handlers;
pub mod http;
pub mod http_error;
pub mod plain;
pub mod socketio;
pub mod tcp;
pub mod wire;
