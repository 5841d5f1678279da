//! What each message does.

pub(crate) mod admin;
pub mod call;
pub mod context;
pub(crate) mod dispatch;
pub mod inbox;
pub mod lifecycle;
pub mod operations;
pub(crate) mod viewer;
