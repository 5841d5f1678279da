//! The steps that each server goes through, and the resulting figures.
#![expect(clippy::cast_precision_loss, reason = "counts become figures here, far below 2^52")]

use std::net::SocketAddr;
use std::process;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::Failure;
use crate::crowd::Crowd;
use crate::process::{Meter, Server as Process, Usage};
use crate::scorer::Scorer;
use crate::servers::{Protocol, Server};
use crate::settings::Settings;
use crate::tally::Tally;
use crate::viewer;

const EVENT: &str = "the-match";
/// How often to check whether the viewers have everything.
const LOOK: Duration = Duration::from_millis(20);
/// For this many seconds, one more viewer joins repeatedly during updates.
const JOIN_SECONDS: usize = 3;
/// The pause between joins during updates.
const JOIN_EVERY: Duration = Duration::from_millis(10);
/// How long after the last delivery the server's CPU still counts for the deliveries.
const AFTERMATH: Duration = Duration::from_millis(500);
/// The deadline for everything to arrive, in addition to the time for arrivals.
const PATIENCE: Duration = Duration::from_mins(1);

/// The cost of the viewers for one server.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figures {
    /// Memory per joined viewer before the first update, in kB.
    pub idle_kb: f64,
    /// Memory per viewer after all updates, in kB.
    pub loaded_kb: f64,
    /// The server's CPU per join, from the TCP connection to the snapshot, in µs.
    pub join_us: f64,
    /// The server's CPU per viewer and second with only heartbeats, in µs.
    pub idle_us: f64,
    /// At a steady rate.
    pub steady: Load,
    /// With each update sent as soon as the one before is answered.
    pub full: Load,
    /// The 99th percentile of a join during updates at the steady rate, from the TCP connection to the snapshot, in ms.
    pub join_p99_ms: f64,
}

/// The cost of deliveries.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Load {
    /// The server's CPU per delivery, in µs.
    pub delivery_us: f64,
    /// This program's CPU per delivery, in µs.
    pub viewer_us: f64,
    /// The median time from the scorer's sending to a viewer's receiving, in ms.
    pub p50_ms: f64,
    /// The 99th percentile of the same, in ms.
    pub p99_ms: f64,
    /// Deliveries a second, from the first sending to the last receiving.
    pub per_second: f64,
}

/// Measures a fresh server with this many viewers.
///
/// # Errors
/// If it fails, or a viewer does not get every update once and in order.
pub async fn course(server: Server, viewers: usize, settings: &Settings) -> Result<Figures, Failure> {
    let steady = settings.rate as usize * settings.seconds as usize;
    let full = settings.burst as usize;
    let during = JOIN_SECONDS * settings.rate as usize;
    let updates = 1 + steady + full + during;
    let mut running = server.start(settings).await?;
    let tally = Arc::new(Tally::new(updates, Crowd::threads()));
    let address = running.process.address;
    let protocol = server.protocol();
    let mut scorer = match protocol {
        Protocol::SocketIo => Scorer::open(address, &running.token, EVENT).await?,
        Protocol::Nchan => Scorer::publishing(address, EVENT).await?,
    };
    scorer.score(0, &tally).await?;
    let alone = running.process.settled().await?;

    let crowd = Crowd::gather(address, protocol, EVENT, viewers, settings.arrivals, &tally);
    let arriving = Duration::from_secs(viewers as u64) / settings.arrivals;
    let joined = all(&tally, arriving, viewers, "viewers have joined", Tally::joined);
    listening(&mut scorer, joined).await?;
    let idle = listening(&mut scorer, running.process.settled()).await?;
    rest(&mut scorer, Duration::from_secs(settings.idle.into())).await?;
    let still = running.process.usage()?;

    let mut stage = Stage { process: &mut running.process, scorer: &mut scorer, tally: &tally, viewers };
    let tick = Duration::from_secs(1) / settings.rate;
    let (steady_load, _) = stage.play(1, steady, Some(tick)).await?;
    let (full_load, loaded) = stage.play(1 + steady, full, None).await?;
    let joins = stage.join_during_updates((address, protocol), 1 + steady + full, during, tick).await?;
    drop(crowd);
    running.process.stop().await?;

    let each = |from: Usage, to: Usage| (to.memory_kb - from.memory_kb) / viewers as f64;
    Ok(Figures {
        idle_kb: each(alone, idle),
        loaded_kb: each(alone, loaded),
        join_us: (idle.cpu_us - alone.cpu_us) / viewers as f64,
        idle_us: (still.cpu_us - idle.cpu_us) / viewers as f64 / f64::from(settings.idle),
        steady: steady_load,
        full: full_load,
        join_p99_ms: percentile(&joins, 99),
    })
}

/// A server with all its viewers joined.
struct Stage<'a> {
    process: &'a mut Process,
    scorer: &'a mut Scorer,
    tally: &'a Tally,
    viewers: usize,
}

impl Stage<'_> {
    /// Sends `count` updates from `first` on, one each `tick`, or as fast as they are answered.
    async fn play(
        &mut self,
        first: usize,
        count: usize,
        tick: Option<Duration>,
    ) -> Result<(Load, Usage), Failure> {
        let mut own = Meter::new(process::id());
        let (before, own_before) = (self.process.usage()?, own.read()?);
        let mut ticks = tick.map(interval);
        if let Some(ticks) = &mut ticks {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        for number in first..first + count {
            if let Some(ticks) = &mut ticks {
                listening(self.scorer, async { Ok(ticks.tick().await) }).await?;
            }
            self.scorer.score(number, self.tally).await?;
        }
        let deliveries = self.viewers * count;
        let total = (first + count - 1) * self.viewers;
        let delivered = all(self.tally, Duration::ZERO, total, "deliveries have come", Tally::deliveries);
        listening(self.scorer, delivered).await?;
        let own_after = own.read()?;
        rest(self.scorer, AFTERMATH).await?;
        let after = self.process.usage()?;
        let settled = listening(self.scorer, self.process.settled()).await?;
        let latencies = self.tally.take_latencies();
        if latencies.len() != deliveries {
            return Err(format!("{} deliveries instead of {deliveries}", latencies.len()).into());
        }
        let load = Load {
            delivery_us: (after.cpu_us - before.cpu_us) / deliveries as f64,
            viewer_us: (own_after.cpu_us - own_before.cpu_us) / deliveries as f64,
            p50_ms: percentile(&latencies, 50),
            p99_ms: percentile(&latencies, 99),
            per_second: deliveries as f64 / self.tally.time_since(first).as_secs_f64(),
        };
        Ok((load, settled))
    }

    /// Lets one more viewer join repeatedly while updates are sent, one each `tick`. Returns the sorted join times in µs.
    async fn join_during_updates(
        &mut self,
        server: (SocketAddr, Protocol),
        first: usize,
        count: usize,
        tick: Duration,
    ) -> Result<Vec<u32>, Failure> {
        let Self { scorer, tally, viewers, .. } = self;
        let mut ticks = interval(tick);
        let updates = async {
            for number in first..first + count {
                ticks.tick().await;
                scorer.score(number, tally).await?;
            }
            let total = (first + count - 1) * *viewers;
            all(tally, Duration::ZERO, total, "deliveries have come", Tally::deliveries).await
        };
        let mut times = Vec::new();
        let joins = async {
            loop {
                let begun = Instant::now();
                let joined = viewer::arrive(server, EVENT).await?;
                times.push(u32::try_from(begun.elapsed().as_micros())?);
                drop(joined);
                sleep(JOIN_EVERY).await;
            }
        };
        tokio::select! {
            done = updates => done?,
            failed = joins => return failed,
        }
        times.sort_unstable();
        if times.is_empty() { Err("no viewer joined during the updates".into()) } else { Ok(times) }
    }
}

/// Waits until `count` has reached `wanted`.
async fn all(
    tally: &Tally,
    expected: Duration,
    wanted: usize,
    what: &str,
    count: impl Fn(&Tally) -> usize,
) -> Result<(), Failure> {
    let deadline = Instant::now() + expected + PATIENCE;
    while count(tally) < wanted {
        if let Some(failure) = tally.failure() {
            return Err(failure.into());
        }
        if Instant::now() > deadline {
            return Err(format!("{} of {wanted} {what} in time", count(tally)).into());
        }
        sleep(LOOK).await;
    }
    Ok(())
}

/// Waits for this long.
async fn rest(scorer: &mut Scorer, time: Duration) -> Result<(), Failure> {
    let slept = async {
        sleep(time).await;
        Ok(())
    };
    listening(scorer, slept).await
}

/// Runs a future while the scorer answers the server's pings.
async fn listening<T>(
    scorer: &mut Scorer,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        Err(error) = scorer.listen() => Err(format!("the scorer's connection ended: {error}").into()),
    }
}

/// A percentile of sorted microseconds, in ms.
fn percentile(sorted: &[u32], percent: usize) -> f64 {
    f64::from(sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]) / 1e3
}
