//! Binary to a client of Engine.IO 3 that polls is written in the form of Engine.IO 4.

use std::process::ExitCode;

use axum::body::Bytes;
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use upstream::{field, report, request, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async |socket: SocketRef| {
            let _ = socket.emit("binary", &Bytes::from_static(&[1, 2]));
        });
    })
    .await;
    // With `b64=1` the client asks for text.
    let open = request(address, "GET", "EIO=3&transport=polling&b64=1", "").await.expect("an answer");
    let sid = field(&open.body, "sid").expect("an open packet has a sid");
    let query = format!("EIO=3&transport=polling&sid={sid}");
    let mut read = String::new();
    while !read.contains("AQI=") {
        read += &request(address, "GET", &query, "").await.expect("an answer").body;
    }
    let start = read.find("]").map_or(0, |at| at + 1);
    report("6:b4AQI=", &read[start..])
}
