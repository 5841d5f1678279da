//! Postgres over a network: encrypted, or reported as not encrypted. A real pgbouncer that listens on every address of this
//! machine stands in for a remote server.

use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;

use super::Examination;
use super::pooler::Pooler;
use crate::databases::{Folder, PostgresDatabase};
use crate::machine::{make_certificate, own_address};
use crate::server::Server;

#[tokio::test]
async fn postgres_over_a_network_without_tls_is_warned_of_and_with_tls_it_is_not() {
    let database = PostgresDatabase::create().await;
    let (_, name) = database.url.rsplit_once('/').expect("the URL names a database");
    let folder = Folder::new();
    let (certificate, key) = make_certificate(&folder, "pgbouncer").await;
    // pgbouncer drops its privileges before it reads these.
    for (path, mode) in [(folder.0.to_str().expect("text"), 0o755), (key.as_str(), 0o644)] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("they are the test's");
    }
    let everywhere = "listen_addr = 0.0.0.0";
    let without = Pooler::start_with("session", everywhere).await;
    let tls = format!(
        "{everywhere}\nclient_tls_sslmode = allow\nclient_tls_cert_file = {certificate}\n\
                       client_tls_key_file = {key}"
    );
    let with = Pooler::start_with("session", &tls).await;

    let url = |host: IpAddr, port| format!("postgres://postgres@{host}:{port}/{name}");
    let away = own_address();
    for (url, verdict, words) in [
        (url(away, without.port), "advice", "sslmode=verify-full"),
        (url(away, with.port), "ok", "encrypted"),
        (format!("{}?sslmode=disable", url(away, with.port)), "advice", "not encrypted"),
        (url([127, 0, 0, 1].into(), without.port), "ok", "not needed"),
    ] {
        Examination::of(&[("DATABASE_URL", &url)]).await.check("tls", verdict, &[words]);
        let server = Server::start(&url, &[]).await;
        server.until_log("started").await;
        let warned = server.log().contains("the connection to Postgres is not encrypted");
        assert_eq!(warned, verdict == "advice", "{url}: {}", server.log());
    }
    // End both first, because their connections would block dropping the database.
    drop((without, with));
    database.drop().await;
}
