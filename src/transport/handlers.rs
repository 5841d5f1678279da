//! The message handlers, and what they share.

pub(crate) mod admin;
pub mod call;
pub mod context;
pub(crate) mod dispatch;
pub mod inbox;
pub mod lifecycle;
pub mod operations;
pub(crate) mod viewer;
