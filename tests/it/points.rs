//! Points on both databases: tickets, the ledger, integrity rules, reviews and the board.

mod board;
mod clock;
mod decisions;
pub mod field;
mod integrity;
mod model;
mod simulation;
pub mod tickets;
