//! A session whose queue is full cannot upgrade, and is closed for it.

use std::process::ExitCode;
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::time::sleep;
use upstream::{Polling, report, serve};

const QUEUE: usize = 4;

#[tokio::main]
async fn main() -> ExitCode {
    let builder = SocketIo::builder().max_buffer_size(QUEUE).upgrade_timeout(Duration::from_secs(1));
    let address = serve(builder, |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("fill", async |socket: SocketRef| while socket.emit("full", &1).is_ok() {});
        });
    })
    .await;
    let session = Polling::connect(address).await;
    session.post("42[\"fill\"]").await;
    let mut websocket = session.websocket().await;
    websocket.send("2probe").await;
    // A client polls until its probe is answered.
    for _ in 0..20 {
        session.poll().await.expect("an answer");
        sleep(Duration::from_millis(10)).await;
    }
    report("3probe", websocket.next().await)
}
