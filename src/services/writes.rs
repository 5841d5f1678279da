//! The way into the database for everything that writes: a write is finished even if nobody waits for it any
//! more, and while the database does not answer, nobody queues up.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::error::ServiceError;

/// Bounds how long a write is waited for.
#[derive(Clone)]
pub struct Writes {
    timeout: Duration,
    /// True once a write has waited for the timeout, until one comes back.
    stalled: watch::Sender<bool>,
}

impl Writes {
    /// Writes that are waited for so long at most.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, stalled: watch::Sender::new(false) }
    }

    /// Runs a write to its end, and waits for it for a bounded time. The write goes on if the caller goes
    /// away: what is committed is always shown.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`]: after the timeout, and at once while an earlier write has not come back.
    /// Otherwise what the write answers.
    pub async fn run<T: Send + 'static>(
        &self,
        write: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let mut stalled = self.stalled.subscribe();
        if *stalled.borrow_and_update() {
            return Err(ServiceError::Unavailable);
        }
        let sender = self.stalled.clone();
        let started = Instant::now();
        let write = tokio::spawn(async move {
            let result = write.await;
            metrics::histogram!("touchline_write_seconds").record(started.elapsed());
            sender.send_if_modified(std::mem::take);
            result
        });
        tokio::select! {
            done = write => done.unwrap_or_else(|panic| {
                tracing::error!(%panic, "a write panicked");
                Err(ServiceError::Unavailable)
            }),
            () = tokio::time::sleep(self.timeout) => {
                tracing::warn!(timeout = ?self.timeout, "the database does not answer");
                self.stalled.send_replace(true);
                Err(ServiceError::Unavailable)
            }
            _ = stalled.wait_for(|stalled| *stalled) => Err(ServiceError::Unavailable),
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

        finish.send(()).expect("the write still runs, though nobody waits for it");
        let mut stalled = writes.stalled.subscribe();
        stalled.wait_for(|stalled| !stalled).await.expect("the sender lives");
        assert!(matches!(writes.run(async { Ok(3) }).await, Ok(3)));
    }
}
