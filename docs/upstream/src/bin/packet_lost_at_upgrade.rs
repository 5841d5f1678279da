//! A packet that did not fit into the answer to a poll is lost if the session upgrades next.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use upstream::{Polling, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder().max_payload(200), |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("send", async |socket: SocketRef| {
                for number in 1..=3 {
                    let _ = socket.emit("message", &format!("{number}{}", "x".repeat(90)));
                }
            });
        });
    })
    .await;
    let session = Polling::connect(address).await;
    session.post("42[\"send\"]").await;
    let mut read = session.poll().await.expect("an answer").body;
    let mut websocket = session.upgrade().await;
    while !read.contains("\"3x") {
        match websocket.next().await {
            packet if packet.starts_with("42") => read += &packet,
            _ => break,
        }
    }
    let arrived: Vec<_> = (1..=3).filter(|number| read.contains(&format!("\"{number}x"))).collect();
    report("messages [1, 2, 3]", format!("messages {arrived:?}"))
}
