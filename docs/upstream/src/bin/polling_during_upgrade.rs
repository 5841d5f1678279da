//! While a client tries a WebSocket, its polls get nothing but a noop.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use upstream::{Polling, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("hello", async |socket: SocketRef| drop(socket.emit("hi", &1)));
        });
    })
    .await;
    let session = Polling::connect(address).await;
    // The server accepts it, but the client's frames do not arrive: so it is behind some proxies.
    let _websocket = session.websocket().await;
    session.post("42[\"hello\"]").await;
    let mut read = String::new();
    for _ in 0..20 {
        read += &session.poll().await.expect("an answer").body;
    }
    let seen = if read.contains("42[\"hi\",1]") { "the message arrives" } else { "20 polls get a noop" };
    report("the message arrives", seen)
}
