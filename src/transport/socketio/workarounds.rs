//! Workarounds for the engine: one file for each behaviour it lacks or handles differently. Each file opens
//! with what the engine does, what goes wrong, what the file does, and when it can go.
//! `docs/decisions/engine.md` has the full table, including workarounds in other folders.

pub(crate) mod connect_gate;
pub mod eio3_query;
pub(crate) mod error_code;
pub mod frame_check;
pub mod max_payload;
pub(crate) mod pending_connects;
pub mod polling_secret;
pub mod reserved_slots;
