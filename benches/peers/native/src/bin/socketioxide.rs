//! The job as a small server on socketioxide does it, as its documentation shows: a room for the event, and `emit`
//! to the room.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use peers::{Event, listening};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    if std::env::args().any(|argument| argument == "--version") {
        println!("socketioxide 0.18");
        return Ok(());
    }
    let event = Arc::new(Mutex::new(Event::default()));
    let (layer, io) = SocketIo::new_layer();
    let for_viewers = event.clone();
    io.ns("/", async move |socket: SocketRef| {
        socket.on("join", async move |socket: SocketRef, ack: AckSender| {
            let event = for_viewers.lock().unwrap_or_else(PoisonError::into_inner);
            socket.join("the-match");
            ack.send(&event.joined()).ok();
            if event.seq > 0 {
                socket.emit("score", &(&event.state, event.meta("snapshot"))).ok();
            }
        });
    });
    let viewers = io.clone();
    io.ns("/admin", async move |socket: SocketRef| {
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
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    listening(listener.local_addr()?);
    axum::serve(
        axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))),
        Router::new().layer(layer),
    )
    .await
}
