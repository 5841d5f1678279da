//! A session in whose queue there is no place for a ping is closed, though its client is there.

use std::process::ExitCode;
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::time::sleep;
use upstream::{Polling, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let interval = Duration::from_secs(1);
    let builder = SocketIo::builder().max_buffer_size(4).ping_interval(interval).ping_timeout(interval * 20);
    let address = serve(builder, |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("fill", async |socket: SocketRef| while socket.emit("full", &1).is_ok() {});
        });
    })
    .await;
    let session = Polling::connect(address).await;
    // The first ping may have come already, and is answered.
    session.post("3\u{1e}42[\"fill\"]").await;
    sleep(interval * 2).await;
    let answer = session.poll().await.expect("an answer");
    let seen =
        if answer.body.contains("full") { "200, with what was sent".to_owned() } else { answer.line() };
    report("200, with what was sent", seen)
}
