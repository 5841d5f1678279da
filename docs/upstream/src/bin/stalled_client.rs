//! A client that stops reading is not let go when its heartbeat times out: the disconnect handler is not called.

use std::process::ExitCode;
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::sync::mpsc;
use tokio::time::timeout;
use upstream::{Client, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let (gone, mut is_gone) = mpsc::unbounded_channel();
    let heartbeat = Duration::from_secs(1);
    let address = serve(SocketIo::builder().ping_interval(heartbeat).ping_timeout(heartbeat), |io| {
        io.ns("/", async move |socket: SocketRef| {
            socket.on_disconnect(async move || {
                let _ = gone.send(());
            });
            // More than the system's buffers take.
            let text = "x".repeat(1 << 20);
            while socket.emit("text", &text).is_ok() {}
        });
    })
    .await;
    let mut client = Client::begin(address).await;
    client.send("40").await;
    // From here on the client does not read, and keeps its connection open.
    let called = timeout(heartbeat * 10, is_gone.recv()).await.is_ok();
    drop(client);
    report(
        "the disconnect handler is called after 2 s",
        if called { "the disconnect handler is called after 2 s" } else { "not called within 10 s" },
    )
}
