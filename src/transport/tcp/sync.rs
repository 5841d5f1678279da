//! The synchronisation primitives of connections. The model tests (`tests/model`) replace them with a model
//! checker's.

pub use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

pub use futures_util::task::AtomicWaker;
pub use parking_lot::Mutex;
pub use tokio::spawn;
pub use tokio_util::task::AbortOnDropHandle;
