//! A client is told that it is connected before the connect handler has registered message handlers.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef};
use upstream::{Client, report, serve};

/// Clients that connect at the same time.
const CLIENTS: usize = 200;
/// How often, at most.
const ROUNDS: usize = 100;

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async |socket: SocketRef| {
            socket.on("hello", async |ack: AckSender| drop(ack.send("hi")));
        });
    })
    .await;
    let (sent, lost) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for _ in 0..ROUNDS {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (sent, lost) = (sent.clone(), lost.clone());
                tokio::spawn(async move {
                    let mut client = Client::connect(address).await;
                    client.send("421[\"hello\"]").await;
                    sent.fetch_add(1, Ordering::Relaxed);
                    if client.next().await != "431[\"hi\"]" {
                        lost.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.expect("a client does not panic");
        }
        if lost.load(Ordering::Relaxed) > 0 {
            break;
        }
    }
    let (sent, lost) = (sent.load(Ordering::Relaxed), lost.load(Ordering::Relaxed));
    report(
        format!("0 of {sent} messages without an answer"),
        format!("{lost} of {sent} messages without an answer"),
    )
}
