//! `disconnect()` does nothing to a client whose queue is full.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef};
use upstream::{Polling, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder().max_buffer_size(4), |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("full", async |socket: SocketRef| {
                while socket.emit("full", &1).is_ok() {}
                let _ = socket.disconnect();
            });
            socket.on("there", async |ack: AckSender| drop(ack.send("yes")));
        });
    })
    .await;
    let session = Polling::connect(address).await;
    session.post("42[\"full\"]").await;
    session.poll().await;
    session.post("421[\"there\"]").await;
    let answer = session.poll().await.expect("an answer");
    let is_served = answer.body.contains("431[\"yes\"]");
    report(
        "the client is disconnected",
        if is_served { "the client goes on" } else { "the client is disconnected" },
    )
}
