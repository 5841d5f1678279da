//! The messages of `/`.

pub mod action;
pub mod join;
pub mod leaderboard;
pub mod ping;
pub mod score;
