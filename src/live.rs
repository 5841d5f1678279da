//! What is in memory for the events that somebody watches.

pub mod boards;
pub mod crowd;
pub mod desk;
pub mod member;
pub mod message;
pub mod recipients;
pub mod room;
pub mod rooms;
