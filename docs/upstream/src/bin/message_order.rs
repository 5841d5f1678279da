//! Two messages of one client are not handled in the order in which it sent them.

use std::process::ExitCode;

use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use tokio::sync::mpsc;
use upstream::{Client, report, serve};

/// How many messages the client sends.
const MESSAGES: usize = 10_000;

#[tokio::main]
async fn main() -> ExitCode {
    let (handled, mut is_handled) = mpsc::unbounded_channel();
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async move |socket: SocketRef| {
            socket.on("number", async move |Data(number): Data<usize>| {
                let _ = handled.send(number);
            });
            let _ = socket.emit("ready", &1);
        });
    })
    .await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.next().await, "42[\"ready\",1]");
    let messages: Vec<_> = (0..MESSAGES).map(|number| format!("42[\"number\",{number}]")).collect();
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    client.send_all(&messages).await;
    let mut order = Vec::new();
    for _ in 0..MESSAGES {
        order.extend(is_handled.recv().await);
    }
    let swapped = order.windows(2).filter(|pair| pair[0] > pair[1]).count();
    report("0 messages before an earlier one", format!("{swapped} messages before an earlier one"))
}
