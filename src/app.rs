//! The composition root: what there is, what knows what, and in which order it starts and stops.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use socketioxide::{ParserConfig, SocketIo, SocketIoBuilder};
use thiserror::Error;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::cluster::bus::Bus;
use crate::config::{Conflict, Connections as ConnectionSettings, Network, Serve, Storage, bytes};
use crate::demo;
use crate::domain::entropy;
use crate::live::audience::AudienceSettings;
use crate::live::pulse::PulseSettings;
use crate::live::room::RoomSettings;
use crate::live::rooms::Rooms;
use crate::mail::mailer::Mailer;
use crate::services::accounts::{DemoToken, demo_token};
use crate::services::error::ServiceError;
use crate::services::points::Points;
use crate::services::writes::Writes;
use crate::services::{Services, accounts as account_services};
use crate::storage::probe::{self, Encryption, Schema};
use crate::storage::{ConnectError, Database, Options, StorageError, embedded_file};
use crate::supervise::Supervisor;
use crate::transport::client::limits::Limits;
use crate::transport::client::registry::{Connections, Patience};
use crate::transport::handlers::context::Context;
use crate::transport::handlers::operations::Operations;
use crate::transport::http::health::Health;
use crate::transport::http::measures;
use crate::transport::http::router::{Parts, router};
use crate::transport::socketio::engines::{Engines, Services as EngineServices};
use crate::transport::socketio::namespaces;
use crate::transport::socketio::workarounds::max_payload::NO_LIMIT;
use crate::transport::socketio::workarounds::reserved_slots::SPARE_PLACES;
use crate::transport::tcp::origins::Origins;

pub(crate) mod accounts;
mod background;
mod ports;
pub(crate) mod secret;

use accounts::AccountsError;
use background::Loops;
use ports::Ports;

/// How long a shutdown waits for mails that are underway.
const MAILS_WITHIN: Duration = Duration::from_secs(2);
/// Characters of the name of a run of the server: 60 bits, so that no two share one.
const RUN_LENGTH: usize = 12;
/// The part of the shutdown's time over which clients are sent away: one in so many.
const SENT_AWAY_SHARE: u32 = 3;
/// So long after that, who has not closed its connection is cut off.
const CUT_AFTER: Duration = Duration::from_secs(1);
/// File descriptors that are not for clients: the database, files, the listeners, reserved places
/// ([`RESERVED_PLACES`](crate::transport::tcp::listener::RESERVED_PLACES) of each listener), connections to `ADMIN_ADDR`.
pub(crate) const SPARE_FILES: u64 = 320;
/// The bounds of the latency histograms, in seconds.
const LATENCIES: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];

/// Why the server does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Settings that cannot be used together.
    #[error(transparent)]
    Settings(#[from] Conflict),
    /// The database.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// The pages that `WEB_DIR` names.
    #[error(
        "WEB_DIR {} has no index.html; build the pages (make web) and name their folder, or do not set WEB_DIR",
        .0.display()
    )]
    Pages(PathBuf),
    /// The port.
    #[error("cannot listen on {address}: {}; choose another with {setting}", reason(.error))]
    Listen {
        /// The setting that says so.
        setting: &'static str,
        /// Where it was to listen.
        address: SocketAddr,
        /// Why it cannot.
        error: std::io::Error,
    },
    /// What signing in takes.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The sessions that are there already.
    #[error("cannot apply SESSION_MAX to the sessions in the database: {0}")]
    Sessions(StorageError),
    /// The demo's account.
    #[error("cannot prepare the demo: {0}")]
    Demo(#[from] ServiceError),
    /// The metrics.
    #[error("cannot set up the metrics: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

fn reason(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "another program listens there already",
        std::io::ErrorKind::PermissionDenied => "ports below 1024 need a privilege",
        std::io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => "the system refuses it",
    }
}

/// What a command does with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It may run alongside servers, so it does not change the schema under them.
    Use,
    /// It brings the schema up to this version.
    Migrate,
    /// It changes what servers keep in memory, so none may run.
    Restore,
}

/// Opens the database for a server, and brings it up to this version. An embedded one has one server at a time.
///
/// # Errors
/// [`ConnectError`]: what is wrong, and what to do.
pub async fn open_database(storage: &Storage) -> Result<Database, ConnectError> {
    let options = options(storage);
    let lock = Database::lock(&storage.database_url, &options).await?;
    let database = Database::connect(&storage.database_url, &options).await?.holding(lock);
    database.migrate().await?;
    database.require_writes().await?;
    Ok(database)
}

/// Opens the database for a command: an embedded one must be there already, for a new one in the wrong folder would be of no
/// use. An older schema stays where servers of the older version may run on it.
///
/// # Errors
/// [`ConnectError`]: what is wrong, and what to do.
pub async fn open_existing_database(storage: &Storage, purpose: Purpose) -> Result<Database, ConnectError> {
    let url = &storage.database_url;
    if let Some(file) = embedded_file(url).filter(|file| !file.as_os_str().is_empty() && !file.exists()) {
        let file = std::path::absolute(&file).unwrap_or(file);
        return Err(ConnectError::Missing(file.display().to_string()));
    }
    let options = options(storage);
    let database = Database::connect(url, &options).await?;
    let schema = probe::schema(&database).await.map_err(|error| database.explain(error))?;
    if purpose != Purpose::Restore && schema == Schema::Current {
        return Ok(database);
    }
    let is_older = matches!(schema, Schema::Older(_));
    if is_older && purpose == Purpose::Use && database.is_shared() {
        return Err(ConnectError::Older);
    }
    let lock = match Database::lock(url, &options).await {
        Err(ConnectError::InUse(_)) if is_older && purpose == Purpose::Use => {
            return Err(ConnectError::Older);
        }
        lock => lock?,
    };
    database.migrate().await?;
    Ok(if purpose == Purpose::Restore { database.holding(lock) } else { database })
}

fn options(storage: &Storage) -> Options {
    Options { max_connections: storage.database_connections, acquire_timeout: storage.database_timeout }
}

/// Whether there are pages to serve. A server without them is of use to other frontends, but not where some were
/// asked for.
fn find_pages(network: &Network) -> Result<bool, StartError> {
    let folder = network.pages();
    if folder.join("index.html").is_file() {
        return Ok(true);
    }
    if network.web_dir.is_some() {
        return Err(StartError::Pages(folder.to_owned()));
    }
    tracing::warn!(
        "no pages are served: there is no {}; build them (make web) or name their folder in WEB_DIR, and start again",
        std::path::absolute(folder).unwrap_or(folder.to_owned()).join("index.html").display()
    );
    Ok(false)
}

/// The running server.
pub struct App {
    address: SocketAddr,
    /// Of all engines.
    ios: [SocketIo; 4],
    health: Arc<Health>,
    database: Database,
    mailer: Mailer,
    stop: CancellationToken,
    listener: JoinHandle<()>,
    background: Vec<JoinHandle<()>>,
    demo: Option<(JoinHandle<()>, DemoToken)>,
    shutdown_timeout: Duration,
}

impl App {
    /// Starts everything.
    ///
    /// # Errors
    /// [`StartError`]: what is wrong, and what to do.
    pub fn start(settings: Serve) -> impl Future<Output = Result<Self, StartError>> {
        Self::start_with(settings, namespaces::register)
    }

    /// Starts everything, with namespaces that `register` sets up on each engine.
    ///
    /// # Errors
    /// [`StartError`]: what is wrong, and what to do.
    pub async fn start_with(
        settings: Serve,
        register: impl Fn(&SocketIo, &Arc<Engines>),
    ) -> Result<Self, StartError> {
        if let Some(conflict) = settings.conflicts().pop() {
            return Err(conflict.into());
        }
        let has_pages = find_pages(&settings.network)?;
        let metrics = install_metrics()?;
        // The port first: it tells most quickly that the server runs already.
        let ports = Ports::open(&settings.network).await?;
        let address = ports.address();
        let database = open_database(&settings.storage).await?;
        warn_if_in_clear(&database).await;

        let run = entropy::short_text(&mut entropy::source(), RUN_LENGTH);
        let rooms = Rooms::new(database.clone(), room_settings(&settings, database.is_shared()), run);
        let bus = Bus::new(&database, rooms.run());
        let supervisor = Supervisor::default();
        let writes = Writes::new(settings.storage.database_timeout).watched_by(supervisor.clone());
        let accounts = Arc::new(accounts::set_up(&settings, &database, &supervisor)?);
        let mailer = accounts.mailer.clone();
        let services = Services {
            database: database.clone(),
            accounts,
            points: Arc::new(Points::new(settings.accounts.ticket_ttl, settings.integrity.clone())),
            rooms: rooms.clone(),
            bus,
            writes,
            refusals: Arc::default(),
        };
        services.cap_sessions().await.map_err(StartError::Sessions)?;
        let connections = Arc::new(no_connections(&settings.connections));
        let (engine_services, ios) = build_engines(&settings.connections);
        let context = Arc::new(Context {
            services: services.clone(),
            connections: connections.clone(),
            limits: Limits::new(&settings.limits),
            operations: Operations::default(),
            settings: settings.connections.clone(),
        });
        let engines = Arc::new(Engines::new(engine_services, context.clone()));
        for io in &ios {
            register(io, &engines);
        }

        let services = Arc::new(services);
        let health = Arc::new(Health {
            services: services.clone(),
            connections: connections.clone(),
            metrics: metrics.clone(),
            supervisor: supervisor.clone(),
        });
        let router = router(Parts {
            services: services.clone(),
            health: health.clone(),
            context: context.clone(),
            engines,
            origins: Origins::new(&settings.network.allowed_origins),
            hides_metrics: ports.has_admin(),
            web_dir: settings.network.pages(),
            has_pages,
        });
        let stop = CancellationToken::new();
        let background = Loops { services, context, metrics, supervisor }.start();
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
            health,
            database,
            mailer,
            stop,
            listener,
            background,
            demo,
            shutdown_timeout: settings.connections.shutdown_timeout,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops everything, in the order that lets clients go on elsewhere: not ready, no new sessions, tell the
    /// clients and close their connections in slices, no new connections, close what is left, exit. Takes no
    /// longer than the shutdown timeout.
    pub async fn stop(self) {
        let deadline = tokio::time::Instant::now() + self.shutdown_timeout;
        tracing::info!("shutting down");
        self.health.connections.drain();
        if let Some((demo, token)) = self.demo {
            demo.abort();
            if let Err(error) = account_services::revoke_token(&self.database, token.id).await {
                log_storage("cannot end the demo's token", &error);
            }
        }
        self.health.connections.send_away(self.shutdown_timeout / SENT_AWAY_SHARE).await;
        self.stop.cancel();
        // A client that does not read would keep the engine waiting.
        let cut = tokio::spawn({
            let connections = self.health.connections.clone();
            let grace = CUT_AFTER.min(self.shutdown_timeout / 3);
            async move {
                tokio::time::sleep(grace).await;
                connections.cut_all();
            }
        });
        let plain_tasks = self.health.connections.plain_tasks();
        plain_tasks.close();
        let close = async {
            futures_util::future::join_all(self.ios.iter().map(SocketIo::close)).await;
            plain_tasks.wait().await;
            self.listener.await
        };
        if tokio::time::timeout_at(deadline - Duration::from_millis(500), close).await.is_err() {
            tracing::warn!("some connections did not close in time");
        }
        cut.abort();
        self.mailer.finish(MAILS_WITHIN).await;
        for task in &self.background {
            task.abort();
        }
        // What they held, such as notes on their way, is free once they have ended.
        for task in self.background {
            let _ = tokio::time::timeout_at(deadline, task).await;
        }
        match tokio::time::timeout_at(deadline, self.health.services.save_crowds()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log_storage("the last reactions and messages were not kept", &error),
            Err(_) => tracing::warn!("the last reactions and messages were not kept in time"),
        }
        let farewell = self.health.services.bid_farewell();
        if let Ok(Err(error)) = tokio::time::timeout_at(deadline, farewell).await {
            log_storage("other nodes count this node's viewers for some seconds more", &error);
        }
        if tokio::time::timeout_at(deadline, self.database.close()).await.is_err() {
            tracing::warn!("the database did not close in time");
        }
        tracing::info!("stopped");
    }
}

fn log_storage(what: &str, error: &StorageError) {
    tracing::warn!(%error, "{what}");
}

/// Says so if what is sent to the database can be read on the way.
async fn warn_if_in_clear(database: &Database) {
    match probe::encryption(database).await {
        Ok(Encryption::NotNeeded | Encryption::Tls) => {}
        Ok(Encryption::None { place }) => tracing::warn!(
            place,
            "the connection to Postgres is not encrypted: enable TLS there, and set sslmode in DATABASE_URL"
        ),
        Err(error) => log_storage("cannot tell whether the connection to Postgres is encrypted", &error),
    }
}

/// How rooms treat their members.
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

/// The registry of sockets, in which there is none yet.
fn no_connections(settings: &ConnectionSettings) -> Connections {
    let patience = Patience {
        heartbeat_timeout: settings.heartbeat_timeout,
        heartbeat_required: settings.heartbeat_required,
        behind_timeout: settings.behind_timeout,
    };
    Connections::new(patience, settings.handshake_rate)
}

/// The Engine.IO services, and the Socket.IO of each.
fn build_engines(settings: &ConnectionSettings) -> (EngineServices, [SocketIo; 4]) {
    let build = |builder: SocketIoBuilder| builder.build_with_inner_svc(Router::new());
    let of_json = || socket_io(settings);
    let of_msgpack = || of_json().with_parser(ParserConfig::msgpack());
    let (json, for_json) = build(of_json());
    let places = settings.queue_size + SPARE_PLACES;
    let polling = |builder: SocketIoBuilder| builder.max_payload(NO_LIMIT).max_buffer_size(places);
    let (polling_json, for_polling_json) = build(polling(of_json()));
    let (msgpack, for_msgpack) = build(of_msgpack());
    let (polling_msgpack, for_polling_msgpack) = build(polling(of_msgpack()));
    let engines = EngineServices { json, polling_json, msgpack, polling_msgpack };
    let ios = [for_json, for_polling_json, for_msgpack, for_polling_msgpack];
    (engines, ios)
}

/// Socket.IO as this server runs it: the limits that are off by default are on.
fn socket_io(settings: &ConnectionSettings) -> SocketIoBuilder {
    // Engines know nothing of namespaces: the limit of each session is applied before them (`frame_check.rs`, `request.rs`).
    let packet = bytes(settings.max_packet.max(settings.max_admin_packet));
    let parser = ParserConfig::common()
        .max_incoming_binaries(settings.max_attachments)
        .max_incoming_binary_buf_size(bytes(settings.max_packet));
    SocketIo::builder()
        .req_path("/socket.io")
        .ping_interval(settings.ping_interval)
        .ping_timeout(settings.ping_timeout)
        .connect_timeout(settings.connect_timeout)
        .upgrade_timeout(settings.connect_timeout)
        .max_buffer_size(settings.queue_size)
        .max_payload(settings.max_packet.as_u64())
        .ws_max_message_size(packet)
        .ws_max_frame_size(packet)
        // A viewer sends little: a small buffer is most of what can be saved on it.
        .ws_read_buffer_size(128)
        .with_parser(parser)
}

fn install_metrics() -> Result<PrometheusHandle, metrics_exporter_prometheus::BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCIES)?
        .install_recorder()?;
    measures::describe();
    Ok(handle)
}

/// How many connections the limit of open files leaves room for, once it is as high as it may be.
pub(crate) fn connections_by_file_limit() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "cannot raise the limit of open files");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::from(u32::MAX));
    usize::try_from(files.saturating_sub(SPARE_FILES).max(16)).unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "app_tests.rs"]
mod tests;
