//! Clients without Socket.IO: plain WebSocket and server-sent events.

pub mod admission;
pub(crate) mod close_code;
pub mod queue;
pub mod sse;
pub mod websocket;
