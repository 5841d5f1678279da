//! Starts the loops of the server, and watches them. What each does stands in its service.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinHandle;

use crate::services::Services;
use crate::supervise::{Part, Supervisor};
use crate::transport::handlers::context::Context;
use crate::transport::http::measures;

/// What the loops work on.
#[derive(Clone)]
pub(super) struct Loops {
    pub services: Services,
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
        let Self { services, context, metrics, .. } = &self;
        let Services { accounts, cluster, crowd, leaderboards, node, points, refusals, .. } = services;
        let connections = &context.connections;
        match part {
            Part::Boards => leaderboards.show_changes().await,
            Part::Bus => cluster.hear_others().await,
            Part::Check => node.compare_rooms().await,
            Part::Crowds => crowd.save_regularly().await,
            Part::Forget => {
                tokio::join!(accounts.delete_old_codes(), points.delete_old_tickets());
            }
            Part::Limits => context.evict_old().await,
            Part::Metrics => measures::run_upkeep(metrics).await,
            Part::Nodes => cluster.tell_others(|| connections.census().total()).await,
            Part::Pulse => crowd.show_pulses().await,
            Part::Refusals => refusals.save_regularly().await,
            Part::Sessions => accounts.watch_credentials(connections).await,
            Part::Sweep => connections.sweep().await,
            Part::Tend => node.serve_lagging().await,
            Part::WriteCheck => node.check_writes().await,
            Part::Accept | Part::Database | Part::Mailer | Part::Writer => {}
        }
    }
}
