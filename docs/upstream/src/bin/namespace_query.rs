//! Clients 1.x and 2.x put a query behind the name of a namespace. It is taken as a part of the name.

use std::process::ExitCode;

use socketioxide::SocketIo;
use upstream::{Client, report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
        io.ns("/admin", async || ());
    })
    .await;
    let mut client = Client::open(address, "EIO=3&transport=websocket").await;
    let mut answer = String::new();
    client.send("40/admin?token=abc").await;
    // The open packet and the answer for `/` come before.
    while !answer.contains("/admin") && answer != "nothing" {
        answer = client.next().await;
    }
    report("40/admin,", answer)
}
