//! What clients 1.x and 2.x (Engine.IO 3) need: they connect to `/admin?token=…`, as the reference server of
//! their time understood it. The engine would look for a namespace of that whole name. So the query is taken
//! off before the engine reads it, and kept for the namespace.

use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// An Engine.IO message (`4`) that is a Socket.IO CONNECT (`0`) to a namespace other than `/`.
const CONNECT: &[u8] = b"40/";
/// The longest CONNECT that is looked into, in bytes.
const LONGEST: usize = 8 * 1024;

/// The query of the last namespace that a client connected to. One for each session of such a client.
pub type NamespaceQuery = Arc<Mutex<Option<String>>>;

/// Where the query of a CONNECT stands: from the `?` to the comma or the end.
fn query_of(packet: &[u8]) -> Option<Range<usize>> {
    if !packet.starts_with(CONNECT) {
        return None;
    }
    let end = packet.iter().position(|byte| *byte == b',').unwrap_or(packet.len());
    let start = packet[..end].iter().position(|byte| *byte == b'?')?;
    Some(start..end)
}

/// Takes the query off a packet, and keeps it.
fn take_query(packet: &[u8], query: &NamespaceQuery) -> Option<Vec<u8>> {
    let range = query_of(packet)?;
    *query.lock() = Some(String::from_utf8_lossy(&packet[range.start + 1..range.end]).into_owned());
    Some([&packet[..range.start], &packet[range.end..]].concat())
}

/// The same for the body of a POST: packets of the form `length:packet`, or, as binary, `0 length 255 packet`
/// with the digits of the length as bytes. What is not of these forms is left as it is.
#[must_use]
pub fn take_query_of_body(body: &[u8], query: &NamespaceQuery) -> Bytes {
    let mut rest = body;
    let mut changed = Vec::with_capacity(body.len());
    while let Some((head, length)) = packet_head(rest) {
        let Some(packet) = rest.get(head..head + length) else { break };
        match take_query(packet, query) {
            Some(packet) if rest[0] == 0 => {
                changed.push(0);
                changed.extend(packet.len().to_string().bytes().map(|digit| digit - b'0'));
                changed.push(255);
                changed.extend(packet);
            }
            Some(packet) => {
                changed.extend(format!("{}:", packet.len()).bytes());
                changed.extend(packet);
            }
            None => changed.extend(&rest[..head + length]),
        }
        rest = &rest[head + length..];
    }
    changed.extend(rest);
    changed.into()
}

/// The length of a packet's head, and that of the packet as the head tells it.
fn packet_head(bytes: &[u8]) -> Option<(usize, usize)> {
    let (from, end, zero) = if bytes.first() == Some(&0) { (1, 255, 0) } else { (0, b':', b'0') };
    let end = from + bytes.get(from..)?.iter().take(8).position(|byte| *byte == end)?;
    let digits = &bytes[from..end];
    let digit = |byte: &u8| byte.checked_sub(zero).filter(|digit| *digit < 10).map(usize::from);
    let length = digits.iter().try_fold(0, |sum, byte| Some(sum * 10 + digit(byte)?))?;
    (!digits.is_empty()).then_some((end + 1, length))
}

pin_project_lite::pin_project! {
    /// A WebSocket's byte stream from which the queries of CONNECT packets are taken.
    pub struct QueryFilter<S> {
        #[pin]
        stream: S,
        query: NamespaceQuery,
        // What came, and is not yet looked at.
        come: BytesMut,
        // What may be read.
        ready: BytesMut,
        // So many bytes to come belong to a frame that is passed on as it is.
        passing: usize,
    }
}

impl<S> QueryFilter<S> {
    /// Filters a stream that starts with a client's first frame.
    pub fn new(stream: S, query: NamespaceQuery) -> Self {
        Self { stream, query, come: BytesMut::new(), ready: BytesMut::new(), passing: 0 }
    }
}

/// A client's frame, as far as its header tells (RFC 6455 section 5.2).
struct Frame {
    header: usize,
    payload: usize,
    is_text: bool,
}

impl Frame {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (first, second) = (*bytes.first()?, *bytes.get(1)?);
        let extended = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let masked = second & 0x80 != 0;
        let header = 2 + extended + if masked { 4 } else { 0 };
        bytes.get(..header)?;
        let big_endian = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        let payload = match extended {
            0 => u64::from(second & 0x7f),
            _ => bytes[2..2 + extended].iter().fold(0, big_endian),
        };
        // A whole, masked text frame is 0x81; anything else is the engine's business.
        let is_text = first == 0x81 && masked;
        Some(Self { header, payload: usize::try_from(payload).unwrap_or(usize::MAX), is_text })
    }
}

/// Moves what can be judged from `come` to `ready`.
fn sift(come: &mut BytesMut, ready: &mut BytesMut, passing: &mut usize, query: &NamespaceQuery) {
    loop {
        let pass = (*passing).min(come.len());
        ready.extend_from_slice(&come[..pass]);
        come.advance(pass);
        *passing -= pass;
        let Some(frame) = Frame::read(come) else { return };
        if !frame.is_text || frame.payload > LONGEST {
            *passing = frame.header.saturating_add(frame.payload);
            continue;
        }
        let Some(bytes) = come.get(..frame.header + frame.payload) else { return };
        let mask: [u8; 4] = std::array::from_fn(|i| bytes[frame.header - 4 + i]);
        let unmasked: Vec<u8> = masked(&bytes[frame.header..], mask);
        match take_query(&unmasked, query) {
            Some(packet) => {
                ready.extend_from_slice(&frame_of(&packet, mask));
                come.advance(frame.header + frame.payload);
            }
            None => *passing = frame.header + frame.payload,
        }
    }
}

fn masked(bytes: &[u8], mask: [u8; 4]) -> Vec<u8> {
    bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// A whole, masked text frame of at most [`LONGEST`] bytes.
fn frame_of(payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(payload.len()) {
        Ok(length) if length < 126 => frame.push(0x80 | length),
        _ => {
            frame.push(0x80 | 0x7e);
            frame.extend(u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(masked(payload, mask));
    frame
}

impl<S: AsyncRead> AsyncRead for QueryFilter<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let mut this = self.project();
        while this.ready.is_empty() {
            let mut chunk = [0; 1024];
            let mut chunk = ReadBuf::new(&mut chunk);
            ready!(this.stream.as_mut().poll_read(cx, &mut chunk))?;
            if chunk.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.come.extend_from_slice(chunk.filled());
            sift(this.come, this.ready, this.passing, this.query);
        }
        let length = this.ready.len().min(buf.remaining());
        buf.put_slice(&this.ready.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite> AsyncWrite for QueryFilter<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.project().stream.poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.project().stream.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.project().stream.poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    #[test]
    fn a_connect_loses_its_query_in_both_forms_of_a_body() {
        let cases: [(&[u8], &[u8], Option<&str>); 6] = [
            (b"25:40/admin?token=tl_abcdef,1:2", b"9:40/admin,1:2", Some("token=tl_abcdef")),
            (b"1:225:40/admin?token=tl_abcdef,", b"1:29:40/admin,", Some("token=tl_abcdef")),
            (b"\x00\x02\x04\xff40/admin?token=tl_abcdef", b"\x00\x08\xff40/admin", Some("token=tl_abcdef")),
            (b"8:40/admin", b"8:40/admin", None),
            (b"12:42[\"a?b\",1]x", b"12:42[\"a?b\",1]x", None),
            (b"99:40/admin?token=x", b"99:40/admin?token=x", None),
        ];
        for (body, expected, query) in cases {
            let kept = NamespaceQuery::default();
            assert_eq!(take_query_of_body(body, &kept), expected);
            assert_eq!(kept.lock().as_deref(), query);
        }
    }

    #[tokio::test]
    async fn a_connect_loses_its_query_however_the_stream_is_cut() {
        let long = format!("42[\"x\",\"{}\"]", "é".repeat(5_000));
        let sent = ["2probe", "40/admin?token=tl_abc&x=1,", &long, "40/admin", "42/admin,1[\"a?b\"]"];
        let stream: Vec<u8> = sent.iter().flat_map(|text| large_frame(text.as_bytes())).collect();
        let expected = ["2probe", "40/admin,", &long, "40/admin", "42/admin,1[\"a?b\"]"];
        for step in [1, 3, 100, 100_000] {
            let kept = NamespaceQuery::default();
            let (mut far, near) = tokio::io::duplex(step);
            let mut filter = QueryFilter::new(near, kept.clone());
            let bytes = stream.clone();
            let write = tokio::spawn(async move { far.write_all(&bytes).await });
            let mut read = Vec::new();
            filter.read_to_end(&mut read).await.expect("the stream ends");
            write.await.expect("no panic").expect("written");
            assert_eq!(texts(&read), expected);
            assert_eq!(kept.lock().as_deref(), Some("token=tl_abc&x=1"));
        }
    }

    fn large_frame(payload: &[u8]) -> Vec<u8> {
        if payload.len() <= LONGEST {
            return frame_of(payload, MASK);
        }
        let mut frame = vec![0x81, 0xff];
        frame.extend((payload.len() as u64).to_be_bytes());
        frame.extend(MASK);
        frame.extend(masked(payload, MASK));
        frame
    }

    fn texts(mut bytes: &[u8]) -> Vec<String> {
        let mut texts = Vec::new();
        while let Some(frame) = Frame::read(bytes) {
            let payload = masked(&bytes[frame.header..frame.header + frame.payload], MASK);
            texts.push(String::from_utf8(payload).expect("text"));
            bytes = &bytes[frame.header + frame.payload..];
        }
        texts
    }
}
