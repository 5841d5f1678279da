//! HTTP: the API, health checks, metrics, and the web client's files.

pub(crate) mod auth;
pub mod caching;
pub mod client;
pub mod error_body;
mod etag;
pub(crate) mod events;
pub mod health;
pub(crate) mod leaderboard;
pub mod measures;
pub mod openapi;
pub(crate) mod publish;
mod reading;
pub mod request_id;
pub mod router;
pub mod state;
pub(crate) mod updates;
