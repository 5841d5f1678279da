//! The first ping comes at once, and not after `ping_interval`.

use std::process::ExitCode;
use std::time::Duration;

use futures_util::StreamExt as _;
use socketioxide::SocketIo;
use tokio::time::timeout;
use upstream::{Client, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder().ping_interval(Duration::from_secs(25)), |io| {
        io.ns("/", async || ());
    })
    .await;
    let mut client = Client::begin(address).await;
    let ping = timeout(Duration::from_secs(3), client.0.next()).await;
    report(
        "no ping in the first 3 s",
        if ping.is_ok() { "a ping in the first 3 s" } else { "no ping in the first 3 s" },
    )
}
