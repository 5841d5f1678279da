//! Starts the server's background loops and watches them. Each loop's work is in its service.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinHandle;

use crate::services::Services;
use crate::supervise::{ServerPart, Supervisor};
use crate::transport::handlers::context::Context;
use crate::transport::http::measures;

/// Everything that the loops use.
#[derive(Clone)]
pub(super) struct Loops {
    pub services: Services,
    pub context: Arc<Context>,
    pub metrics: PrometheusHandle,
    pub supervisor: Supervisor,
}

impl Loops {
    /// Starts all loops. Each is watched separately.
    pub(super) fn start(self) -> Vec<JoinHandle<()>> {
        let alone = [
            ServerPart::Bus,
            ServerPart::Check,
            ServerPart::Forget,
            ServerPart::Limits,
            ServerPart::Lists,
            ServerPart::Metrics,
            ServerPart::Refusals,
            ServerPart::Lagging,
            ServerPart::WriteCheck,
        ];
        let mut tasks: Vec<_> =
            alone.into_iter().map(|part| tokio::spawn(self.clone().watched(part))).collect();
        // They share a task because their timers fire together.
        tasks.push(tokio::spawn(async move {
            tokio::join!(
                self.clone().watched(ServerPart::Boards),
                self.clone().watched(ServerPart::Crowds),
                self.clone().watched(ServerPart::Nodes),
                self.clone().watched(ServerPart::Pulse),
                self.clone().watched(ServerPart::Sessions),
                self.watched(ServerPart::IdleCheck),
            );
        }));
        tasks
    }

    /// Runs a loop, and restarts it whenever it panics.
    async fn watched(self, part: ServerPart) {
        self.supervisor.run(part, || self.clone().run(part)).await;
    }

    async fn run(self, part: ServerPart) {
        let Self { services, context, metrics, .. } = &self;
        let Services {
            accounts,
            cluster,
            crowd,
            events,
            leaderboards,
            list_feed,
            node,
            points,
            refusals,
            ..
        } = services;
        let connections = &context.connections;
        match part {
            ServerPart::Boards => leaderboards.show_changes().await,
            ServerPart::Bus => cluster.run_bus().await,
            ServerPart::Check => node.compare_rooms().await,
            ServerPart::Crowds => crowd.save_regularly().await,
            ServerPart::Forget => {
                tokio::join!(
                    accounts.delete_old_codes(),
                    points.delete_old_tickets(),
                    events.delete_old_creations(),
                    events.erase_deleted()
                );
            }
            ServerPart::Limits => context.evict_old().await,
            ServerPart::Lists => list_feed.run().await,
            ServerPart::Metrics => measures::run_upkeep(metrics).await,
            ServerPart::Nodes => cluster.publish_state(|| connections.counts().total()).await,
            ServerPart::Pulse => crowd.show_pulses().await,
            ServerPart::Refusals => refusals.save_regularly().await,
            ServerPart::Sessions => accounts.watch_credentials(connections).await,
            ServerPart::IdleCheck => connections.idle_check().await,
            ServerPart::Lagging => node.serve_lagging().await,
            ServerPart::WriteCheck => node.check_writes().await,
            ServerPart::Accept | ServerPart::Database | ServerPart::Mailer | ServerPart::Writer => {}
        }
    }
}
