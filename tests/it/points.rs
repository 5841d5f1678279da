//! Points, on both databases: tickets, the ledger, integrity, reviews, the board.

mod board;
mod clock;
mod decisions;
pub mod field;
mod integrity;
mod model;
mod simulation;
pub mod tickets;
