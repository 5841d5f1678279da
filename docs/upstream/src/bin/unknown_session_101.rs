//! A WebSocket for a session that does not exist is accepted with 101, and closed afterwards.

use std::process::ExitCode;

use socketioxide::SocketIo;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;
use upstream::{report, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
    })
    .await;
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAA");
    let seen = match connect_async(url).await {
        Ok(_) => "101".to_owned(),
        Err(Error::Http(answer)) => answer.status().as_u16().to_string(),
        Err(error) => error.to_string(),
    };
    report("400", seen)
}
