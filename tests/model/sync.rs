//! The model checker's locks, atomics and threads, with the interface of those that the connection uses
//! (`src/transport/tcp/sync.rs`).

use std::sync::PoisonError;
use std::task::Waker;

use futures_util::future::{AbortHandle, abortable};
use loom::future::block_on;
use loom::sync::MutexGuard;
use loom::thread;

pub use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

loom::lazy_static! {
    static ref TASKS: Mutex<Vec<thread::JoinHandle<()>>> = Mutex::default();
}

/// Like `parking_lot`'s: without poisoning.
#[derive(Default)]
pub struct Mutex<T>(loom::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok()
    }
}

/// The library's is assumed correct, so this one is simply a waker under a lock.
#[derive(Default)]
pub struct AtomicWaker(loom::future::AtomicWaker);

impl AtomicWaker {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn register(&self, waker: &Waker) {
        self.0.register_by_ref(waker);
    }

    pub fn wake(&self) {
        self.0.wake();
    }
}

/// A task is a thread, which also ends when aborted.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
    let (task, handle) = abortable(task);
    TASKS.lock().push(thread::spawn(move || _ = block_on(task)));
    handle
}

/// Waits for the end of all tasks. One that never ends is a deadlock.
pub fn join_tasks() {
    while let Some(task) = { TASKS.lock().pop() } {
        task.join().expect("a task does not panic");
    }
}

/// The error of a task without an outcome.
pub struct AbortOnDropHandle<T>(AbortHandle, std::marker::PhantomData<T>);

impl<T> AbortOnDropHandle<T> {
    pub fn new(handle: AbortHandle) -> Self {
        Self(handle, std::marker::PhantomData)
    }
}

impl<T> Drop for AbortOnDropHandle<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
