//! The pure rules: no I/O and no async; time and randomness are passed in.

pub mod account;
pub mod clock;
pub mod crowd;
pub mod entropy;
pub mod event;
pub mod id;
pub mod limit;
pub mod message;
pub mod reaction;
pub mod score;
pub mod text;
pub mod token;
