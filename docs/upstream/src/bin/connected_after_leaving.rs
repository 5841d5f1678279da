//! A socket that has left before its CONNECT was finished counts as connected for good.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::time::sleep;
use upstream::{Client, report, serve};

/// Clients at the same time, and threads, so that processors are busy.
const CLIENTS: usize = 64;
/// An answer takes milliseconds, even on a busy machine.
const WAIT: Duration = Duration::from_secs(2);
/// How often each of them connects.
const ROUNDS: usize = 1_000;

#[tokio::main(worker_threads = 16)]
async fn main() -> ExitCode {
    let sockets = Arc::new(Mutex::new(Vec::new()));
    let kept = sockets.clone();
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async move |socket: SocketRef| kept.lock().expect("no holder panics").push(socket));
    })
    .await;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            tokio::spawn(async move {
                let mut client = Client::connect(address).await;
                for _ in 0..ROUNDS {
                    client.send_all(&["41", "40"]).await;
                    if !client.next_within(WAIT).await.starts_with("40{") {
                        // `connect_while_connecting` shows this.
                        client.send("40").await;
                        client.next().await;
                    }
                }
                client.send("41").await;
                let _ = client.0.close(None).await;
                client.next().await;
            })
        })
        .collect();
    for client in clients {
        client.await.expect("a client does not panic");
    }
    // The server has closed every connection; what it still does is over soon.
    sleep(Duration::from_secs(3)).await;
    let sockets = sockets.lock().expect("no holder panics");
    let stale = sockets.iter().filter(|socket| socket.connected()).count();
    let seen =
        if stale == 0 { "every socket that left is disconnected" } else { "sockets that left are connected" };
    println!("{stale} of {} sockets", sockets.len());
    report("every socket that left is disconnected", seen)
}
