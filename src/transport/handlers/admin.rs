//! The messages of `/admin`.

pub mod desk;
pub mod event;
pub mod message;
pub mod review;
pub mod role;
pub mod score;
pub mod stats;
