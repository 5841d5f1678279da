//! `SocketIo::close` closes the connections, but does not call the disconnect handlers.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::sync::mpsc;
use tokio::time::timeout;
use upstream::{Client, PATIENCE, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let (gone, mut is_gone) = mpsc::unbounded_channel();
    let mut server = None;
    let address = serve(SocketIo::builder(), |io| {
        server = Some(io.clone());
        io.ns("/", async move |socket: SocketRef| {
            socket.on_disconnect(async move || {
                let _ = gone.send(());
            });
            let _ = socket.emit("ready", &1);
        });
    })
    .await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.next().await, "42[\"ready\",1]");
    server.expect("it is set").close().await;
    let called = timeout(PATIENCE, is_gone.recv()).await.is_ok_and(|gone| gone.is_some());
    report(
        "the disconnect handler is called",
        if called { "the disconnect handler is called" } else { "it is not called" },
    )
}
