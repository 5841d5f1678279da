//! A client that breaks RFC 6455 is not told so: its WebSocket ends without the close code that is due.

use std::net::SocketAddr;
use std::process::ExitCode;

use socketioxide::SocketIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use upstream::{PATIENCE, report, serve};

/// What a client sends, and the code that RFC 6455 section 7.4.1 has for it.
const CASES: [(&str, &[u8], u16); 4] = [
    ("not masked", &[0x81, 1, b'2'], 1002),
    ("a reserved opcode", &[0x83, 0x80, 0, 0, 0, 0], 1002),
    ("not UTF-8", &[0x81, 0x81, 0, 0, 0, 0, 0xff], 1007),
    ("too large", &[0x81, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0], 1009),
];

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
    })
    .await;
    let (mut expected, mut seen) = (Vec::new(), Vec::new());
    for (what, frame, code) in CASES {
        expected.push(format!("{what}: {code}"));
        seen.push(format!("{what}: {}", end_of(address, frame).await));
    }
    report(expected.join(", "), seen.join(", "))
}

/// The close code that a client gets for a frame.
async fn end_of(address: SocketAddr, frame: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let head = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("the server reads");
    let mut read = Vec::new();
    let mut open = async || {
        while !read.ends_with(b"}") {
            read.push(stream.read_u8().await.expect("an open packet"));
        }
    };
    timeout(PATIENCE, open()).await.expect("an open packet");
    stream.write_all(frame).await.expect("the server reads");
    let mut rest = Vec::new();
    match timeout(PATIENCE, stream.read_to_end(&mut rest)).await {
        Err(_) => "stays open".to_owned(),
        // The header of a close frame without a mask, then the code; before it the first ping may have come.
        Ok(_) => match rest.iter().position(|byte| *byte == 0x88).map(|at| &rest[at + 1..]) {
            Some([2..=125, high, low, ..]) => u16::from_be_bytes([*high, *low]).to_string(),
            Some(_) => "a close frame without a code".to_owned(),
            None => "no close frame".to_owned(),
        },
    }
}
