//! The messages of `/`.

pub mod join;
pub mod ping;
pub mod score;
