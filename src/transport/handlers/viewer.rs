//! The messages of `/`.

pub mod action;
pub mod join;
pub mod leaderboard;
pub mod message;
pub mod ping;
pub mod reaction;
pub mod score;
pub mod watch;
