//! The messages of `/`.

pub mod join;
pub mod message;
pub mod ping;
pub mod reaction;
pub mod score;
