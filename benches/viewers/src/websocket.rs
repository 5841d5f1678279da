//! The part of WebSocket (RFC 6455) that a client of these servers needs: the opening handshake, and unfragmented frames
//! without extensions.

use std::io;

/// The key of the example in RFC 6455, section 1.3. It need not be secret.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;

/// The supported frame types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text = 0x1,
    /// Close.
    Close = 0x8,
    /// Ping.
    Ping = 0x9,
    /// Pong.
    Pong = 0xa,
}

/// The request that opens a WebSocket connection at `path`.
pub fn request(host: &str, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
}

/// The length of the answer's head, once it is complete.
///
/// # Errors
/// If the server does not switch to WebSocket.
pub fn accepted(answer: &[u8]) -> io::Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    if answer.starts_with(b"HTTP/1.1 101 ") {
        return Ok(Some(end + 4));
    }
    let first_line = answer.split(|&byte| byte == b'\r').next().unwrap_or_default();
    Err(io::Error::other(format!("the server answered {}", String::from_utf8_lossy(first_line))))
}

/// The first frame of `bytes` with its payload and total length, once it is complete.
///
/// # Errors
/// If a server of text messages would not send it.
pub fn first_frame(bytes: &[u8]) -> io::Result<Option<(Kind, &[u8], usize)>> {
    let [head, length, rest @ ..] = bytes else { return Ok(None) };
    let kind = match head ^ FINAL {
        0x1 => Kind::Text,
        0x8 => Kind::Close,
        0x9 => Kind::Ping,
        0xa => Kind::Pong,
        _ => return Err(io::Error::other(format!("a frame that starts with {head:#04x}"))),
    };
    let (start, length) = match (*length, rest) {
        (length @ 0..=125, _) => (2, usize::from(length)),
        (126, [a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
        // The largest snapshot is 1 MiB, so four of the length's eight bytes suffice.
        (127, [0, 0, 0, 0, a, b, c, d, ..]) => (10, u32::from_be_bytes([*a, *b, *c, *d]) as usize),
        (126 | 127, rest) if rest.len() < 8 => return Ok(None),
        _ => return Err(io::Error::other("a masked frame, or one of over 4 GiB, from the server")),
    };
    let end = start + length;
    Ok(bytes.get(start..end).map(|payload| (kind, payload, end)))
}

/// A masked frame, as clients send.
pub fn frame(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    frame.push(FINAL | kind as u8);
    match payload.len() {
        length @ 0..=125 => frame.push(MASKED + u8::try_from(length).expect("at most 125")),
        length => {
            let length = u16::try_from(length).expect("this client sends nothing longer than 64 KiB");
            frame.push(MASKED + 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}
