//! The messages of `/admin`.

pub mod desk;
pub mod event;
pub mod message;
pub mod score;
pub mod stats;
