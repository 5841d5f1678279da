//! The crowd: all viewers, on separate threads, arriving at a steady rate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::servers::Protocol;
use crate::tally::Tally;
use crate::viewer;

/// How long a thread waits before it checks for new data.
const NAP: Duration = Duration::from_millis(1);

/// Viewers that watch until this is dropped.
pub struct Crowd {
    threads: Vec<JoinHandle<()>>,
    /// Dropped to stop the threads. An option, so that `drop` can do that before it waits.
    end: Option<watch::Sender<()>>,
}

impl Crowd {
    /// The number of threads: half of the CPUs, so that the server has the other half.
    pub fn threads() -> usize {
        thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1))
    }

    /// Starts `viewers` viewers, `arrivals` a second. The tally says when all have joined.
    pub fn gather(
        address: SocketAddr,
        protocol: Protocol,
        event: &str,
        viewers: usize,
        arrivals: u32,
        tally: &Arc<Tally>,
    ) -> Self {
        let (end, ended) = watch::channel(());
        let begin = Instant::now();
        let count = Self::threads();
        let threads = (0..count).map(|thread| {
            let (tally, event, ended) = (tally.clone(), Arc::from(event), ended.clone());
            let times = (thread..viewers).step_by(count).map(move |viewer| {
                begin + Duration::from_secs(1) * u32::try_from(viewer).expect("fewer than 2^32") / arrivals
            });
            thread::spawn(move || run(thread, (address, protocol), &event, times, &tally, ended))
        });
        Self { threads: threads.collect(), end: Some(end) }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        drop(self.end.take());
        for thread in self.threads.drain(..) {
            // A panicked thread has reported itself.
            let _ = thread.join();
        }
    }
}

/// Starts a viewer at each of `times`, then waits for the end.
fn run(
    thread: usize,
    server: (SocketAddr, Protocol),
    event: &Arc<str>,
    times: impl Iterator<Item = Instant>,
    tally: &Arc<Tally>,
    mut ended: watch::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_park(|| thread::sleep(NAP))
        .build();
    let arrive = async {
        for time in times {
            sleep_until(time).await;
            let (event, tally) = (event.clone(), tally.clone());
            tokio::spawn(async move {
                if let Err(error) = viewer::watch(server, &event, &tally, thread).await {
                    tally.failed(error.to_string());
                }
            });
        }
        std::future::pending::<()>().await;
    };
    match runtime {
        Ok(runtime) => runtime.block_on(async {
            tokio::select! {
                () = arrive => {}
                // The channel carries nothing; this is its end.
                _ = ended.changed() => {}
            }
        }),
        Err(error) => tally.failed(error.to_string()),
    }
}
