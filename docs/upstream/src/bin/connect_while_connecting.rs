//! A client that leaves a namespace as soon as it is told that it is in, and joins again, may never be answered: its
//! first CONNECT is not finished yet.

use std::process::ExitCode;
use std::time::Duration;

use socketioxide::SocketIo;
use upstream::{Client, report, serve};

/// Clients at the same time, so that processors are busy.
const CLIENTS: usize = 64;
/// An answer takes milliseconds, even on a busy machine.
const WAIT: Duration = Duration::from_secs(2);
/// How often each of them tries, at most.
const ROUNDS: usize = 1_000;

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
    })
    .await;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            tokio::spawn(async move {
                let mut client = Client::connect(address).await;
                for _ in 0..ROUNDS {
                    client.send_all(&["41", "40"]).await;
                    let answer = client.next_within(WAIT).await;
                    if !answer.starts_with("40{") {
                        client.send("40").await;
                        let again = client.next().await.starts_with("40{");
                        return format!(
                            "{answer}{}",
                            if again { "; a second CONNECT is answered" } else { "" }
                        );
                    }
                }
                "40{…}".to_owned()
            })
        })
        .collect();
    let mut seen = "40{…}".to_owned();
    for client in clients {
        let answer = client.await.expect("a client does not panic");
        if answer != "40{…}" {
            seen = answer;
        }
    }
    report("40{…}", seen)
}
