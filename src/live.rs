//! What is in memory for the events that somebody watches.

pub mod crowd;
pub mod desk;
pub mod member;
pub mod message;
pub mod room;
pub mod rooms;
