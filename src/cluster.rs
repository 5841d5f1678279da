//! Messages between nodes. The log in the database is the source of truth; these messages only make other nodes read
//! or apply it sooner.

pub mod bus;
pub mod message;
mod postgres;
