//! Refusals by the listener have the contract's body and are logged.

use ::http::Method;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::host::raw;
use crate::http::{Reply, call};
use crate::plain::Plain;
use crate::server::Server;

/// The log lines for this kind of refusal.
fn lines(server: &Server, kind: &str) -> Vec<String> {
    let kind = format!("kind=\"{kind}\"");
    server.log().lines().filter(|line| line.contains(&kind)).map(str::to_owned).collect()
}

/// Asserts that a refusal has the contract's body, the request's id and a `Vary` header.
fn assert_contract(reply: &Reply, status: u16, code: &str) {
    let error = &reply.json()["error"];
    assert_eq!((reply.status.as_u16(), error["code"].as_str()), (status, Some(code)), "{reply:?}");
    let id = reply.header("x-request-id");
    assert!(!id.is_empty() && error["errorId"] == id, "{reply:?}");
    let vary: Vec<_> = reply.headers.get_all("vary").iter().filter_map(|line| line.to_str().ok()).collect();
    for name in ["authorization", "origin"] {
        assert!(vary.join(",").contains(name), "{vary:?}");
    }
    assert_eq!(reply.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn a_refusal_of_the_listener_has_the_body_of_the_contract_and_names_its_request() {
    let server = Server::alone(&[("MAX_CONNECTIONS", "2")]).await;
    let ask = async |headers: &[(&str, &str)]| {
        call(server.address, Method::GET, "/api/events", headers, String::new()).await.expect("an answer")
    };
    let rebound = [("host", "rebound.example")];
    assert_contract(&ask(&rebound).await, 403, "forbidden");
    let named = ask(&[rebound[0], ("x-request-id", "from-the-proxy")]).await;
    assert_eq!(named.json()["error"]["errorId"], "from-the-proxy");
    let unsafe_name = ask(&[rebound[0], ("x-request-id", "a b")]).await;
    assert_contract(&unsafe_name, 403, "forbidden");
    assert_ne!(unsafe_name.header("x-request-id"), "a b");

    let _admin = server.admin_with_event("match").await;
    let _viewer = Plain::open(server.address, "eventId=match").await;
    let full = ask(&[]).await;
    assert_contract(&full, 503, "unavailable");
    assert_eq!(full.header("retry-after"), "5");
    // A stream gets an answer after which `EventSource` reconnects.
    let stream = server.get("/api/events/match/stream").await;
    assert!(stream.status == 200 && !stream.header("x-request-id").is_empty(), "{stream:?}");
    server.until_log("kind=\"full\"").await;
}

#[tokio::test]
async fn what_the_listener_refuses_is_logged_once_for_a_kind_and_network() {
    let server = Server::alone(&[("TRUST_PROXY", "true")]).await;
    let two_hosts = |address: &str| {
        format!(
            "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nx-forwarded-for: {address}\r\nconnection: close\r\n\r\n"
        )
    };
    for address in ["192.0.2.7", "192.0.2.7", "192.0.2.7", "192.0.2.8", "192.0.2.8"] {
        assert_eq!(raw(server.address, &two_hosts(address)).await.0, 400);
    }
    server.until_log("192.0.2.8").await;
    let hosts = lines(&server, "host");
    assert_eq!(hosts.len(), 2, "{hosts:?}");
    for (line, address) in hosts.iter().zip(["address=192.0.2.7", "address=192.0.2.8"]) {
        for word in ["WARN", address, "more than one Host header"] {
            assert!(line.contains(word), "{word}: {line}");
        }
    }
    for _ in 0..3 {
        assert_eq!(raw(server.address, "GET / HTTP/1.1\r\nno header\r\n\r\n").await.0, 400);
    }
    server.until_log("kind=\"malformed_head\"").await;
    assert_eq!(lines(&server, "malformed_head").len(), 1);
    // An unfinished head is logged; a connection without a request is not.
    let _idle = TcpStream::connect(server.address).await.expect("it accepts");
    let mut slow = TcpStream::connect(server.address).await.expect("it accepts");
    slow.write_all(b"GET / HTTP/1.1\r\nhost: loc").await.expect("it reads");
    server.until_log("kind=\"slow_head\"").await;
    assert_eq!(lines(&server, "slow_head").len(), 1);
}
