//! The messages of `/admin`.

pub mod desk;
pub mod event;
pub mod review;
pub mod role;
pub mod score;
