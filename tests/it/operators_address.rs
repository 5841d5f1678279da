//! The address for operators (`ADMIN_ADDR`): health and measures, also when the node is full.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::http;
use crate::places::{HERE, crowd};
use crate::server::{Server, run};

/// An address with a free port.
async fn free_address() -> String {
    TcpListener::bind((HERE, 0)).await.and_then(|tcp| tcp.local_addr()).expect("a free port").to_string()
}

#[tokio::test]
async fn an_address_for_operators_has_health_and_measures_alone_and_is_asked_for_health() {
    let admin_address = free_address().await;
    let server = Server::alone(&[("ADMIN_ADDR", &admin_address), ("MAX_CONNECTIONS", "3")]).await;
    let _admin = server.admin_with_event("match").await;
    let _crowd = crowd(server.address, HERE, None).await;
    let admin: SocketAddr = admin_address.parse().expect("an address");
    for (path, here, there) in [
        ("/healthz", 200, 200),
        ("/readyz", 200, 200),
        ("/metrics", 404, 200),
        ("/api/events", 503, 404),
        ("/", 503, 404),
    ] {
        let statuses = [server.get(path).await.status.as_u16(), http::get(admin, path).await.status.as_u16()];
        assert_eq!(statuses, [here, there], "{path}");
    }
    let public = server.address.to_string();
    let nowhere = free_address().await;
    for (bind, admin, lives) in [
        (&public, None, true),
        (&public, Some(&admin_address), true),
        (&nowhere, Some(&admin_address), true),
        (&public, Some(&nowhere), false),
    ] {
        let settings =
            [Some(("BIND_ADDR", bind.as_str())), admin.map(|admin| ("ADMIN_ADDR", admin.as_str()))];
        let output = run(&["health"], &settings.into_iter().flatten().collect::<Vec<_>>()).await;
        assert_eq!(output.status.success(), lives, "{output:?}");
    }
}

#[tokio::test]
async fn an_address_for_operators_that_is_taken_is_named() {
    let taken = TcpListener::bind((HERE, 0)).await.expect("a free port");
    let address = taken.local_addr().expect("it listens").to_string();
    let settings =
        [("BIND_ADDR", "127.0.0.1:0"), ("ADMIN_ADDR", &address), ("DATABASE_URL", "sqlite:///nowhere/x.db")];
    let output = run(&["serve"], &settings).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("ADMIN_ADDR") && said.contains(&address), "{said}");
    let examined = run(&["doctor"], &settings).await;
    let said = String::from_utf8_lossy(&examined.stdout);
    assert!(said.lines().any(|line| line.starts_with("WRONG") && line.contains("ADMIN_ADDR")), "{said}");
}
