//! A real pgbouncer in transaction mode, which accepts LISTEN but delivers no notifications.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{interval, timeout};

use super::Examination;
use crate::databases::{Folder, PostgresDatabase};
use crate::http::DEADLINE;
use crate::server::Server;

/// pgbouncer in front of the tests' Postgres.
pub struct Pooler {
    pub port: u16,
    _process: Child,
    _folder: Folder,
}

impl Pooler {
    async fn start(mode: &str) -> Self {
        Self::start_with(mode, "listen_addr = 127.0.0.1").await
    }

    /// Starts it with additional pgbouncer settings.
    pub async fn start_with(mode: &str, options: &str) -> Self {
        let server = PostgresDatabase::server_url();
        let (_, place) = server.rsplit_once('@').expect("TEST_POSTGRES_URL names a user");
        let server_port =
            place.split_once(':').and_then(|(_, rest)| rest.split('/').next()).expect("and a port");
        let free = TcpListener::bind("127.0.0.1:0").await.and_then(|listener| listener.local_addr());
        let port = free.expect("a port is free").port();
        let folder = Folder::new();
        let file = folder.0.join("pgbouncer.ini");
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={server_port} user=postgres\n[pgbouncer]\n{options}\n\
             listen_port = {port}\nauth_type = any\npool_mode = {mode}\nunix_socket_dir =\n"
        );
        std::fs::write(&file, settings).expect("the folder is the test's");
        // pgbouncer does not run as root, so another user reads the file.
        std::fs::set_permissions(&folder.0, PermissionsExt::from_mode(0o755)).expect("the mode can be set");
        let mut command = Command::new("/usr/sbin/pgbouncer");
        if rustix::process::geteuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        let process =
            command.arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn();
        let process = process.expect("pgbouncer is installed: make system");
        let mut ticks = interval(Duration::from_millis(20));
        let listening = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                ticks.tick().await;
            }
        };
        timeout(DEADLINE, listening).await.expect("pgbouncer listens");
        Self { port, _process: process, _folder: folder }
    }
}

#[tokio::test]
async fn a_pooler_by_transaction_is_named_and_one_by_session_is_well() {
    let by_transaction = Pooler::start("transaction").await;
    let url = |port| format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let found = Examination::of(&[("DATABASE_URL", &url(by_transaction.port))]).await;
    found.check("notices", "WRONG", &["did not arrive", "by transaction"]);
    let by_session = Pooler::start("session").await;
    let found = Examination::of(&[("DATABASE_URL", &url(by_session.port))]).await;
    found.check("notices", "ok", &["LISTEN"]);
}

#[tokio::test]
async fn a_server_works_through_a_pooler_by_session() {
    let by_session = Pooler::start("session").await;
    let database = PostgresDatabase::create().await;
    let (_, name) = database.url.rsplit_once('/').expect("the URL names a database");
    let url = format!("postgres://postgres@127.0.0.1:{}/{name}", by_session.port);
    let server = Server::start(&url, &[]).await;
    let mut admin = server.admin_with_event("match").await;
    admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
    assert_eq!(server.event("match").await["snapshot"], json!({ "n": 1 }));
    drop((admin, server));
    drop(by_session);
    database.drop().await;
}
