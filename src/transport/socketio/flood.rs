//! Counts packets that reach no handler, such as pings and a CONNECT to an unknown namespace. Like messages,
//! they count towards `SOCKET_HARD_RATE` of their connection.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::engines::Engines;
use super::namespaces::NAMESPACES;
use super::session::Session;
use super::workarounds::eio3_query;

/// Separates the packets of a body in Engine.IO 4.
const SEPARATOR: u8 = 0x1e;
/// The Socket.IO packet type that handlers count themselves.
const EVENT: u8 = 2;

/// The head of a MessagePack packet.
#[derive(Deserialize)]
struct Packed<'a> {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(borrow)]
    nsp: Option<&'a str>,
}

/// Whether a handler counts this Engine.IO packet: an event for a known namespace. (The engine closes a
/// client that sends one without having joined that namespace.)
pub fn is_event(packet: &[u8]) -> bool {
    let Some(rest) = packet.strip_prefix(b"42") else { return false };
    if rest.first() != Some(&b'/') {
        return true;
    }
    let name = rest.split(|byte| matches!(byte, b',' | b'?')).next().unwrap_or_default();
    NAMESPACES.iter().any(|(known, _)| known.as_bytes() == name)
}

/// Like [`is_event`], for a MessagePack packet.
pub fn is_packed_event(packet: &[u8]) -> bool {
    let Ok(Packed { kind, nsp }) = rmp_serde::from_slice(packet) else { return false };
    kind == EVENT && nsp.is_none_or(|name| NAMESPACES.iter().any(|(known, _)| *known == name))
}

/// How many packets of a POST's body count. An empty body counts as one.
fn count(body: &[u8], is_legacy: bool, is_packed: bool) -> usize {
    let counts = |packet: &[u8]| match packet.strip_prefix(b"b") {
        Some(packed) if is_packed => !STANDARD.decode(packed).is_ok_and(|packed| is_packed_event(&packed)),
        // An attachment; an event may have a few.
        Some(_) => false,
        None => !is_event(packet),
    };
    if body.is_empty() {
        1
    } else if is_legacy {
        eio3_query::packets_of_body(body).into_iter().filter(|packet| counts(packet)).count()
    } else {
        body.split(|byte| *byte == SEPARATOR).filter(|packet| counts(packet)).count()
    }
}

impl Engines {
    /// Counts one packet of a WebSocket. Returns true if the session sends too many.
    pub fn is_flooding(&self, session: &Session) -> bool {
        !session.take_free() && self.context.limits.flood.take(&session.id).is_err()
    }

    /// Counts the packets of a POST's body. Returns true if they are too many.
    pub fn is_flooded_by_post(&self, session: &Session, body: &[u8], is_legacy: bool) -> bool {
        let packets = 0..count(body, is_legacy, session.reads_msgpack);
        // One by one: a bucket caps a larger request at what it holds.
        packets.into_iter().any(|_| self.is_flooding(session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_events_for_known_namespaces_are_counted_by_handlers() {
        for (packet, expected) in [
            (r#"42["ping"]"#, true),
            (r#"427["ping"]"#, true),
            (r#"42/admin,["score",{}]"#, true),
            (r#"42/admin,7["score",{}]"#, true),
            (r#"42/nowhere,["x"]"#, false),
            (r#"42/admins,["x"]"#, false),
            ("2", false),
            ("3", false),
            ("6", false),
            ("", false),
            ("4", false),
            ("40", false),
            ("40/nowhere,", false),
            ("41", false),
            ("43[]", false),
            (r#"451-["x",{"_placeholder":true,"num":0}]"#, false),
        ] {
            assert_eq!(is_event(packet.as_bytes()), expected, "{packet}");
        }
    }

    #[test]
    fn the_packets_of_a_body_are_counted_in_each_of_its_forms() {
        for (body, is_legacy, expected) in [
            ("", false, 1),
            ("", true, 1),
            ("3", false, 1),
            ("3\x1e3\x1e42[\"ping\"]\x1e40/x,", false, 3),
            ("42[\"ping\"]", false, 0),
            ("bAAAA", false, 0),
            ("1:31:210:42[\"ping\"]", true, 2),
            ("7:42[\"🔥\"1:3", true, 1),
        ] {
            assert_eq!(count(body.as_bytes(), is_legacy, false), expected, "{body:?}");
        }
        let packed = |kind: u8, name: &str| {
            #[derive(serde::Serialize)]
            struct Whole<'a> {
                r#type: u8,
                data: Vec<&'a str>,
                nsp: &'a str,
            }
            let whole = Whole { r#type: kind, data: vec!["ping"], nsp: name };
            rmp_serde::to_vec_named(&whole).expect("it is written")
        };
        for (kind, name, expected) in [(2, "/", true), (2, "/admin", true), (2, "/x", false), (0, "/", false)]
        {
            assert_eq!(is_packed_event(&packed(kind, name)), expected, "{kind} {name}");
        }
        let body = format!("b{}\x1eb{}", STANDARD.encode(packed(2, "/")), STANDARD.encode(packed(0, "/x")));
        assert_eq!(count(body.as_bytes(), false, true), 1);
    }
}
