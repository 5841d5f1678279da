//! A flood of reactions: what it costs the server and each viewer, and how long a score needs through it.
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
/// How long each part takes.
pub const PART: Duration = Duration::from_secs(10);
/// The time between two scores.
const BEAT: Duration = Duration::from_millis(100);
/// Scores in one part.
const SCORES: usize = 100;
/// How long after the flood its scores and answers may still arrive.
const GRACE: Duration = Duration::from_secs(20);
/// After which the memory is looked at again.
const REST: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_mins(1);

/// What the flood cost.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figures {
    /// Before the flood.
    pub quiet: Part,
    /// In it, from its first reaction until all has arrived.
    pub flood: Part,
    /// Reactions that were sent.
    pub sent: u64,
    /// Reactions that were answered `ok`.
    pub accepted: u64,
    /// The sum of the totals in the last pulse; 0 of a server that sends none.
    pub counted: u64,
    /// The server's memory before the flood, in MB.
    pub before_mb: f64,
    /// At its end.
    pub after_mb: f64,
    /// A minute later, with all viewers still there.
    pub rested_mb: f64,
}

/// What one part of the course cost.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Part {
    /// The server's CPU, in seconds a second.
    pub cores: f64,
    /// To a viewer that sends nothing, in kB a second.
    pub kb_a_second: f64,
    /// To such a viewer, a second.
    pub pulses: f64,
    /// To such a viewer, a second.
    pub reactions: f64,
    /// From the sending of a score until the last viewer has it: the median, in ms.
    pub p50_ms: f64,
    /// The same: 99 of 100 were quicker.
    pub p99_ms: f64,
    /// Scores that were sent, each once the one before was answered.
    pub scores: usize,
    /// Scores that not every viewer had when the measuring ended. They count as if they came just then.
    pub missing: usize,
}

/// Runs the course on a fresh server.
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

/// Scores for a while, with a flood if `begin` is there to tell the senders; gives the next score's number.
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
        // A server that does not answer in the flood is asked no more: what it was sent counts.
        let Ok(answered) = timeout_at(until + GRACE, scorer.send(number - 1)).await else { break };
        answered?;
    }
    let deadline = until + GRACE;
    let all = || notes.missing(first..number) == 0 && (begin.is_none() || notes.all_answered());
    while !all() && Instant::now() < deadline {
        tokio::select! {
            () = sleep(Duration::from_millis(20)) => {}
            // After a question that was given up there may come anything; the connection's end is an end.
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
    // The nearest rank: of two scores the slower one is the p99.
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

/// The viewers, on a thread of their own. They leave when this is dropped.
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
            runtime.expect("a runtime can be built, as the first one was").block_on(async {
                tokio::select! {
                    () = arrive => {}
                    // Nothing is ever sent: this is the channel's end.
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
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}
