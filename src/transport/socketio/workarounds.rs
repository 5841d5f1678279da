//! What exists only because of the engine: one file for each thing that it does not do, or does otherwise. Each opens with
//! what the engine does, what would go wrong, what the file does, and when it can go. `docs/decisions/engine.md` has the table, with
//! the work-arounds that stand elsewhere.

pub(crate) mod connect_gate;
pub mod eio3_query;
pub(crate) mod error_code;
pub mod frame_check;
pub mod max_payload;
pub(crate) mod pending_connects;
pub mod polling_secret;
pub mod reserved_slots;
