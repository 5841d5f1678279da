//! The course that each server is put through, and the figures that come of it.
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
/// How often it is looked whether the viewers have all that they wait for.
const LOOK: Duration = Duration::from_millis(20);
/// For so many seconds one more viewer joins amid updates.
const AMID: usize = 3;
/// How long the one who joins amid updates waits until it does so again.
const JOIN_EVERY: Duration = Duration::from_millis(10);
/// For so long after the last delivery the server's CPU counts for the deliveries.
const AFTERMATH: Duration = Duration::from_millis(500);
/// Within which all of it must have come, beyond the time that arriving takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// What one server needed for its viewers.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figures {
    /// Memory of a viewer that has joined, before the first update, in kB.
    pub idle_kb: f64,
    /// The same after all updates.
    pub loaded_kb: f64,
    /// The server's CPU of a join, from the TCP connection to the snapshot, in µs.
    pub join_us: f64,
    /// The server's CPU of a viewer in a second in which nothing is sent but heartbeats, in µs.
    pub idle_us: f64,
    /// At a steady rate.
    pub steady: Load,
    /// When the scorer sends the next update as soon as one is answered.
    pub full: Load,
    /// From the TCP connection to the snapshot, amid updates at the steady rate, in ms: 99 of 100 were quicker.
    pub join_p99_ms: f64,
}

/// What deliveries needed.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Load {
    /// The server's CPU of a delivery, in µs.
    pub delivery_us: f64,
    /// CPU of this program, for a delivery, in µs.
    pub viewer_us: f64,
    /// From the scorer's sending to a viewer's receiving: the median, in ms.
    pub p50_ms: f64,
    /// The same: 99 of 100 were quicker.
    pub p99_ms: f64,
    /// Deliveries a second, from the first sending to the last receiving.
    pub per_second: f64,
}

/// Measures a fresh server with so many viewers.
///
/// # Errors
/// If it fails, or a viewer does not get every update once and in order.
pub async fn course(server: Server, viewers: usize, settings: &Settings) -> Result<Figures, Failure> {
    let steady = settings.rate as usize * settings.seconds as usize;
    let full = settings.burst as usize;
    let amid = AMID * settings.rate as usize;
    let updates = 1 + steady + full + amid;
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
    let joins = stage.join_amid((address, protocol), 1 + steady + full, amid, tick).await?;
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

/// A server with its viewers in place.
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

    /// Has one more viewer join again and again while updates are sent, one each `tick`: what each took, in sorted µs.
    async fn join_amid(
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
        if times.is_empty() { Err("nobody has joined amid the updates".into()) } else { Ok(times) }
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

/// Does nothing for so long.
async fn rest(scorer: &mut Scorer, time: Duration) -> Result<(), Failure> {
    let slept = async {
        sleep(time).await;
        Ok(())
    };
    listening(scorer, slept).await
}

/// Does something while the scorer answers the server's pings.
async fn listening<T>(
    scorer: &mut Scorer,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        Err(error) = scorer.listen() => Err(format!("the scorer's connection has ended: {error}").into()),
    }
}

/// Of sorted microseconds, in ms.
fn percentile(sorted: &[u32], percent: usize) -> f64 {
    f64::from(sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]) / 1e3
}
