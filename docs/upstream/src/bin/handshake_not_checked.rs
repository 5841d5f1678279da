//! A WebSocket handshake is accepted whatever its version and key are.

use std::net::SocketAddr;
use std::process::ExitCode;

use socketioxide::SocketIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use upstream::{PATIENCE, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
    })
    .await;
    let version = status(address, "8", "dGhlIHNhbXBsZSBub25jZQ==").await;
    let key = status(address, "13", "short").await;
    report(
        "version 8: 426, a key of 5 characters: 400",
        format!("version 8: {version}, a key of 5 characters: {key}"),
    )
}

/// The status of the answer to a handshake.
async fn status(address: SocketAddr, version: &str, key: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let head = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("the server reads");
    let mut line = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut line)).await.expect("an answer").expect("a status line");
    String::from_utf8_lossy(&line[9..]).into_owned()
}
