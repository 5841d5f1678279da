//! The `Host` of a request: there must be exactly one, and on a loopback address none that a web page could have chosen.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::DEADLINE;
use crate::server::Server;

/// Sends a request head unchanged; returns the status and the rest of the answer.
pub async fn raw(server: SocketAddr, head: &str) -> (u16, String) {
    let exchange = async {
        let mut stream = TcpStream::connect(server).await.expect("the server accepts");
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("text");
        answer
    };
    let answer = timeout(DEADLINE, exchange).await.expect("the server answers in time");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no status: {answer:?}")), answer)
}

/// The head of a request with these `Host` headers and `Connection: close`.
fn head(path: &str, version: &str, hosts: &[&str]) -> String {
    let hosts = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect::<Vec<_>>().concat();
    format!("GET {path} HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n")
}

/// Paths of the API, a page and the live connections.
const PATHS: [&str; 5] =
    ["/api/events", "/", "/healthz", "/socket.io/?EIO=4&transport=polling", "/api/events/match/stream"];

#[tokio::test]
async fn a_request_names_exactly_one_host_and_in_http_1_0_at_most_one() {
    let server = Server::alone(&[]).await;
    for path in PATHS {
        for (version, hosts) in [("1.1", &[][..]), ("1.1", &["localhost", "localhost"]), ("1.0", &["a", "b"])]
        {
            let (status, answer) = raw(server.address, &head(path, version, hosts)).await;
            assert_eq!(status, 400, "{path} {version} {hosts:?}: {answer}");
            assert!(answer.contains(r#""code":"bad_request""#), "{answer}");
        }
    }
    for (version, hosts) in [("1.0", &[][..]), ("1.0", &["localhost"]), ("1.1", &["localhost"])] {
        let (status, answer) = raw(server.address, &head("/healthz", version, hosts)).await;
        assert_eq!(status, 200, "{version} {hosts:?}: {answer}");
    }
}

#[tokio::test]
async fn a_page_that_rebinds_its_name_to_a_loopback_address_is_refused_and_told_the_setting() {
    let server = Server::alone(&[]).await;
    let port = server.address.port();
    for path in PATHS {
        let rebound = format!("rebound.example:{port}");
        let (status, answer) = raw(server.address, &head(path, "1.1", &[&rebound])).await;
        assert_eq!(status, 403, "{path}: {answer}");
        for word in [r#""code":"forbidden""#, "ALLOWED_ORIGINS", "TRUST_PROXY"] {
            assert!(answer.contains(word), "{word}: {answer}");
        }
    }
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        assert_eq!(raw(server.address, &head("/api/events", "1.1", &[&host])).await.0, 200, "{host}");
    }
}

#[tokio::test]
async fn a_server_that_is_told_who_uses_it_answers_to_any_name() {
    for setting in [("ALLOWED_ORIGINS", "https://club.example"), ("TRUST_PROXY", "true")] {
        let server = Server::alone(&[setting]).await;
        assert_eq!(raw(server.address, &head("/api/events", "1.1", &["club.example"])).await.0, 200);
    }
}
