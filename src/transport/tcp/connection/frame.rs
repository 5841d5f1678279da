//! WebSocket frames (RFC 6455 section 5.2): parses headers, builds the server's unmasked frames, and follows
//! the engine's frames in the output.

use std::io::Cursor;

use bytes::Bytes;
use crc32fast::Hasher;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// The longest header of an unmasked frame, in bytes.
const HEADER: usize = 10;

/// A parsed header.
#[derive(Debug)]
pub struct Header {
    /// Its fields.
    pub says: FrameHeader,
    /// Its own length, in bytes.
    pub length: usize,
    /// The length of the payload, in bytes.
    pub payload: u64,
}

impl Header {
    /// Parses a header; `None` while it is incomplete.
    ///
    /// # Errors
    /// The opcode is undefined.
    pub fn read(bytes: &[u8]) -> tungstenite::Result<Option<Self>> {
        let mut cursor = Cursor::new(bytes);
        let Some((says, payload)) = FrameHeader::parse(&mut cursor)? else { return Ok(None) };
        let length = usize::try_from(cursor.position()).unwrap_or(usize::MAX);
        Ok(Some(Self { says, length, payload }))
    }
}

/// Identifies a payload: its length in the upper half, its CRC-32 in the lower. A payload that is not empty
/// never has the fingerprint 0. The engine's other frames begin differently, so they are not mistaken for
/// awaited ones.
pub type Fingerprint = u64;

/// The fingerprint of a payload, given in parts.
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

/// Builds a whole text frame from a payload, given in parts.
pub fn text(payload: &[&[u8]]) -> Bytes {
    whole(OpCode::Data(Data::Text), payload)
}

/// Builds a close frame without a reason, for a code below 5000.
pub fn close(code: u16) -> Bytes {
    whole(OpCode::Control(Control::Close), &[&code.to_be_bytes()])
}

/// Builds the answer to a ping. A payload over 125 bytes, which no valid ping has, is cut.
pub fn pong(payload: &[u8]) -> Bytes {
    whole(OpCode::Control(Control::Pong), &[&payload[..payload.len().min(125)]])
}

fn whole(opcode: OpCode, payload: &[&[u8]]) -> Bytes {
    let length = length_of(payload);
    let mut frame = Vec::with_capacity(HEADER + length);
    let header = FrameHeader { opcode, ..FrameHeader::default() };
    header.format(length as u64, &mut frame).expect("writing to a Vec cannot fail");
    for part in payload {
        frame.extend_from_slice(part);
    }
    frame.into()
}

/// Tracks the position of the last written byte within a stream of frames.
#[derive(Default)]
pub struct FrameTracker {
    header: [u8; HEADER],
    /// The bytes of a partly written header.
    have: u8,
    /// The bytes of the payload still to come.
    left: u64,
    /// The length of the payload.
    length: u64,
    /// Hashes the payload, if its packet is awaited.
    hasher: Option<Hasher>,
    /// Whether a fragmented message has begun and not ended.
    is_inside_message: bool,
    /// Whether the last frame was written.
    is_closed: bool,
}

impl FrameTracker {
    /// Whether a data frame may follow the written bytes.
    pub fn is_between_messages(&self) -> bool {
        self.have == 0 && self.left == 0 && !self.is_inside_message && !self.is_closed
    }

    /// Follows written bytes. `is_awaited` is called at the start of each payload; if it returns true,
    /// `written` gets the payload's fingerprint at its end.
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
                    // The engine never writes such a frame. Its end is unknown, so nothing may follow it.
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
            OpCode::Data(_) => self.is_inside_message = !header.says.is_final,
            OpCode::Control(control) => self.is_closed |= control == Control::Close,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows a stream, `step` bytes at a time. Returns its fingerprints, and the positions where a frame
    /// may follow.
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
    fn frames_of_all_lengths_are_followed_however_they_are_split() {
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
    fn no_frame_may_follow_inside_a_fragmented_message_or_after_a_close() {
        // The beginning of a text, a ping, the end of the text, an empty text, and a close.
        let stream = [0x01, 1, b'a', 0x89, 0, 0x80, 1, b'b', 0x81, 0, 0x88, 0];
        assert_eq!(follow(&stream, 1).1, [8, 10]);
    }

    #[test]
    fn a_frame_equals_the_engines_frame_of_the_same_text() {
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
