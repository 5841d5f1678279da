//! The ports of the server: a public one, and one for operators if `ADMIN_ADDR` is set.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use futures_util::future::OptionFuture;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::open_files::connections_by_file_limit;
use super::start_error::StartError;
use crate::config::{NetworkOptions, Serve};
use crate::supervise::Supervisor;
use crate::transport::http::health::Health;
use crate::transport::http::router::admin_router;
use crate::transport::plain::queue::CLOSE_TIMEOUT;
use crate::transport::tcp::connection_slots::ConnectionSlots;
use crate::transport::tcp::host::Hosts;
use crate::transport::tcp::listener::Listener;

/// Maximum number of connections to `ADMIN_ADDR`.
pub(super) const ADMIN_PLACES: usize = 32;

/// The bound ports, not served yet.
pub(super) struct Ports {
    pub public: Port,
    /// For operators.
    pub admin: Option<Port>,
}

impl Ports {
    /// Binds the ports.
    pub(super) async fn open(network: &NetworkOptions) -> Result<Self, StartError> {
        let public = Port::open("BIND_ADDR", network.bind_addr).await?;
        let admin = match network.admin_addr {
            Some(address) => Some(Port::open("ADMIN_ADDR", address).await?),
            None => None,
        };
        Ok(Self { public, admin })
    }

    /// Serves all ports until `stop` is cancelled.
    pub(super) fn serve(
        self,
        settings: &Serve,
        router: Router,
        health: &Arc<Health>,
        stop: &CancellationToken,
    ) -> JoinHandle<()> {
        let max_connections = settings.connections.max_connections;
        let supervisor = &health.supervisor;
        let public = Listener {
            trust_proxy: settings.network.trust_proxy,
            ..self.public.listener(
                settings,
                router,
                max_connections.unwrap_or_else(connections_by_file_limit),
                supervisor,
            )
        };
        let public = public.serve(stop.clone());
        let admin = self
            .admin
            .map(|port| port.listener(settings, admin_router(health.clone()), ADMIN_PLACES, supervisor));
        let admin = OptionFuture::from(admin.map(|admin| admin.serve(stop.clone())));
        tokio::spawn(async {
            tokio::join!(public, admin);
        })
    }
}

pub(super) struct Port {
    tcp: TcpListener,
    pub address: SocketAddr,
}

impl Port {
    async fn open(setting: &'static str, address: SocketAddr) -> Result<Self, StartError> {
        let refused = |error| StartError::Listen { setting, address, error };
        let tcp = TcpListener::bind(address).await.map_err(refused)?;
        let address = tcp.local_addr().map_err(refused)?;
        Ok(Self { tcp, address })
    }

    fn listener(self, settings: &Serve, router: Router, places: usize, supervisor: &Supervisor) -> Listener {
        Listener {
            tcp: self.tcp,
            router,
            hosts: Hosts::new(self.address.ip(), &settings.network),
            places: ConnectionSlots::new(places),
            trust_proxy: false,
            // Longer than `behind_timeout`, so that a client that is too slow is first told why it is closed.
            user_timeout: settings.connections.behind_timeout + CLOSE_TIMEOUT,
            supervisor: supervisor.clone(),
        }
    }
}
