//! A session keeps the parts of its first request, and these keep the HTTP library's read buffer.

use std::fs;
use std::process::ExitCode;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use socketioxide::SocketIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use upstream::{listen, report};

/// Connections of each kind.
const CONNECTIONS: usize = 1_000;

#[tokio::main]
async fn main() -> ExitCode {
    let app = || {
        let (layer, io) = SocketIo::builder().build_layer();
        io.ns("/", async || ());
        axum::Router::new().layer(layer)
    };
    let stock = listen(app()).await;
    // The same, but the engine gets a copy of the address, and no headers but the one that it needs.
    let copied = listen(app().layer(from_fn(async |request: Request, next: Next| {
        let (parts, body) = request.into_parts();
        let mut copy = Request::new(body);
        *copy.uri_mut() = parts.uri.to_string().parse().expect("it was parsed");
        let key = parts.headers["sec-websocket-key"].as_bytes().to_vec();
        copy.headers_mut().insert("sec-websocket-key", key.try_into().expect("it was parsed"));
        copy.headers_mut().insert("upgrade", "websocket".parse().expect("plain ASCII"));
        // It has what the upgrade needs.
        *copy.extensions_mut() = parts.extensions;
        next.run(copy).await
    })))
    .await;
    let mut kept = Vec::new();
    // So that what only the first connections take is there.
    fill(stock, &mut kept).await;
    fill(copied, &mut kept).await;
    let start = resident();
    fill(copied, &mut kept).await;
    let between = resident();
    fill(stock, &mut kept).await;
    let (copied, stock) = (between - start, resident() - between);
    println!("{CONNECTIONS} connections take {stock} KiB, or {copied} KiB if their requests were copied");
    let differs = if stock > copied + copied / 4 { "more" } else { "the same" };
    report("the same memory with and without a copy", format!("{differs} memory with and without a copy"))
}

/// Opens connections.
async fn fill(address: std::net::SocketAddr, kept: &mut Vec<TcpStream>) {
    for _ in 0..CONNECTIONS {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        let head = format!(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        let mut first = [0; 256];
        let _ = stream.read(&mut first).await.expect("the server answers");
        kept.push(stream);
    }
}

/// The resident memory of this process, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("it has this line");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}
