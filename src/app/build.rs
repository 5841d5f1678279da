//! Builds the server: creates its parts, connects them, and starts them in order.

use std::sync::Arc;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use socketioxide::SocketIo;
use tokio_util::sync::CancellationToken;

use super::background::Loops;
use super::database::{open_database, warn_if_unencrypted};
use super::engines::build_engines;
use super::ports::Ports;
use super::start_error::StartError;
use super::{App, accounts};
use crate::cluster::bus::Bus;
use crate::config::{NetworkOptions, Serve};
use crate::demo;
use crate::domain::entropy;
use crate::live::audience::AudienceSettings;
use crate::live::pulse::PulseSettings;
use crate::live::room::RoomSettings;
use crate::live::rooms::Rooms;
use crate::services::accounts::demo_token;
use crate::services::writes::Writes;
use crate::services::{Base, Resources, Services, Settings as ServiceSettings};
use crate::supervise::Supervisor;
use crate::transport::client::limits::ClientLimits;
use crate::transport::client::registry::ClientRegistry;
use crate::transport::handlers::context::Context;
use crate::transport::http::health::Health;
use crate::transport::http::measures;
use crate::transport::http::router::{Parts, router};
use crate::transport::http::state::Api;
use crate::transport::socketio::engines::Engines;
use crate::transport::tcp::origins::Origins;

/// Length of the name of a run of the server, in characters: 60 bits, so no two runs share one.
const RUN_LENGTH: usize = 12;
/// Bucket bounds of the latency histograms, in seconds.
const LATENCIES: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];

impl App {
    /// Starts everything. `register` sets up the namespaces on each engine.
    pub async fn start_with(
        settings: Serve,
        register: impl Fn(&SocketIo, &Arc<Engines>),
    ) -> Result<Self, StartError> {
        if let Some(conflict) = settings.conflicts().pop() {
            return Err(conflict.into());
        }
        let has_pages = find_pages(&settings.network)?;
        let metrics = install_metrics()?;
        // The port first: binding it is the quickest way to find out that the server already runs.
        let ports = Ports::open(&settings.network).await?;
        let address = ports.public.address;
        let database = open_database(&settings.storage).await?;
        warn_if_unencrypted(&database).await;

        let run = entropy::short_text(&mut entropy::source(), RUN_LENGTH);
        let rooms = Rooms::new(database.clone(), room_settings(&settings, database.is_shared()), run);
        let bus = Bus::new(&database, rooms.run());
        let supervisor = Supervisor::default();
        let writes = Writes::new(settings.storage.database_timeout).watched_by(supervisor.clone());
        let policy = accounts::policy(&settings, &database)?;
        let mailer = accounts::mailer(&settings, supervisor.clone())?;
        let resources = Resources {
            base: Base { database: database.clone(), writes, rooms, bus },
            mailer: mailer.clone(),
            supervisor: supervisor.clone(),
        };
        let services = Services::new(
            &resources,
            ServiceSettings {
                accounts: policy,
                ticket_ttl: settings.accounts.ticket_ttl,
                thresholds: settings.integrity.clone(),
            },
        );
        services.accounts.cap_sessions().await.map_err(StartError::Sessions)?;
        let connections = Arc::new(ClientRegistry::new(&settings.connections));
        let (engine_services, ios) = build_engines(&settings.connections);
        let context = Arc::new(Context::new(
            services.clone(),
            connections.clone(),
            ClientLimits::new(&settings.limits),
            settings.connections.clone(),
        ));
        let engines = Arc::new(Engines::new(engine_services, context.clone()));
        for io in &ios {
            register(io, &engines);
        }

        let health = Arc::new(Health {
            node: services.node.clone(),
            list_feed: services.list_feed.clone(),
            connections: connections.clone(),
            metrics: metrics.clone(),
            supervisor: supervisor.clone(),
        });
        let router = router(Parts {
            api: Api::new(&services),
            refusals: services.refusals.clone(),
            health: health.clone(),
            context: context.clone(),
            engines,
            origins: Origins::new(&settings.network.allowed_origins),
            hides_metrics: ports.admin.is_some(),
            web_dir: settings.network.pages(),
            has_pages,
        });
        let stop = CancellationToken::new();
        let background = Loops { services: services.clone(), context, metrics, supervisor }.start();
        let listener = ports.serve(&settings, router, &health, &stop);
        let demo = if settings.demo {
            let token = demo_token(&database).await?;
            let playing = demo::run(address, token.token.reveal().to_owned(), settings.demo_pace);
            Some((tokio::spawn(playing), token))
        } else {
            None
        };
        tracing::info!(%address, database = database.engine(), "started");
        Ok(Self {
            address,
            ios,
            services,
            connections,
            database,
            mailer,
            stop,
            listener,
            background,
            demo,
            shutdown_timeout: settings.connections.shutdown_timeout,
        })
    }
}

/// Whether there are pages to serve. Without `WEB_DIR`, a server without pages is fine, since other frontends may
/// use it.
fn find_pages(network: &NetworkOptions) -> Result<bool, StartError> {
    let folder = network.pages();
    if folder.join("index.html").is_file() {
        return Ok(true);
    }
    if network.web_dir.is_some() {
        return Err(StartError::Pages(folder.to_owned()));
    }
    tracing::warn!(
        "no pages are served: {} not found; build them (make web) or set WEB_DIR to their folder, then restart",
        std::path::absolute(folder).unwrap_or(folder.to_owned()).join("index.html").display()
    );
    Ok(false)
}

/// The settings of the rooms.
fn room_settings(settings: &Serve, shared: bool) -> RoomSettings {
    let Serve { rooms, connections, .. } = settings;
    RoomSettings {
        recovery_limit: rooms.recovery_limit,
        behind_timeout: connections.behind_timeout,
        audience: AudienceSettings {
            pulse: PulseSettings { interval: rooms.pulse_interval, beat: rooms.pulse_beat },
            singles: rooms.reaction_singles,
            message_history: rooms.message_history,
            shared,
        },
    }
}

fn install_metrics() -> Result<PrometheusHandle, metrics_exporter_prometheus::BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCIES)?
        .install_recorder()?;
    measures::describe();
    Ok(handle)
}
