//! What outlets are synchronised by. The model of them (`tests/model`) has a model checker's in place of this.

pub use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

pub use futures_util::task::AtomicWaker;
pub use parking_lot::Mutex;
pub use tokio::spawn;
pub use tokio_util::task::AbortOnDropHandle;
