//! In-memory state of the events that somebody watches on this node.

pub mod audience;
pub mod boards;
pub mod crowd;
pub mod desk;
pub mod event_list;
pub mod member;
pub mod message;
pub mod pulse;
pub mod reactions;
pub mod recipients;
pub mod remote_nodes;
pub mod room;
pub mod rooms;
pub mod singles;
mod tally;
pub mod timers;
