//! Decodes MessagePack from clients with `socket.io-msgpack-parser` to the JSON that other clients send.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

/// The name and the first argument of a message. `None`: it has no JSON form, for example because it holds
/// binary.
pub fn decode(message: &[u8]) -> Option<(String, Option<Box<RawValue>>)> {
    let parts: Vec<Lenient> = rmp_serde::from_slice(message).ok()?;
    let mut parts = parts.into_iter().map(|Lenient(value)| value);
    let Some(Some(Value::String(name))) = parts.next() else { return None };
    let first = parts.next().flatten().map(|first| to_raw_value(&first)).transpose().ok()?;
    Some((name, first))
}

/// A value, or JavaScript's `undefined`, which is treated as in JSON: fields are omitted, and in arrays it is
/// `null`.
struct Lenient(Option<Value>);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientVisitor)
    }
}

struct LenientVisitor;

impl<'de> Visitor<'de> for LenientVisitor {
    type Value = Lenient;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can represent")
    }

    fn visit_unit<E>(self) -> Result<Lenient, E> {
        Ok(Lenient(Some(Value::Null)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Lenient, E> {
        Ok(Lenient(Some(value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Lenient, E> {
        Ok(Lenient(Some(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Lenient, E> {
        Ok(Lenient(Some(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Lenient, E> {
        // NaN and the infinities become `null`.
        Ok(Lenient(Some(value.into())))
    }

    fn visit_str<E>(self, value: &str) -> Result<Lenient, E> {
        Ok(Lenient(Some(value.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Lenient, A::Error> {
        let mut list = Vec::new();
        while let Some(Lenient(item)) = items.next_element()? {
            list.push(item.unwrap_or_default());
        }
        Ok(Lenient(Some(list.into())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Lenient, A::Error> {
        let mut map = Map::new();
        while let Some((name, Lenient(value))) = fields.next_entry::<String, _>()? {
            if let Some(value) = value {
                map.insert(name, value);
            }
        }
        Ok(Lenient(Some(map.into())))
    }

    /// An extension type.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, extension: D) -> Result<Lenient, D::Error> {
        match <(i8, &[u8])>::deserialize(extension)? {
            // The official parser's form of `undefined`.
            (0, [0]) => Ok(Lenient(None)),
            _ => Err(D::Error::custom("JSON has no extension types")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &[u8]) -> Option<(String, Option<String>)> {
        let (name, first) = decode(message)?;
        Some((name, first.map(|first| first.get().to_owned())))
    }

    fn written(name: &str, first: &[u8]) -> Vec<u8> {
        let head = [0x92, 0xa0 | u8::try_from(name.len()).expect("short")];
        [&head[..], name.as_bytes(), first].concat()
    }

    #[test]
    fn a_message_is_read_as_its_json() {
        let value =
            serde_json::json!({ "é": "🔥", "n": [1, -1, 1.5, null, true, u64::MAX], "deep": { "a": {} } });
        let packed = rmp_serde::to_vec(&("join", &value)).expect("written");
        assert_eq!(read(&packed), Some(("join".to_owned(), Some(value.to_string()))));
        assert_eq!(read(b"\x91\xa4ping"), Some(("ping".to_owned(), None)));
    }

    #[test]
    fn undefined_is_treated_as_json_does() {
        const UNDEFINED: &[u8] = &[0xd4, 0, 0];
        let fields = [b"\x82\xa1a", UNDEFINED, b"\xa1b\x01"].concat();
        assert_eq!(read(&written("x", &fields)), Some(("x".to_owned(), Some(r#"{"b":1}"#.to_owned()))));
        let list = [b"\x92", UNDEFINED, b"\x01"].concat();
        assert_eq!(read(&written("x", &list)), Some(("x".to_owned(), Some("[null,1]".to_owned()))));
        assert_eq!(read(&written("x", UNDEFINED)), Some(("x".to_owned(), None)));
    }

    #[test]
    fn values_without_a_json_form_are_refused() {
        let nan = written("x", &[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);
        assert_eq!(read(&nan), Some(("x".to_owned(), Some("null".to_owned()))));
        for (what, bytes) in [
            ("binary", &b"\xc4\x01\x00"[..]),
            ("a date", b"\xd7\x00\x00\x00\x00\x00\x00\x00\x00\x01"),
            ("another extension", b"\xd4\x05\x00"),
            ("a key that is a number", b"\x81\x01\x01"),
            ("a text that is not UTF-8", b"\xa1\xff"),
            ("less than it says", b"\x92\x01"),
            ("nothing", b""),
        ] {
            assert_eq!(read(&written("x", bytes)), None, "{what}");
        }
        assert_eq!(read(b"\x91\x01"), None, "a name that is a number");
    }
}
