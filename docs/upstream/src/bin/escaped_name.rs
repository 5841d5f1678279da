//! A message whose name is written with an escape closes the connection.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef};
use upstream::{Client, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("ab", async |ack: AckSender| drop(ack.send("yes")));
            let _ = socket.emit("ready", &1);
        });
    })
    .await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.next().await, "42[\"ready\",1]");
    // The same text in JSON as `ab`.
    client.send("421[\"a\\u0062\"]").await;
    report("431[\"yes\"]", client.next().await)
}
