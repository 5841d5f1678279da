//! What the server does by itself, over and over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinHandle;

use crate::domain::clock;
use crate::services::Services;
use crate::supervise::{Part, Supervisor};
use crate::transport::client::registry::ended_sessions;
use crate::transport::handlers::context::Context;

/// How often the rooms are compared with the database, for writes whose outcome was not known, and for what was
/// not heard; and how often it is checked whether the database takes writes.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How often full buckets of the limits are forgotten.
const SHRINK_EVERY: Duration = Duration::from_secs(10);
/// How often it is looked whether something that was refused is to be put on record.
const SAVE_REFUSALS_EVERY: Duration = Duration::from_secs(5);
/// How often codes and tickets that are of no more use are forgotten.
const FORGET_EVERY: Duration = Duration::from_mins(10);
/// How often the histograms of the metrics are brought up to date.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// What the loops work on.
#[derive(Clone)]
pub(super) struct Loops {
    pub services: Arc<Services>,
    pub context: Arc<Context>,
    pub metrics: PrometheusHandle,
    pub supervisor: Supervisor,
}

impl Loops {
    /// Starts all of them. Each is watched by itself.
    pub(super) fn start(self) -> Vec<JoinHandle<()>> {
        let alone = [
            Part::Bus,
            Part::Check,
            Part::Forget,
            Part::Limits,
            Part::Metrics,
            Part::Refusals,
            Part::Tend,
            Part::WriteCheck,
        ];
        let mut tasks: Vec<_> =
            alone.into_iter().map(|part| tokio::spawn(self.clone().watched(part))).collect();
        // One task, for they wake up together.
        tasks.push(tokio::spawn(async move {
            tokio::join!(
                self.clone().watched(Part::Boards),
                self.clone().watched(Part::Crowds),
                self.clone().watched(Part::Nodes),
                self.clone().watched(Part::Pulse),
                self.clone().watched(Part::Sessions),
                self.watched(Part::Sweep),
            );
        }));
        tasks
    }

    /// A loop that starts again whenever it panics.
    async fn watched(self, part: Part) {
        self.supervisor.run(part, || self.clone().run(part)).await;
    }

    async fn run(self, part: Part) {
        let Self { services, context, metrics, supervisor } = &self;
        match part {
            Part::Boards => services.show_boards().await,
            Part::Bus => services.hear_others().await,
            Part::Check => {
                let seen = AtomicU64::new(services.database.replaced());
                every(CHECK_EVERY, || async {
                    services.rooms.check_all().await;
                    let replaced = services.database.replaced();
                    for _ in seen.swap(replaced, Ordering::Relaxed)..replaced {
                        supervisor.report(Part::Database, "the thread of a connection to SQLite ended");
                    }
                })
                .await;
            }
            Part::Crowds => services.keep_crowds().await,
            Part::Forget => {
                every(FORGET_EVERY, || async {
                    services.forget_codes().await;
                    services.forget_tickets(clock::moment()).await;
                })
                .await;
            }
            Part::Limits => {
                every(SHRINK_EVERY, || async {
                    context.limits.shrink();
                    context.operations.evict_old(Instant::now());
                })
                .await;
            }
            Part::Metrics => every(UPKEEP_EVERY, || async { metrics.run_upkeep() }).await,
            Part::Nodes => {
                let connections = || context.connections.census().total();
                services.tell_others(connections).await;
            }
            Part::Pulse => services.rooms.pulse().await,
            Part::Refusals => every(SAVE_REFUSALS_EVERY, || services.save_refusals()).await,
            Part::Sessions => ended_sessions::watch(services, &context.connections).await,
            Part::Sweep => context.connections.sweep().await,
            Part::Tend => services.rooms.tend().await,
            Part::WriteCheck => every(CHECK_EVERY, || services.database.check_writes()).await,
            Part::Accept | Part::Database | Part::Mailer | Part::Writer => {}
        }
    }
}

/// Runs something again and again.
async fn every<F: Future<Output = ()>>(period: Duration, run: impl Fn() -> F) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        run().await;
    }
}
