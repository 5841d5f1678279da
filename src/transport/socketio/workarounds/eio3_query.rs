//! Rewrites packets of clients 1.x and 2.x (Engine.IO 3) before the engine reads them.
//!
//! - They connect to `/admin?token=…`, which the reference server of their time understood. The engine reads
//!   the query as part of the name (socketioxide-parser-common 0.17.3, `de.rs`, `read_nsp`), and answers
//!   `Invalid namespace`. So this file removes the query and keeps it for the namespace. Can go when
//!   `namespace_query` in `docs/upstream` exits with 0.
//! - The length of a packet in a POST counts UTF-16 units. If it ends between the two units of a character,
//!   the engine loops forever (engineioxide-core 0.2.3, `payload/decoder.rs`), and one POST would block a
//!   thread. So the body is cut there, and ends with a length that the engine refuses. Can go when
//!   `cut_character` exits with 0.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

/// An Engine.IO message (`4`) that is a Socket.IO CONNECT (`0`) to a namespace other than `/`.
const CONNECT: &[u8] = b"40/";
/// The longest CONNECT that is searched for a query, in bytes.
const LONGEST: usize = 8 * 1024;

/// A length that is not a number, for which the engine ends the session.
const NO_PACKET: &[u8] = b"x:";

/// The query of the last namespace that a client connected to. Each Engine.IO 3 session has one.
pub type NamespaceQuery = Arc<Mutex<Option<String>>>;

/// The range of a CONNECT's query: from the `?` to the comma or the end.
fn query_of(packet: &[u8]) -> Option<Range<usize>> {
    if !packet.starts_with(CONNECT) || packet.len() > LONGEST {
        return None;
    }
    let end = packet.iter().position(|byte| *byte == b',').unwrap_or(packet.len());
    let start = packet[..end].iter().position(|byte| *byte == b'?')?;
    Some(start..end)
}

/// Removes the query from a packet and keeps it; `None` if the packet has none.
pub fn take_query(packet: &[u8], query: &NamespaceQuery) -> Option<Vec<u8>> {
    let range = query_of(packet)?;
    *query.lock() = Some(String::from_utf8_lossy(&packet[range.start + 1..range.end]).into_owned());
    Some([&packet[..range.start], &packet[range.end..]].concat())
}

/// Removes the query from packets in the body of a POST. Packets have the form `length:packet`, with the
/// length in UTF-16 units, or, in binary, `0 length 255 packet` with the digits of the length as bytes.
/// Everything else is unchanged, with one exception: at a packet that ends inside a character, the body is
/// cut and ends with a length that the engine refuses.
pub fn take_query_of_body(body: &[u8], query: &NamespaceQuery) -> Bytes {
    let mut rest = body;
    let mut changed = Vec::with_capacity(body.len());
    loop {
        let (head, packet) = match next_packet(rest) {
            Ok(next) => next,
            Err(Unreadable::CutCharacter) => {
                changed.extend(NO_PACKET);
                return changed.into();
            }
            Err(Unreadable::Other) => break,
        };
        match take_query(packet, query) {
            Some(packet) if rest[0] == 0 => {
                changed.push(0);
                changed.extend(packet.len().to_string().bytes().map(|digit| digit - b'0'));
                changed.push(255);
                changed.extend(packet);
            }
            Some(packet) => {
                let units = String::from_utf8_lossy(&packet).encode_utf16().count();
                changed.extend(format!("{units}:").bytes());
                changed.extend(packet);
            }
            None => changed.extend(&rest[..head + packet.len()]),
        }
        rest = &rest[head + packet.len()..];
    }
    changed.extend(rest);
    changed.into()
}

/// The packets of such a body, as far as it parses.
pub fn packets_of_body(body: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut packets) = (body, Vec::new());
    while let Ok((head, packet)) = next_packet(rest) {
        packets.push(packet);
        rest = &rest[head + packet.len()..];
    }
    packets
}

/// Why a body does not begin with a packet.
enum Unreadable {
    /// The packet ends between the two units of a character.
    CutCharacter,
    /// Its head is invalid, or it is shorter than its head says, or it is not UTF-8.
    Other,
}

/// The first packet of a body, and the length of its head.
fn next_packet(body: &[u8]) -> Result<(usize, &[u8]), Unreadable> {
    let (head, length) = packet_head(body).ok_or(Unreadable::Other)?;
    let packet = &body[head..];
    let length = if body[0] == 0 { length } else { bytes_of_units(packet, length)? };
    Ok((head, packet.get(..length).ok_or(Unreadable::Other)?))
}

/// The length in bytes of a text's first UTF-16 units.
fn bytes_of_units(text: &[u8], wanted: usize) -> Result<usize, Unreadable> {
    let text = text.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let (mut units, mut length) = (0, 0);
    for character in text.chars() {
        if units >= wanted {
            break;
        }
        units += character.len_utf16();
        length += character.len_utf8();
    }
    match units.cmp(&wanted) {
        Ordering::Less => Err(Unreadable::Other),
        Ordering::Equal => Ok(length),
        Ordering::Greater => Err(Unreadable::CutCharacter),
    }
}

/// The length of a packet's head, and the packet's length that the head states.
fn packet_head(bytes: &[u8]) -> Option<(usize, usize)> {
    let (from, end, zero) = if bytes.first() == Some(&0) { (1, 255, 0) } else { (0, b':', b'0') };
    let end = from + bytes.get(from..)?.iter().take(8).position(|byte| *byte == end)?;
    let digits = &bytes[from..end];
    let digit = |byte: &u8| byte.checked_sub(zero).filter(|digit| *digit < 10).map(usize::from);
    let length = digits.iter().try_fold(0, |sum, byte| Some(sum * 10 + digit(byte)?))?;
    (!digits.is_empty()).then_some((end + 1, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_of_a_connect_is_removed_in_both_forms_of_a_body() {
        let cases: [(&[u8], &[u8], Option<&str>); 8] = [
            (b"25:40/admin?token=tl_abcdef,1:2", b"9:40/admin,1:2", Some("token=tl_abcdef")),
            (b"1:225:40/admin?token=tl_abcdef,", b"1:29:40/admin,", Some("token=tl_abcdef")),
            (b"\x00\x02\x04\xff40/admin?token=tl_abcdef", b"\x00\x08\xff40/admin", Some("token=tl_abcdef")),
            (b"8:40/admin", b"8:40/admin", None),
            (b"12:42[\"a?b\",1]x", b"12:42[\"a?b\",1]x", None),
            (b"99:40/admin?token=x", b"99:40/admin?token=x", None),
            (
                "4:4🔥é25:40/admin?token=tl_abcdef,".as_bytes(),
                "4:4🔥é9:40/admin,".as_bytes(),
                Some("token=tl_abcdef"),
            ),
            ("1:22:4🔥1:2".as_bytes(), b"1:2x:", None),
        ];
        for (body, expected, query) in cases {
            let kept = NamespaceQuery::default();
            assert_eq!(take_query_of_body(body, &kept), expected);
            assert_eq!(kept.lock().as_deref(), query);
        }
    }
}
