//! The wire types of the Socket.IO namespaces and the HTTP API.
//!
//! Types that clients send are named after their message. Numbers may also be strings (`"12"`), because some
//! mobile clients can only send strings. Unknown fields are ignored.

pub mod accounts;
pub(crate) mod admin;
pub(crate) mod answers;
pub mod object;
pub mod parse_error;
pub mod payload;
pub mod points;
pub mod query;
pub(crate) mod scores;
mod summaries;
mod summary;
pub(crate) mod texts;
pub(crate) mod to_client;
pub(crate) mod viewer;

pub use accounts::{NewDevice, SessionReplaced};
pub use admin::*;
pub use answers::*;
pub use scores::*;
pub use summary::{Summary, SummaryClock, SummarySide};
pub use to_client::*;
pub use viewer::*;
