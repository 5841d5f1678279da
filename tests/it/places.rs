//! Limits on connections and handshakes: health is answered even when both are used up, and no address can take all of
//! either.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ::http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

use crate::http::{DEADLINE, call, pause};
use crate::packet::Packet;
use crate::plain::Plain;
use crate::server::Server;

pub const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Another address of this machine, which owns all of 127.0.0.0/8.
const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const POLLING: &str = "/socket.io/?EIO=4&transport=polling";

/// Connects from an address.
async fn connect(server: SocketAddr, from: IpAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(from, 0)).expect("an address of this machine");
    timeout(DEADLINE, socket.connect(server)).await.expect("it connects in time").expect("the server accepts")
}

/// `GET` from an address; returns the status and the head of the answer.
async fn get_from(server: SocketAddr, from: IpAddr, path: &str) -> (u16, String) {
    let mut stream = connect(server, from).await;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut answer = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut answer)).await.expect("an answer in time").expect("an answer");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no status: {answer:?}")), answer)
}

/// A viewer from an address, on behalf of `forwarded` if given; or the status of the refusal.
async fn viewer(server: SocketAddr, from: IpAddr, forwarded: Option<&str>) -> Result<Plain, u16> {
    let headers: Vec<_> = forwarded.map(|ip| ("x-forwarded-for", ip)).into_iter().collect();
    let stream = connect(server, from).await;
    match Plain::over(stream, server, "eventId=match", &headers).await {
        Ok(viewer) => Ok(viewer),
        Err(tungstenite::Error::Http(refused)) => Err(refused.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// Opens viewers until one is refused with 503.
pub async fn crowd(server: SocketAddr, from: IpAddr, forwarded: Option<&str>) -> Vec<Plain> {
    let mut crowd = Vec::new();
    loop {
        match viewer(server, from, forwarded).await {
            Ok(viewer) => crowd.push(viewer),
            Err(status) => {
                assert_eq!(status, 503);
                return crowd;
            }
        }
    }
}

#[tokio::test]
async fn a_full_node_answers_for_its_health_and_asks_everybody_else_to_come_again() {
    let server = Server::alone(&[("MAX_CONNECTIONS", "3")]).await;
    let _admin = server.admin_with_event("match").await;
    let _crowd = crowd(server.address, HERE, None).await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    for path in ["/api/events", "/", POLLING, "/healthz/x"] {
        let refused = server.get(path).await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("retry-after")),
            (503, "5"),
            "{path}: {refused:?}"
        );
        assert_eq!(refused.json()["error"]["code"], "unavailable");
        assert_eq!(refused.header("connection"), "close");
    }
    // The server reads one request per connection.
    let mut stream = connect(server.address, HERE).await;
    let two = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(2);
    stream.write_all(two.as_bytes()).await.expect("the server reads");
    let mut answers = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut answers)).await.expect("it is closed").ok();
    assert_eq!(String::from_utf8_lossy(&answers).matches("HTTP/1.1 200").count(), 1);
    assert!(server.metric("touchline_closed_total", "full").await >= 4.0);
}

#[tokio::test]
async fn idle_connections_of_one_address_do_not_keep_another_from_asking_for_health() {
    let server = Server::alone(&[("MAX_CONNECTIONS", "3")]).await;
    let _admin = server.admin_with_event("match").await;
    let _crowd = crowd(server.address, HERE, None).await;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(connect(server.address, HERE).await);
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        let (status, answer) = get_from(server.address, THERE, path).await;
        assert_eq!(status, 200, "{path}: {answer}");
    }
    // The connections are closed.
    for mut stream in idle {
        let ended = timeout(DEADLINE, stream.read_to_end(&mut Vec::new())).await;
        ended.expect("a connection that asks for nothing is closed").ok();
    }
}

#[tokio::test]
async fn a_full_node_answers_the_health_checks_of_a_proxy_whose_clients_keep_trying() {
    for trust_proxy in ["true", "false"] {
        let server = Server::alone(&[("MAX_CONNECTIONS", "3"), ("TRUST_PROXY", trust_proxy)]).await;
        let address = server.address;
        let _admin = server.admin_with_event("match").await;
        let _crowd = crowd(address, HERE, Some("192.0.2.1")).await;
        let clients = [("x-forwarded-for", "192.0.2.1")];
        // More connections without a request than fit, …
        let mut idle = Vec::new();
        for nth in 0..150 {
            let mut stream = connect(address, HERE).await;
            if nth % 2 == 0 {
                stream.write_all(b"GET /api/events HTTP/1.1\r\nhost: loc").await.ok();
            }
            idle.push(stream);
        }
        // … and clients that keep retrying.
        let retrying = (0..4).map(|_| {
            tokio::spawn(async move {
                loop {
                    // The server may close the connection to make room for a newer one.
                    let reply = call(address, Method::GET, "/api/events", &clients, String::new()).await;
                    assert!(reply.is_err() || reply.is_ok_and(|reply| reply.status == 503));
                    pause().await;
                }
            })
        });
        let retrying: Vec<_> = retrying.collect();
        for path in ["/healthz", "/readyz", "/metrics"].repeat(20) {
            let (status, answer) = get_from(address, HERE, path).await;
            assert_eq!(status, 200, "{trust_proxy} {path}: {answer}");
        }
        for task in retrying {
            assert!(!task.is_finished(), "all of them were refused with 503");
            task.abort();
        }
        let (status, refused) = get_from(address, HERE, "/api/events").await;
        assert!(status == 503 && refused.contains("retry-after: 5\r\n"), "{refused}");
        for mut stream in idle {
            let ended = timeout(DEADLINE, stream.read_to_end(&mut Vec::new())).await;
            ended.expect("a connection without a request is closed").ok();
        }
        server.until_log("kind=\"no_request\"").await;
    }
}

#[tokio::test]
async fn one_address_gets_nine_tenths_of_the_connections_and_another_one_of_the_rest() {
    let server = Server::alone(&[("MAX_CONNECTIONS", "21")]).await;
    let _admin = server.admin_with_event("match").await;
    let crowd = crowd(server.address, HERE, None).await;
    // 19 of 21 with the administrator's: an address may hold more than 18 only while more than two are free.
    assert_eq!(crowd.len(), 18);
    let fan = viewer(server.address, THERE, None).await.expect("there is room for a fan");
    assert!(viewer(server.address, HERE, None).await.is_err());
    assert!(viewer(server.address, THERE, None).await.is_ok());
    server.until_metric("touchline_closed_total", "share", |closed| closed > 0.5).await;
    drop((crowd, fan));
}

#[tokio::test]
async fn behind_a_proxy_the_share_is_the_clients_and_sessions_that_are_there_go_on() {
    let server = Server::alone(&[("MAX_CONNECTIONS", "21"), ("TRUST_PROXY", "true")]).await;
    let _admin = server.admin_with_event("match").await;
    let campus = [("x-forwarded-for", "192.0.2.1")];
    let ask = async |method: Method, path: &str, body: &str| {
        call(server.address, method, path, &campus, body.to_owned()).await.expect("an answer")
    };
    let Packet::Open(open) = Packet::parse(&ask(Method::GET, POLLING, "").await.text) else {
        panic!("no session")
    };
    let session = format!("{POLLING}&sid={}", open["sid"].as_str().expect("an id"));
    let crowd = crowd(server.address, HERE, Some("192.0.2.1")).await;
    assert!((17..=18).contains(&crowd.len()), "{}", crowd.len());
    for path in [POLLING, "/api/events", "/api/events?sid=1", "/ws/updates?eventId=match&sid=1"] {
        let refused = ask(Method::GET, path, "").await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "5"), "{path}");
    }
    server.until_log("kind=\"share\"").await;
    assert_eq!(ask(Method::GET, "/healthz", "").await.status, 200);
    assert_eq!(ask(Method::POST, &session, "40").await.status, 200, "its session goes on");
    for forwarded in ["192.0.2.2", "2001:db8::1"] {
        // The slots of the calls above are free once their connections have closed.
        let let_in = timeout(DEADLINE, async {
            while let Err(status) = viewer(server.address, HERE, Some(forwarded)).await {
                assert_eq!(status, 503);
            }
        });
        let_in.await.expect(forwarded);
    }
    drop(crowd);
}

#[tokio::test]
async fn only_handshakes_spend_the_budget_of_handshakes() {
    let server = Server::alone(&[("HANDSHAKE_RATE", "5/1h")]).await;
    let _admin = server.admin_with_event("match").await;
    let unknown = "sid=AAAAAAAAAAAAAAAAAAAA";
    for _ in 0..3 {
        for (method, path) in [
            (Method::GET, "/socket.io/?EIO=4&transport=websocket".to_owned()),
            (Method::GET, "/socket.io/?EIO=4&transport=nope".to_owned()),
            (Method::GET, "/socket.io/?EIO=9&transport=polling".to_owned()),
            (Method::GET, "/socket.io/?transport=polling".to_owned()),
            (Method::GET, "/socket.io/".to_owned()),
            (Method::POST, POLLING.to_owned()),
            (Method::GET, format!("{POLLING}&{unknown}")),
            (Method::POST, format!("{POLLING}&{unknown}")),
            (Method::GET, "/ws/updates?eventId=match".to_owned()),
        ] {
            let reply = call(server.address, method, &path, &[], "2".to_owned()).await.expect("an answer");
            assert!(reply.status.is_client_error(), "{path}: {reply:?}");
        }
    }
    // The administrator's handshake counted too.
    assert_eq!(server.get(POLLING).await.status, 200);
    let legacy = "/socket.io/?EIO=3&transport=polling";
    assert_eq!(server.get(legacy).await.status, 200);
    assert!(viewer(server.address, HERE, None).await.is_ok());
    let stream = "/api/events/match/stream";
    assert_eq!(first_status(connect(server.address, HERE).await, stream).await, 200);
    // `EventSource` would not reconnect after a 503.
    let refused = server.get(stream).await;
    assert!(refused.status == 200 && refused.text.contains("\nretry: "), "{refused:?}");
    for path in [POLLING, legacy] {
        let refused = server.get(path).await;
        // A fifth of an hour, less what has passed since the last handshake.
        let wait: u32 = refused.header("retry-after").parse().expect("seconds");
        assert!(refused.status == 503 && (600..=720).contains(&wait), "{path}: {refused:?}");
    }
    assert_eq!(viewer(server.address, HERE, None).await.err(), Some(503));
    assert_eq!(server.get("/api/events").await.status, 200);
}

/// The status of an endless answer.
async fn first_status(mut stream: TcpStream, path: &str) -> u16 {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut line = [0; 12];
    timeout(DEADLINE, stream.read_exact(&mut line)).await.expect("an answer in time").expect("an answer");
    std::str::from_utf8(&line[9..]).ok().and_then(|status| status.parse().ok()).expect("a status")
}

#[tokio::test]
async fn one_address_gets_nine_tenths_of_the_handshakes_and_another_one_of_the_rest() {
    let server = Server::alone(&[("HANDSHAKE_RATE", "20/1h")]).await;
    let mut taken = 0;
    while get_from(server.address, HERE, POLLING).await.0 == 200 {
        taken += 1;
    }
    assert_eq!(taken, 18);
    assert_eq!(get_from(server.address, THERE, POLLING).await.0, 200);
    assert_eq!(get_from(server.address, HERE, POLLING).await.0, 503);
}
