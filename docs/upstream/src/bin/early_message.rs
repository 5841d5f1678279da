//! A message that comes in one burst with CONNECT closes the connection.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef};
use upstream::{Client, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("hello", async |ack: AckSender| drop(ack.send("hi")));
        });
    })
    .await;
    let mut client = Client::begin(address).await;
    client.send_all(&["40", "421[\"hello\"]"]).await;
    let mut answer = client.next().await;
    if answer.starts_with("40{") {
        answer = client.next().await;
    }
    report("431[\"hi\"]", answer)
}
