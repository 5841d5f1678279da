//! The way into the database for everything that writes: a write is finished even if nobody waits for it any
//! more, and while the database does not answer, nobody queues up.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::error::ServiceError;

/// Bounds how long a write is waited for.
#[derive(Clone)]
pub struct Writes {
    timeout: Duration,
    /// True once a write has waited for the timeout, until one is answered.
    stalled: watch::Sender<bool>,
    /// When a write last found the database stalled, or tried whether it still is.
    tried: Arc<Mutex<Instant>>,
}

impl Writes {
    /// Writes that are waited for so long at most.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, stalled: watch::Sender::new(false), tried: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Runs a write to its end, and waits for it for a bounded time. The write goes on if the caller goes
    /// away: what is committed is always shown.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`]: after the timeout, and at once while an earlier write has not come back.
    /// Then one after the other tries whether the database answers again, for the earlier one may never come
    /// back: its server may be gone, and another in its place. Otherwise what the write answers.
    pub async fn run<T: Send + 'static>(
        &self,
        write: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let mut stalled = self.stalled.subscribe();
        let is_trying = *stalled.borrow_and_update();
        if is_trying && !self.may_try() {
            return Err(ServiceError::Unavailable);
        }
        let is_back = Arc::new(Mutex::new(false));
        let (writes, back) = (self.clone(), is_back.clone());
        let started = Instant::now();
        let write = async move {
            let result = write.await;
            metrics::histogram!("touchline_write_seconds").record(started.elapsed());
            let answered = !matches!(result, Err(ServiceError::Unavailable));
            let waited = started.elapsed() >= writes.timeout.mul_f32(0.9);
            // Under one lock with who gives up waiting: a write that is back holds nobody up afterwards.
            writes.stalled.send_if_modified(|stalled| {
                *back.lock() = true;
                match (answered, waited, *stalled) {
                    (true, _, _) => std::mem::take(stalled),
                    // It has waited for a connection, in vain.
                    (false, true, false) => {
                        *writes.tried.lock() = Instant::now();
                        !std::mem::replace(stalled, true)
                    }
                    (false, _, _) => false,
                }
            });
            result
        };
        // A task of its own would wake another worker for each write.
        let mut write = Finishing::new(AssertUnwindSafe(write).catch_unwind());
        let others = async {
            if is_trying {
                std::future::pending::<()>().await;
            } else {
                stalled.wait_for(|stalled| *stalled).await.ok();
            }
        };
        tokio::select! {
            done = &mut write => done.unwrap_or_else(|_| {
                tracing::error!("a write panicked");
                Err(ServiceError::Unavailable)
            }),
            () = tokio::time::sleep(self.timeout) => {
                tracing::warn!(timeout = ?self.timeout, "the database does not answer");
                *self.tried.lock() = Instant::now();
                self.stalled.send_if_modified(|stalled| {
                    let hangs = !*is_back.lock();
                    hangs && !std::mem::replace(stalled, true)
                });
                Err(ServiceError::Unavailable)
            }
            () = others => Err(ServiceError::Unavailable),
        }
    }

    /// Whether it is time to try whether the database answers again; then it is the caller who does.
    fn may_try(&self) -> bool {
        let mut tried = self.tried.lock();
        let is_time = tried.elapsed() >= self.timeout / 3;
        if is_time {
            *tried = Instant::now();
        }
        is_time
    }
}

/// A future that goes on as a task of its own when nobody waits for it any more.
struct Finishing<T: Send + 'static>(Option<BoxFuture<'static, T>>);

impl<T: Send + 'static> Finishing<T> {
    fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(future.boxed()))
    }
}

impl<T: Send + 'static> Future for Finishing<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let future = self.0.as_mut().expect("it is not polled after its end");
        let output = ready!(future.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for Finishing<T> {
    fn drop(&mut self) {
        // Where the program ends there is nobody left to finish it.
        if let (Some(future), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(future);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn while_one_write_hangs_others_are_refused_at_once() {
        let writes = Writes::new(Duration::from_secs(3));
        let (finish, finished) = tokio::sync::oneshot::channel::<()>();
        let hanging = writes.run(async move {
            finished.await.ok();
            Ok(1)
        });
        let started = tokio::time::Instant::now();
        assert!(matches!(hanging.await, Err(ServiceError::Unavailable)));
        assert_eq!(started.elapsed(), Duration::from_secs(3));

        assert!(matches!(writes.run(async { Ok(2) }).await, Err(ServiceError::Unavailable)));
        assert_eq!(started.elapsed(), Duration::from_secs(3));

        // One tries, and finds that the database answers, though the first write does not come back.
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(matches!(writes.run(async { Ok(4) }).await, Ok(4)));
        assert!(matches!(writes.run(async { Ok(5) }).await, Ok(5)));

        finish.send(()).expect("the write still runs, though nobody waits for it");
        let mut stalled = writes.stalled.subscribe();
        stalled.wait_for(|stalled| !stalled).await.expect("the sender lives");
        assert!(matches!(writes.run(async { Ok(3) }).await, Ok(3)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_comes_back_as_it_is_given_up_holds_nobody_up() {
        let writes = Writes::new(Duration::from_secs(3));
        for _ in 0..100 {
            let late = writes.run(async {
                tokio::time::sleep(Duration::from_secs(3)).await;
                Ok(1)
            });
            late.await.ok();
            tokio::task::yield_now().await;
            assert!(matches!(writes.run(async { Ok(2) }).await, Ok(2)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_gets_no_connection_is_as_good_as_one_that_hangs() {
        let writes = Writes::new(Duration::from_secs(3));
        let unconnected = async {
            // The pool's own time-out is about as long.
            tokio::time::sleep(Duration::from_millis(2_990)).await;
            Err::<(), _>(ServiceError::Unavailable)
        };
        assert!(writes.run(unconnected).await.is_err());
        assert!(matches!(writes.run(async { Ok(2) }).await, Err(ServiceError::Unavailable)));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(matches!(writes.run(async { Ok(3) }).await, Ok(3)));
        assert!(matches!(writes.run(async { Ok(4) }).await, Ok(4)));
    }
}
