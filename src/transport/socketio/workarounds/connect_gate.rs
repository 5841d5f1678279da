//! Holds back what a WebSocket client sends after its CONNECT until the socket exists.
//!
//! - The engine handles CONNECT in a task and continues reading (socketioxide 0.18.9, `ns.rs`, `connect`).
//! - A message in the same burst finds no socket, and the engine closes the connection. The reference server
//!   does the same. Official clients wait for the answer; some raw clients do not.
//! - This gate parses the first frame (RFC 6455 section 5.2). If it is a CONNECT to one of our namespaces,
//!   the connection is not read until the socket exists or is refused.
//! - Can go when `early_message` in `docs/upstream` exits with 0.

use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::transport::tcp::connection::frame::Header;
use crate::transport::tcp::connection::{ReadGate, STEP};

/// The longest frame header, plus the payload bytes that identify a CONNECT.
const HEAD: usize = 14 + 8;
/// The header lengths of a client's frame, for payloads with a 7, 16 and 64 bit length.
const HEADERS: [u64; 3] = [6, 8, 14];
/// An Engine.IO message (`4`) that is a Socket.IO CONNECT (`0`) to `/`, if nothing or the `auth` follows, …
const CONNECT: &[u8] = b"40";
/// … and to `/admin`. A CONNECT to any other namespace would never be released.
const CONNECT_ADMIN: &[u8] = b"40/admin";

/// How much of the first frame has been read.
#[derive(Default)]
pub struct ConnectGate {
    head: [u8; HEAD],
    read: u64,
    held: bool,
}

impl ReadGate for ConnectGate {
    /// How many bytes may be read now without going beyond the known part of the frame; `None`: reading is
    /// held.
    fn may_read(&self) -> Option<usize> {
        if self.held {
            return None;
        }
        let rest = self.known_length().saturating_sub(self.read);
        Some(usize::try_from(rest).map_or(STEP, |rest| rest.min(STEP)))
    }

    fn has_read(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            if let Some(place) = usize::try_from(self.read).ok().and_then(|read| self.head.get_mut(read)) {
                *place = *byte;
            }
            self.read += 1;
        }
        if self.read < self.known_length() {
            return false;
        }
        self.held = self.is_connect();
        !self.held
    }
}

impl ConnectGate {
    /// Whether the whole frame was read and is a CONNECT, so that reading is held.
    #[cfg(test)]
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// The header, once it is complete; an error if it is invalid.
    fn header(&self) -> tungstenite::Result<Option<Header>> {
        let read = usize::try_from(self.read).map_or(HEAD, |read| read.min(HEAD));
        Header::read(&self.head[..read])
    }

    /// The least length of the frame, from the part that was read.
    fn known_length(&self) -> u64 {
        match self.header() {
            Ok(Some(header)) => (header.length as u64).saturating_add(header.payload),
            Ok(None) => HEADERS.into_iter().find(|length| *length > self.read).unwrap_or(self.read),
            Err(_) => self.read,
        }
    }

    fn is_connect(&self) -> bool {
        let Ok(Some(Header { says: FrameHeader { opcode, mask: Some(mask), .. }, length: start, payload })) =
            self.header()
        else {
            return false;
        };
        let length = usize::try_from(payload).unwrap_or(HEAD);
        let masked = self.head[start..].iter().take(length);
        let payload: Vec<u8> = masked.zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        opcode == OpCode::Data(Data::Text)
            && (payload == CONNECT || payload.starts_with(b"40{") || payload.starts_with(CONNECT_ADMIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Vec<u8> {
        let mask = [1, 2, 3, 4];
        let mut frame = vec![0x81];
        match text.len() {
            n @ 0..126 => frame.push(0x80 | u8::try_from(n).expect("small")),
            n => {
                frame.push(0x80 | 0x7e);
                frame.extend(u16::try_from(n).expect("medium").to_be_bytes());
            }
        }
        frame.extend(mask);
        frame.extend(text.bytes().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        frame
    }

    /// Reads a stream as the connection does, at most `step` bytes at a time. Returns how much was read until
    /// it was held or released.
    fn follow(stream: &[u8], step: usize) -> (usize, ConnectGate) {
        let (mut first, mut at) = (ConnectGate::default(), 0);
        while let Some(limit) = first.may_read() {
            let end = (at + limit.min(step)).min(stream.len());
            if first.has_read(&stream[at..end]) || end == stream.len() && !first.is_held() {
                return (end, first);
            }
            at = end;
        }
        (at, first)
    }

    #[test]
    fn reading_is_held_after_a_connect_however_it_is_split() {
        for text in [
            "40".to_owned(),
            "40{}".to_owned(),
            "40/admin,{}".to_owned(),
            format!("40{{\"token\":\"{}\"}}", "x".repeat(200)),
        ] {
            let connect = frame(&text);
            let stream = [connect.clone(), frame("42[\"join\",1]")].concat();
            for step in [1, 2, 3, 7, 512] {
                let (read, first) = follow(&stream, step);
                assert_eq!((read, first.is_held()), (connect.len(), true), "{} by {step}", text.len());
            }
        }
    }

    #[test]
    fn any_other_frame_is_released() {
        for text in ["", "4", "3", "2probe", "42[\"join\"]", "41", "40/other,"] {
            let (read, first) = follow(&frame(text), 5);
            assert_eq!((read, first.is_held()), (frame(text).len(), false), "{text:?}");
        }
    }

    #[test]
    fn nothing_is_read_beyond_any_first_frame_however_it_is_split() {
        let corpus =
            [frame("40"), frame("40{}"), frame("40/admin,{}"), frame("42[\"x\"]"), frame(&"x".repeat(300))];
        let corpus: Vec<_> = corpus.iter().map(Vec::as_slice).collect();
        crate::fuzz::fuzz(|u| {
            let stream = crate::fuzz::mutated(u, &corpus)?;
            let (read, first) = follow(&stream, STEP);
            let (read_by, first_by) = follow(&stream, u.int_in_range(1..=STEP)?);
            if first.is_held() || first_by.is_held() {
                assert_eq!((read, first.is_held()), (read_by, first_by.is_held()));
            }
            assert!(read <= stream.len());
            Ok(())
        });
    }
}
