//! How nodes hear of each other. The database's log is the truth: what is told here only wakes.

pub mod bus;
pub mod message;
mod postgres;
