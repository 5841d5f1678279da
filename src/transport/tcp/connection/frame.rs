//! WebSocket frames (RFC 6455 section 5.2): how headers are read, how the server's frames are made, which are
//! unmasked, and how those that the engine makes are followed by their headers.

use std::io::Cursor;

use bytes::{Bytes, BytesMut};
use crc32fast::Hasher;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, OpCode};

/// The longest header of a frame that is not masked.
const HEADER: usize = 10;
const FINAL: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PONG: u8 = 0xA;

/// A header that was read.
#[derive(Debug)]
pub struct Header {
    /// What it says.
    pub says: FrameHeader,
    /// Its own length, in bytes.
    pub length: usize,
    /// The length of the payload, in bytes.
    pub payload: u64,
}

impl Header {
    /// Reads a header, once all of it is there.
    ///
    /// # Errors
    /// An opcode that does not exist.
    pub fn read(bytes: &[u8]) -> tungstenite::Result<Option<Self>> {
        let mut cursor = Cursor::new(bytes);
        let Some((says, payload)) = FrameHeader::parse(&mut cursor)? else { return Ok(None) };
        let length = usize::try_from(cursor.position()).unwrap_or(usize::MAX);
        Ok(Some(Self { says, length, payload }))
    }
}

/// Tells payloads apart: the length in the upper half, CRC-32 in the lower. A payload that is not empty has one
/// that is not 0. What a connection waits for is told from the engine's other frames, which begin otherwise.
pub type Fingerprint = u64;

/// The fingerprint of a payload, given in parts.
#[must_use]
pub fn fingerprint(payload: &[&[u8]]) -> Fingerprint {
    let mut hasher = Hasher::new();
    for part in payload {
        hasher.update(part);
    }
    fingerprint_of(length_of(payload) as u64, hasher)
}

fn length_of(payload: &[&[u8]]) -> usize {
    payload.iter().map(|part| part.len()).sum()
}

fn fingerprint_of(length: u64, hasher: Hasher) -> Fingerprint {
    length << 32 | u64::from(hasher.finalize())
}

/// A whole text frame of a payload, given in parts.
#[must_use]
pub fn text(payload: &[&[u8]]) -> Bytes {
    let length = length_of(payload);
    let mut frame = BytesMut::with_capacity(HEADER + length);
    frame.extend_from_slice(&[FINAL | TEXT]);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..126), _) => frame.extend_from_slice(&[length]),
        (_, Ok(length)) => {
            frame.extend_from_slice(&[126]);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            frame.extend_from_slice(&[127]);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    for part in payload {
        frame.extend_from_slice(part);
    }
    frame.freeze()
}

/// A close frame without a reason, of a code below 5000.
#[must_use]
pub fn close(code: u16) -> Bytes {
    let [high, low] = code.to_be_bytes();
    Bytes::copy_from_slice(&[FINAL | CLOSE, 2, high, low])
}

/// The answer to a ping. A payload of over 125 bytes, which no ping has, is cut.
#[must_use]
pub fn pong(payload: &[u8]) -> Bytes {
    let payload = &payload[..payload.len().min(125)];
    [&[FINAL | PONG, u8::try_from(payload.len()).unwrap_or_default()], payload].concat().into()
}

/// Knows where in a stream of frames the last written byte stands.
#[derive(Default)]
pub struct FrameTracker {
    header: [u8; HEADER],
    /// Bytes of a header that has begun.
    have: u8,
    /// Bytes of the payload that are to come.
    left: u64,
    /// The length of the payload.
    length: u64,
    /// Of the payload, where somebody waits for it.
    hasher: Option<Hasher>,
    /// A message has begun whose last frame is to come.
    is_amid_message: bool,
    /// The last frame was written.
    is_closed: bool,
}

impl FrameTracker {
    /// Whether a data frame may stand behind what was written.
    #[must_use]
    pub fn is_between_messages(&self) -> bool {
        self.have == 0 && self.left == 0 && !self.is_amid_message && !self.is_closed
    }

    /// Takes note of bytes that were written. `is_awaited` is asked at the beginning of each payload; if so,
    /// `written` is told its fingerprint at its end.
    pub fn follow<T>(
        &mut self,
        mut bytes: &[u8],
        waiting: &mut T,
        is_awaited: impl Fn(&T) -> bool,
        written: impl Fn(&mut T, Fingerprint),
    ) {
        while let [first, rest @ ..] = bytes {
            if self.left == 0 {
                self.header[usize::from(self.have)] = *first;
                self.have += 1;
                bytes = rest;
                match Header::read(&self.header[..usize::from(self.have)]) {
                    Ok(Some(header)) => self.begin(&header, is_awaited(waiting)),
                    Ok(None) => continue,
                    // The engine writes no such frame. Where one ends nobody knows, so nothing stands behind it.
                    Err(_) => {
                        self.is_closed = true;
                        self.have = 0;
                    }
                }
            } else {
                let part = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                if let Some(hasher) = &mut self.hasher {
                    hasher.update(&bytes[..part]);
                }
                self.left -= part as u64;
                bytes = &bytes[part..];
            }
            if self.left == 0
                && let Some(hasher) = self.hasher.take()
            {
                written(waiting, fingerprint_of(self.length, hasher));
            }
        }
    }

    /// The header is complete.
    fn begin(&mut self, header: &Header, is_awaited: bool) {
        self.length = header.payload;
        self.left = self.length;
        self.have = 0;
        self.hasher = is_awaited.then(Hasher::new);
        match header.says.opcode {
            OpCode::Data(_) => self.is_amid_message = !header.says.is_final,
            OpCode::Control(control) => self.is_closed |= control == Control::Close,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows a stream, so many bytes at a time: the fingerprints in it, and after how many bytes one may send.
    fn follow(stream: &[u8], step: usize) -> (Vec<Fingerprint>, Vec<usize>) {
        let (mut tracker, mut fingerprints, mut places) = (FrameTracker::default(), Vec::new(), Vec::new());
        let mut at = 0;
        for part in stream.chunks(step) {
            tracker.follow(part, &mut fingerprints, |_| true, Vec::push);
            at += part.len();
            if tracker.is_between_messages() {
                places.push(at);
            }
        }
        (fingerprints, places)
    }

    #[test]
    fn frames_of_all_lengths_are_followed_however_they_are_cut() {
        let payloads: Vec<Vec<u8>> =
            [1, 125, 126, 127, 65_535, 65_536, 70_000].iter().map(|length| vec![b'x'; *length]).collect();
        let frames: Vec<Bytes> = payloads.iter().map(|payload| text(&[payload])).collect();
        let stream = frames.concat();
        let fingerprints: Vec<Fingerprint> = payloads.iter().map(|payload| fingerprint(&[payload])).collect();
        let ends: Vec<usize> = frames
            .iter()
            .scan(0, |end, frame| {
                *end += frame.len();
                Some(*end)
            })
            .collect();
        assert_eq!(follow(&stream, 1), (fingerprints.clone(), ends));
        for step in [2, 3, 11, 1000, 1 << 20] {
            assert_eq!(follow(&stream, step).0, fingerprints, "{step}");
        }
    }

    #[test]
    fn nothing_stands_amid_a_message_of_several_frames_nor_behind_the_last_frame() {
        // The beginning of a text, a ping, the end of the text, an empty text, and a close.
        let stream = [0x01, 1, b'a', 0x89, 0, 0x80, 1, b'b', 0x81, 0, 0x88, 0];
        assert_eq!(follow(&stream, 1).1, [8, 10]);
    }

    #[test]
    fn a_frame_is_what_the_engine_would_make_of_the_same_text() {
        use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader, coding};
        for length in [0, 5, 125, 126, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let opcode = coding::OpCode::Data(coding::Data::Text);
            let header = FrameHeader { opcode, ..FrameHeader::default() };
            let mut expected = Vec::new();
            Frame::from_payload(header, payload.clone().into()).format(&mut expected).expect("a vector");
            assert_eq!(text(&[&payload[..length / 2], &payload[length / 2..]]), expected, "{length}");
        }
    }
}
