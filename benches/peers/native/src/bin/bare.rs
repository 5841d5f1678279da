//! The lower bound: each update is framed once and written with one `write` per viewer. There is no queue and no heartbeat,
//! and viewers that do not read are skipped.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use peers::{Event, listening};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use tokio::io::AsyncReadExt as _;
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};

/// RFC 6455 section 1.3.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

#[derive(Default)]
struct Room {
    event: Event,
    viewers: Vec<Arc<tokio::net::tcp::OwnedWriteHalf>>,
}

type Shared = Arc<Mutex<Room>>;

fn lock(room: &Shared) -> MutexGuard<'_, Room> {
    room.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::main]
async fn main() -> io::Result<()> {
    if std::env::args().any(|argument| argument == "--version") {
        println!("a bare write loop");
        return Ok(());
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    listening(listener.local_addr()?);
    let room = Shared::default();
    loop {
        let (stream, _) = listener.accept().await?;
        let room = room.clone();
        tokio::spawn(async move { serve(stream, room).await.ok() });
    }
}

async fn serve(stream: TcpStream, room: Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut reader, writer) = stream.into_split();
    let writer = Arc::new(writer);
    let head = read_head(&mut reader).await?;
    let key = head.lines().find_map(|line| {
        line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))
    });
    let key = key.map(|(_, key)| key).ok_or(io::ErrorKind::InvalidData)?;
    let accept = STANDARD.encode(Sha1::digest(format!("{key}{GUID}")));
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    writer.try_write(answer.as_bytes())?;
    let open = r#"0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#;
    writer.try_write(&frame(open))?;
    loop {
        let packet = read_frame(&mut reader).await?;
        if let Some(answer) = take(&packet, &room, &writer) {
            writer.try_write(&frame(&answer))?;
        }
    }
}

/// Handles a packet and returns the answer.
fn take(packet: &str, room: &Shared, writer: &Arc<tokio::net::tcp::OwnedWriteHalf>) -> Option<String> {
    if let Some(namespace) = packet.strip_prefix("40") {
        let namespace = if namespace.starts_with("/admin,") { "/admin," } else { "" };
        return Some(format!(r#"40{namespace}{{"sid":"y"}}"#));
    }
    let (namespace, message) = match packet.strip_prefix("42/admin,0") {
        Some(message) => ("/admin,", message),
        None => ("", packet.strip_prefix("420")?),
    };
    let message: Value = serde_json::from_str(message).ok()?;
    let answer = match message[0].as_str()? {
        "join" => {
            let mut room = lock(room);
            room.viewers.push(writer.clone());
            let event = &room.event;
            let snapshot = json!(["score", event.state, event.meta("snapshot")]);
            writer.try_write(&frame(&format!("430{}", json!([event.joined()])))).ok()?;
            writer.try_write(&frame(&format!("42{snapshot}"))).ok()?;
            return None;
        }
        "score" => {
            let mut room = lock(room);
            let data = &message[1]["data"];
            room.event.apply(data);
            let frame = frame(&format!("42{}", json!(["score", data, room.event.meta("update")])));
            // Skip viewers that are gone or do not read.
            room.viewers.retain(|viewer| viewer.try_write(&frame).is_ok());
            json!([{ "ok": true, "epoch": "0", "seq": room.event.seq, "duplicate": false }])
        }
        _ => json!([{ "ok": true }]),
    };
    Some(format!("43{namespace}0{answer}"))
}

async fn read_head(reader: &mut OwnedReadHalf) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(reader.read_u8().await?);
    }
    String::from_utf8(head).map_err(io::Error::other)
}

/// The text of a client's frame: complete, masked, less than 64 KiB.
async fn read_frame(reader: &mut OwnedReadHalf) -> io::Result<String> {
    let mut header = [0; 2];
    reader.read_exact(&mut header).await?;
    let length = match header[1] & 0x7f {
        126 => usize::from(reader.read_u16().await?),
        127 => return Err(io::ErrorKind::Unsupported.into()),
        length => usize::from(length),
    };
    let mut mask = [0; 4];
    reader.read_exact(&mut mask).await?;
    let mut payload = vec![0; length];
    reader.read_exact(&mut payload).await?;
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    String::from_utf8(payload).map_err(io::Error::other)
}

/// A text frame of less than 64 KiB.
fn frame(payload: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(payload.len()) {
        Ok(length @ 0..126) => frame.push(length),
        _ => {
            frame.push(126);
            frame.extend(u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    frame.extend(payload.as_bytes());
    frame
}
