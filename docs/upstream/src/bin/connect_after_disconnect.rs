//! A CONNECT that follows a DISCONNECT is ignored while the disconnect handler runs, and never answered.

use std::process::ExitCode;
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::time::sleep;
use upstream::{Client, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async |socket: SocketRef| {
            // For example, a query to a database.
            socket.on_disconnect(async || sleep(Duration::from_millis(100)).await);
        });
    })
    .await;
    let mut client = Client::connect(address).await;
    client.send_all(&["41", "40"]).await;
    let answer = client.next().await;
    report("40{…}", if answer.starts_with("40{") { "40{…}" } else { &answer })
}
