//! A flood of reactions: its cost for the server and each viewer, and the latency of scores meanwhile.
#![expect(clippy::cast_precision_loss, reason = "counts become figures here, far below 2^52")]

mod member;
mod notes;
mod report;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout_at};

use crate::Failure;
use crate::scorer::Scorer;
use crate::servers::{Running, Server};
use crate::settings::Settings;
use notes::{Notes, Received};
pub use report::table;

const EVENT: &str = "the-match";
/// The duration of each part.
pub const PART: Duration = Duration::from_secs(10);
/// The time between two scores.
const BEAT: Duration = Duration::from_millis(100);
/// Scores in one part.
const SCORES: usize = 100;
/// How long after the flood its scores and answers may still arrive.
const GRACE: Duration = Duration::from_secs(20);
/// The rest before the memory is read again.
const REST: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_mins(1);

/// The cost of the flood.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figures {
    /// Before the flood.
    pub quiet: Part,
    /// During the flood, from its first reaction until everything has arrived.
    pub flood: Part,
    /// Reactions that were sent.
    pub sent: u64,
    /// Reactions that were answered `ok`.
    pub accepted: u64,
    /// The sum of the totals in the last pulse; 0 if the server sends none.
    pub counted: u64,
    /// The server's memory before the flood, in MB.
    pub before_mb: f64,
    /// At the end of the flood.
    pub after_mb: f64,
    /// A minute later, with all viewers still there.
    pub rested_mb: f64,
}

/// The cost of one part.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Part {
    /// The server's CPU, in seconds per second.
    pub cores: f64,
    /// Received by a viewer that sends nothing, in kB a second.
    pub kb_a_second: f64,
    /// Pulses received by such a viewer per second.
    pub pulses: f64,
    /// Reactions received by such a viewer per second.
    pub reactions: f64,
    /// The median time from sending a score until the last viewer has it, in ms.
    pub p50_ms: f64,
    /// The 99th percentile of the same.
    pub p99_ms: f64,
    /// Scores sent, each after the answer to the one before.
    pub scores: usize,
    /// Scores that had not reached every viewer at the end. They count as if they arrived then.
    pub missing: usize,
}

/// Runs the measurement on a fresh server.
///
/// # Errors
/// If it fails, or a viewer loses its connection.
pub async fn course(server: Server, settings: &Settings) -> Result<Figures, Failure> {
    let mut running = server.start(settings).await?;
    let notes = Arc::new(Notes::new(1 + 2 * SCORES, settings.flood_viewers));
    let address = running.process.address;
    let mut scorer = Scorer::open(address, &running.token, EVENT).await?;
    notes.sent(0);
    scorer.send(0).await?;
    let (begin, begins) = watch::channel(None);
    let _crowd = Crowd::gather(address, settings, &notes, begins);
    let deadline = Instant::now() + PATIENCE;
    while notes.joined() < settings.flood_viewers {
        if Instant::now() > deadline {
            return Err(format!("{} viewers have joined", notes.joined()).into());
        }
        tokio::select! {
            () = sleep(Duration::from_millis(20)) => {}
            ended = scorer.listen() => ended?,
        }
        notes.check()?;
    }
    tokio::select! {
        settled = running.process.settled() => settled?,
        Err(error) = scorer.listen() => return Err(error.into()),
    };

    let (quiet, next) = part(&mut running, &mut scorer, &notes, settings, 1, None).await?;
    let before = running.process.usage()?;
    let (flood, _) = part(&mut running, &mut scorer, &notes, settings, next, Some(&begin)).await?;
    let after = running.process.usage()?;
    tokio::select! {
        () = sleep(REST) => {}
        Err(error) = scorer.listen() => return Err(error.into()),
    }
    let rested = running.process.usage()?;
    notes.check()?;
    let (sent, accepted, counted) = notes.reactions();
    running.process.stop().await?;
    Ok(Figures {
        quiet,
        flood,
        sent,
        accepted,
        counted,
        before_mb: before.memory_kb / 1024.0,
        after_mb: after.memory_kb / 1024.0,
        rested_mb: rested.memory_kb / 1024.0,
    })
}

/// Publishes scores for a while. With `begin`, the senders flood meanwhile. Returns the next score's number.
async fn part(
    running: &mut Running,
    scorer: &mut Scorer,
    notes: &Notes,
    settings: &Settings,
    first: usize,
    begin: Option<&watch::Sender<Option<Instant>>>,
) -> Result<(Part, usize), Failure> {
    let (usage, received, start) = (running.process.usage()?, notes.received(), Instant::now());
    let until = start + PART;
    if let Some(begin) = begin {
        begin.send_replace(Some(until));
    }
    let mut ticks = interval(BEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut number = first;
    while number < first + SCORES {
        tokio::select! {
            _ = ticks.tick() => {}
            Err(error) = scorer.listen() => return Err(error.into()),
        }
        if Instant::now() >= until {
            break;
        }
        notes.sent(number);
        number += 1;
        // If the server stops answering in the flood, stop asking: the sent scores count.
        let Ok(answered) = timeout_at(until + GRACE, scorer.send(number - 1)).await else { break };
        answered?;
    }
    let deadline = until + GRACE;
    let all = || notes.missing(first..number) == 0 && (begin.is_none() || notes.all_answered());
    while !all() && Instant::now() < deadline {
        tokio::select! {
            () = sleep(Duration::from_millis(20)) => {}
            // After an abandoned question anything may arrive, but the connection must not end.
            Err(error) = scorer.listen() => return Err(error.into()),
        }
        notes.check()?;
    }
    sleep_until(until).await;
    let seconds = start.elapsed().as_secs_f64();
    let cpu = running.process.usage()?.cpu_us - usage.cpu_us;
    let Received { bytes, pulses, reactions } = notes.received() - received;
    let viewers = (settings.flood_viewers - settings.flood_senders) as f64;
    let latencies = notes.latencies(first..number);
    // Nearest rank: of two scores the slower one is the p99.
    let percentile = |percent: usize| latencies[(latencies.len() * percent).div_ceil(100) - 1] * 1e3;
    let part = Part {
        cores: cpu / 1e6 / seconds,
        kb_a_second: bytes as f64 / 1e3 / seconds / viewers,
        pulses: pulses as f64 / seconds / viewers,
        reactions: reactions as f64 / seconds / viewers,
        p50_ms: percentile(50),
        p99_ms: percentile(99),
        scores: number - first,
        missing: notes.missing(first..number),
    };
    Ok((part, number))
}

/// The viewers, on a separate thread. They leave when this is dropped.
struct Crowd {
    end: Option<watch::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Crowd {
    fn gather(
        address: SocketAddr,
        settings: &Settings,
        notes: &Arc<Notes>,
        begins: watch::Receiver<Option<Instant>>,
    ) -> Self {
        let (end, mut ended) = watch::channel(());
        let (notes, arrivals) = (notes.clone(), settings.arrivals);
        let (viewers, senders) = (settings.flood_viewers, settings.flood_senders);
        let rate = f64::from(settings.flood) / senders.max(1) as f64;
        let arrive = async move {
            let begin = Instant::now();
            for number in 0..viewers {
                let after = Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / arrivals;
                sleep_until(begin + after).await;
                let (notes, begins) = (notes.clone(), begins.clone());
                let rate = (number < senders).then_some(rate);
                tokio::spawn(async move {
                    if let Err(error) = member::take_part(address, EVENT, rate, &notes, begins).await {
                        notes.failed(error.to_string());
                    }
                });
            }
            std::future::pending::<()>().await;
        };
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a second runtime can be built like the first").block_on(async {
                tokio::select! {
                    () = arrive => {}
                    // The channel carries nothing; this is its end.
                    _ = ended.changed() => {}
                }
            });
        });
        Self { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A panicked thread has reported itself.
            let _ = thread.join();
        }
    }
}
