//! `socket.id`, which applications show and log, is the secret of a polling session.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef};
use upstream::{Polling, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("who", async |socket: SocketRef, ack: AckSender| drop(ack.send(socket.id.as_str())));
        });
    })
    .await;
    let victim = Polling::connect(address).await;
    victim.post("421[\"who\"]").await;
    let answer = victim.poll().await.expect("an answer").body;
    let shown = answer.split('"').nth(1).expect("the answer has the id").to_owned();
    // Somebody who was shown the id of the socket.
    let stranger = Polling { address, sid: shown };
    let answer = stranger.post("42[\"who\"]").await.expect("an answer");
    report(
        "400",
        if answer.status == 200 {
            "200: a stranger sends as the client".to_owned()
        } else {
            answer.status.to_string()
        },
    )
}
