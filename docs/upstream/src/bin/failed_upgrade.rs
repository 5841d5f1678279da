//! A WebSocket that fails before the probe ends the polling session.

use std::process::ExitCode;

use socketioxide::SocketIo;
use upstream::{Polling, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
    })
    .await;
    let session = Polling::connect(address).await;
    let mut websocket = session.websocket().await;
    websocket.0.close(None).await.expect("the close frame leaves");
    websocket.next().await;
    let answer = session.post("42[\"hello\"]").await.expect("an answer");
    report("200 ok", answer.line())
}
