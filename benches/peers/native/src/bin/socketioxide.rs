//! A small server on socketioxide, as its documentation shows: a room for the event, and `emit` to the room. Handlers are
//! registered in a middleware, because socketioxide calls the connect handler only after it has confirmed the connection,
//! and messages in between are lost.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use peers::{Event, listening};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::ConnectHandler as _;
use tokio::time::sleep;

/// The queue size per viewer; further packets are lost. Larger than the number of updates at full speed.
const QUEUE: usize = 1_024;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    if std::env::args().any(|argument| argument == "--version") {
        println!("socketioxide 0.18");
        return Ok(());
    }
    let event = Arc::new(Mutex::new(Event::default()));
    let (layer, io) = SocketIo::builder().max_buffer_size(QUEUE).build_layer();
    let for_viewers = event.clone();
    let viewer = async move |socket: SocketRef| {
        socket.on("join", async move |socket: SocketRef, ack: AckSender| {
            marked_connected(&socket).await;
            let event = for_viewers.lock().unwrap_or_else(PoisonError::into_inner);
            socket.join("the-match");
            ack.send(&event.joined()).ok();
            if event.seq > 0 {
                socket.emit("score", &(&event.state, event.meta("snapshot"))).ok();
            }
        });
        Ok::<_, Infallible>(())
    };
    io.ns("/", connected.with(viewer));
    let viewers = io.clone();
    let scorer = async move |socket: SocketRef| {
        socket.on("event:create", async |ack: AckSender| {
            ack.send(&json!({ "ok": true })).ok();
        });
        socket.on("score", async move |Data::<Value>(payload), ack: AckSender| {
            let meta = {
                let mut event = event.lock().unwrap_or_else(PoisonError::into_inner);
                event.apply(&payload["data"]);
                event.meta("update")
            };
            viewers.to("the-match").emit("score", &(&payload["data"], &meta)).await.ok();
            ack.send(&json!({ "ok": true, "epoch": "0", "seq": meta["seq"], "duplicate": false })).ok();
        });
        Ok::<_, Infallible>(())
    };
    io.ns("/admin", connected.with(scorer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    listening(listener.local_addr()?);
    axum::serve(
        axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))),
        Router::new().layer(layer),
    )
    .await
}

/// Does nothing: the middleware has done everything.
async fn connected() {}

/// Waits until socketioxide has marked the socket as connected, which happens after it has confirmed the connection. A fast
/// client may send a message before, and packets emitted to it then are lost. A closed socket is never marked.
async fn marked_connected(socket: &SocketRef) {
    for _ in 0..1_000 {
        if socket.connected() {
            return;
        }
        sleep(Duration::from_millis(1)).await;
    }
}
